import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';
import type { Intake } from '../composition/intake.ts';
import type { Config } from '../config/config.ts';
import type { FinishQueue } from '../finish/queue.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import { leftoversOfWorker } from '../spool/leftovers.ts';
import { Channel } from './channel.ts';
import type { PrimaryMethods, WorkerFigures, WorkerMethods } from './contract.ts';

/** How often the workers are asked how they are, in milliseconds. */
const FIGURES_MS = 1000;
/** A worker that ends sooner than this after its start is replaced after a pause: what ends it may still be there. */
const SHORT_LIFE_MS = 5000;
const PAUSE_MS = 1000;
/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = join(import.meta.dirname, `worker${extname(import.meta.filename)}`);

export interface WorkerPoolOptions {
  readonly config: Config;
  readonly processes: number;
  /** `<data>/spool` */
  readonly spoolDirectory: string;
  readonly catalog: Pick<Catalog, 'put'>;
  readonly deliver: PrimaryMethods['deliver'];
  /** Takes over what a worker leaves. */
  readonly queue: FinishQueue;
  readonly log: Log;
}

interface Running {
  readonly process: ClusterWorker;
  readonly channel: Channel<WorkerMethods, PrimaryMethods>;
  readonly exited: Promise<void>;
  figures: WorkerFigures;
}

const NOTHING: WorkerFigures = { connections: 0, unfinished: 0, shortage: null };

/** The workers of a gateway, seen from the primary; see contract.ts. */
export class WorkerPool implements Intake {
  readonly #options: WorkerPoolOptions;
  /** By slot. */
  readonly #running = new Map<number, Running>();
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#sum(({ connections }) => connections);
  }

  get unfinished(): number {
    return this.#sum(({ unfinished }) => unfinished);
  }

  /** Why no worker takes new sessions; `null` when one does. */
  get shortage(): SpoolShortage | null {
    const shortages = [...this.#running.values()].map(({ figures }) => figures.shortage);
    return shortages.length === 0 ? 'writing' : shortages.includes(null) ? null : shortages[0]!;
  }

  /** Resolves when all workers take clients. Rejects with what the first one that cannot says. */
  async listen(): Promise<ListenAddress> {
    cluster.setupPrimary({ exec: WORKER, args: [], serialization: 'advanced' });
    const slots = Array.from({ length: this.#options.processes }, (_, index) => index + 1);
    const addresses = await Promise.all(slots.map((slot) => this.#startWorker(slot)));
    this.#timer = setInterval(() => void this.#ask(), FIGURES_MS);
    return addresses[0]!;
  }

  /** What each worker's registry of metrics holds; those that do not answer are left out. */
  async metrics(): Promise<MetricObject[][]> {
    const none: MetricObject[] = [];
    const asked = [...this.#running.values()].map(({ channel }) => channel.call('metrics', null).catch(() => none));
    return await Promise.all(asked);
  }

  /** Drains all workers; those that are not done after `milliseconds` are ended as they are. */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    const workers = [...this.#running.values()].map((worker) => this.#stopWorker(worker, milliseconds));
    await Promise.all([...workers, this.#options.queue.stop(milliseconds)]);
  }

  async #stopWorker({ process, channel, exited }: Running, milliseconds: number): Promise<void> {
    const late = new AbortController();
    const drained = channel.call('drain', milliseconds).catch(() => {});
    await Promise.race([drained, delay(milliseconds, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    process.process.kill('SIGKILL');
    await exited;
  }

  async #startWorker(slot: number): Promise<ListenAddress> {
    const { config, spoolDirectory, catalog, deliver } = this.#options;
    await mkdir(join(spoolDirectory, String(slot)), { recursive: true, mode: 0o700 });
    const process = cluster.fork();
    const channel = new Channel<WorkerMethods, PrimaryMethods>(process, { put: (row) => catalog.put(row), deliver });
    process.on('message', (message) => channel.receive(message));
    const began = performance.now();
    const exited = once(process, 'exit').then(([code, signal]) => {
      channel.close();
      this.#running.delete(slot);
      if (!this.#stopping && listening) void this.#replace(slot, { code, signal }, performance.now() - began);
    });
    let listening = false;
    try {
      const address = await channel.call('start', { config, slot });
      listening = true;
      this.#running.set(slot, { process, channel, exited, figures: NOTHING });
      return address;
    } catch (error) {
      process.process.kill('SIGKILL');
      await exited;
      throw error;
    }
  }

  async #replace(slot: number, how: object, lived: number): Promise<void> {
    const { log, spoolDirectory, queue } = this.#options;
    log.error({ worker: slot, ...how }, 'a worker ended: its sessions are finished, and it is replaced');
    if (lived < SHORT_LIFE_MS) await delay(PAUSE_MS);
    // The next one must not record there before it is known what this one left.
    const paths = await this.#untilDone(slot, () => leftoversOfWorker(join(spoolDirectory, String(slot))));
    for (const path of paths ?? []) queue.add(path);
    const address = await this.#untilDone(slot, () => this.#startWorker(slot));
    if (address) log.info({ worker: slot, sessions: paths?.length }, 'a worker was replaced');
  }

  /** `undefined`: the gateway stops meanwhile. */
  async #untilDone<T>(slot: number, work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#stopping) {
      try {
        return await work();
      } catch (error) {
        this.#options.log.error({ worker: slot, ...errorFields(error) }, 'a worker could not be replaced yet');
        await delay(PAUSE_MS);
      }
    }
    return undefined;
  }

  async #ask(): Promise<void> {
    for (const worker of this.#running.values()) {
      worker.figures = await worker.channel.call('figures', null).catch(() => NOTHING);
    }
  }

  #sum(of: (figures: WorkerFigures) => number): number {
    let sum = 0;
    for (const { figures } of this.#running.values()) sum += of(figures);
    return sum;
  }
}
