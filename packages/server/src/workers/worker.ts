import { join } from 'node:path';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import type { Logger } from 'pino';
import { type Intake, openIntake } from '../composition/intake.ts';
import { ShutdownHooks } from '../composition/shutdown-hooks.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { FINISH_STEPS, Finisher } from '../finish/finisher.ts';
import { FinishQueue } from '../finish/queue.ts';
import { forwardGate } from '../forward/open.ts';
import { createLog } from '../log/create-log.ts';
import { errorFields } from '../log/log.ts';
import { Counts } from '../metrics/counts.ts';
import { instrumented } from '../metrics/instrumented.ts';
import { type MetricObject, Metrics } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { policyNamed } from '../session/session-policies.ts';
import { SpoolBudget } from '../spool/budget.ts';
import { openQuarantine, openStorage } from '../storage/open.ts';
import { Channel } from './channel.ts';
import type { PrimaryMethods, WorkerFigures, WorkerMethods, WorkerStart } from './contract.ts';

/** What a worker that failed gives itself to end in order, in milliseconds. */
const FAILED_MS = 10_000;

/** The process of a worker; see contract.ts. */
class Worker implements WorkerMethods {
  readonly #primary: Channel<PrimaryMethods, WorkerMethods> = new Channel<PrimaryMethods, WorkerMethods>(process, this);
  #steps: ShutdownHooks | undefined;
  #intake: Intake | undefined;
  #queue: FinishQueue | undefined;
  #budget: SpoolBudget | undefined;
  #metrics: Metrics | undefined;
  #log: Logger | undefined;

  run(): void {
    // Sent to all processes of the group; the primary tells what to do.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {});
    // A log that cannot be written is no reason to end.
    process.stdout.on('error', () => {});
    process.on('message', (message) => this.#primary.receive(message));
    process.once('disconnect', () => process.exit(1));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => void this.#fail(error, event));
    }
  }

  async start({ config, slot }: WorkerStart): Promise<ListenAddress> {
    const log = createLog(config.log).child({ worker: slot });
    this.#log = log;
    const steps = new ShutdownHooks();
    this.#steps = steps;
    const spool = join(config.dataDirectory, 'spool');
    const directory = DataDirectory.claim(join(spool, String(slot)));
    steps.add(() => directory.release());
    const counts = new Counts();
    const storage = instrumented(await openStorage(config), 'storage', counts);
    steps.add(() => storage.close());
    const quarantine = instrumented(await openQuarantine(config), 'quarantine', counts);
    steps.add(() => quarantine.close());
    const catalog = { put: (row: Parameters<PrimaryMethods['put']>[0]) => this.#primary.call('put', row) };
    this.#metrics = new Metrics(
      counts,
      {
        connections: () => this.#intake?.connections ?? 0,
        unfinished: () => this.#queue?.size ?? 0,
        // The primary looks at the spool and the deliveries of all.
        spool: () => Promise.reject(new GatewayError('INTERNAL')),
        deliveries: () => Promise.reject(new GatewayError('INTERNAL')),
        forwardPaused: () => false,
      },
      FINISH_STEPS,
    );
    const keys = openPseudonymKeys(config, { create: false });
    const forward = forwardGate(config.forward, keys, (delivery) => this.#primary.call('deliver', delivery));
    const finisher = new Finisher({
      catalog,
      storage,
      quarantine,
      host: config.server.hostIdentifier,
      createVerifier: (name) => new Verifier(policyNamed(name, config.privacy)),
      observer: this.#metrics,
      ...(forward && { forward }),
    });
    const queue = new FinishQueue(finisher, log);
    this.#queue = queue;
    const budget = await SpoolBudget.open({ directory: spool, spoolBytes: config.server.limits.spoolBytes, log });
    this.#budget = budget;
    steps.add(() => budget.close());
    const parts = { config, keys, catalog, queue, budget, counts, spoolDirectory: directory.path, log };
    const intake = await openIntake(parts);
    steps.add((milliseconds) => intake.stop(milliseconds));
    this.#intake = intake;
    return await this.#intake.listen();
  }

  figures(): Promise<WorkerFigures> {
    return Promise.resolve({
      connections: this.#intake?.connections ?? 0,
      unfinished: this.#queue?.size ?? 0,
      shortage: this.#budget?.shortage ?? null,
    });
  }

  async metrics(): Promise<MetricObject[]> {
    return (await this.#metrics?.json()) ?? [];
  }

  async drain(milliseconds: number): Promise<void> {
    await this.#steps?.run(milliseconds);
  }

  /** As the gateway itself does it: what is on the disk is known, so ending in order loses nothing. */
  async #fail(error: unknown, event: string): Promise<void> {
    this.#log?.fatal(errorFields(error), `ending after an error that nothing caught (${event})`);
    if (this.#steps?.running) process.exit(1);
    await this.#steps?.run(FAILED_MS).catch(() => {});
    process.exit(1);
  }
}

new Worker().run();
