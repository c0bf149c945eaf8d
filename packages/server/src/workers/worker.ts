import { ShutdownHooks } from '../composition/shutdown-hooks.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DiscardedSessions } from '../lifecycle/subjects/contract.ts';
import { openLog } from '../log/create-log.ts';
import { endProcess, endProcessNow } from '../log/end-process.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { LogOutput } from '../log/log-output.ts';
import { logWarnings } from '../log/warnings.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import { Channel } from './channel.ts';
import {
  NOT_STARTED,
  type NotStarted,
  type PrimaryMethods,
  type WorkerErasure,
  type WorkerFigures,
  type WorkerMethods,
  type WorkerStart,
} from './contract.ts';
import { type RunningWorker, startWorker } from './running-worker.ts';

/** How long a worker tries to stop in order after an error that nothing caught, in milliseconds. */
const FAILED_DRAIN_MS = 10_000;
/** How long the log may take after that, because the primary then ends the process, in milliseconds. */
const FLUSH_MS = 500;

/**
 *     idle ──start──▶ starting ──▶ running
 *
 * Each state has the parts that exist in it, so a method cannot use a part that is not there yet.
 */
type State =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting'; readonly log: Log; readonly output: LogOutput }
  | { readonly phase: 'running'; readonly log: Log; readonly output: LogOutput; readonly worker: RunningWorker };

/** The process of a worker: what the primary may call (contract.ts), and the end of the process. */
class WorkerProcess implements WorkerMethods {
  readonly #primary: Channel<PrimaryMethods, WorkerMethods> = new Channel<PrimaryMethods, WorkerMethods>(process, this);
  readonly #hooks = new ShutdownHooks();
  #state: State = { phase: 'idle' };

  run(): void {
    // Signals go to all processes of the group; the primary handles them and calls `drain`.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {});
    process.on('message', (message) => this.#primary.receive(message));
    process.once('disconnect', () => endProcessNow(1));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => void this.#fail(error, event));
    }
  }

  async start(given: WorkerStart): Promise<ListenAddress> {
    if (this.#state.phase !== 'idle') throw new GatewayError('INTERNAL', 'The worker was started before');
    const { log: processLog, output } = openLog(given.config.log);
    const log = processLog.child({ worker: given.slot });
    logWarnings(log);
    this.#state = { phase: 'starting', log, output };
    const primary: PrimaryMethods = {
      put: (entry) => this.#primary.call('put', entry),
      deliver: (delivery) => this.#primary.call('deliver', delivery),
      dumpKeys: (call) => this.#primary.call('dumpKeys', call),
      discarded: (id) => this.#primary.call('discarded', id),
    };
    const worker = await startWorker(given, primary, this.#hooks, { log, output });
    this.#state = { phase: 'running', log, output, worker };
    return worker.address;
  }

  figures(): Promise<WorkerFigures | NotStarted> {
    return Promise.resolve(this.#state.phase === 'running' ? this.#state.worker.figures() : NOT_STARTED);
  }

  async metrics(): Promise<MetricObject[] | NotStarted> {
    return this.#state.phase === 'running' ? await this.#state.worker.metrics() : NOT_STARTED;
  }

  async erase({ subject, ids }: WorkerErasure): Promise<DiscardedSessions | NotStarted> {
    return this.#state.phase === 'running' ? await this.#state.worker.erase(subject, ids) : NOT_STARTED;
  }

  async drain(milliseconds: number): Promise<void> {
    await this.#hooks.run(milliseconds);
    if (this.#state.phase !== 'idle') await this.#state.output.flush(FLUSH_MS);
  }

  /** Stops in order, as a gateway in one process does: the disk's content is known, so this loses nothing. */
  async #fail(error: unknown, event: string): Promise<void> {
    if (this.#state.phase !== 'idle') {
      this.#state.log.fatal(errorFields(error), `ending after an error that nothing caught (${event})`);
    }
    if (this.#hooks.running) endProcessNow(1);
    await this.#hooks.run(FAILED_DRAIN_MS).catch(() => {});
    await endProcess(1, this.#state.phase === 'idle' ? undefined : this.#state.output);
  }
}

new WorkerProcess().run();
