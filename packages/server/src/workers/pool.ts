import cluster, { type Worker as ClusterWorker } from 'node:cluster';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DumpKeys } from '../catalog/dump-keys.ts';
import type { Sessions } from '../catalog/sessions.ts';
import type { Intake } from '../composition/intake.ts';
import type { Config } from '../config/config.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import type { FinishQueue } from '../finish/queue.ts';
import type { DiscardedSessions, ErasedSubject } from '../lifecycle/subjects/contract.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import { leftoversOfWorker } from '../spool/leftovers.ts';
import { Channel } from './channel.ts';
import {
  NOT_STARTED,
  type NotStarted,
  type PrimaryMethods,
  type WorkerFigures,
  type WorkerMethods,
} from './contract.ts';
import { callDumpKeys } from './dump-keys.ts';

/** How often the primary reads the figures of the workers, in milliseconds. */
const FIGURES_INTERVAL_MS = 1000;
/**
 * A worker that ends sooner than this after its start is replaced after a pause, since the next one may fail for the
 * same reason.
 */
const SHORT_LIFE_MS = 5000;
const PAUSE_MS = 1000;
/** Part of the time to drain in which a worker can still say what it could not write, in milliseconds. */
const REPORT_MS = 2000;
/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = join(import.meta.dirname, `worker${extname(import.meta.filename)}`);

export interface WorkerPoolOptions {
  readonly config: Config;
  readonly processes: number;
  /** `<data>/spool` */
  readonly spoolDirectory: string;
  readonly catalog: { readonly sessions: Pick<Sessions, 'put' | 'delete'>; readonly dumpKeys: DumpKeys };
  readonly deliver: PrimaryMethods['deliver'];
  /** Finishes the sessions of workers that ended. */
  readonly queue: FinishQueue;
  readonly log: Log;
}

/** A worker that accepts clients. */
interface Running {
  readonly process: ClusterWorker;
  readonly channel: Channel<WorkerMethods, PrimaryMethods>;
  readonly exited: Promise<void>;
  readonly address: ListenAddress;
  figures: WorkerFigures;
}

const NO_FIGURES: WorkerFigures = { connections: 0, pendingSessions: 0, stallSeconds: 0, shortage: null };

/** The workers of a gateway, seen from the primary; see contract.ts. */
export class WorkerPool implements Intake {
  readonly #options: WorkerPoolOptions;
  /** By slot. */
  readonly #running = new Map<number, Running>();
  readonly #replacements = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#sum(({ connections }) => connections);
  }

  get pendingSessions(): number {
    return this.#sum(({ pendingSessions }) => pendingSessions);
  }

  get stallSeconds(): number {
    return Math.max(0, ...[...this.#running.values()].map(({ figures }) => figures.stallSeconds));
  }

  /** Why all workers reject new sessions; `null` while one of them accepts some. */
  get shortage(): SpoolShortage | null {
    const shortages = [...this.#running.values()].map(({ figures }) => figures.shortage);
    return shortages.length === 0 ? 'writing' : shortages.includes(null) ? null : shortages[0]!;
  }

  /** The workers share one listener. */
  get address(): ListenAddress | undefined {
    return this.#running.values().next().value?.address;
  }

  /**
   * Resolves when all workers accept clients. Rejects with the first worker's error after all of them have answered.
   */
  async listen(): Promise<ListenAddress> {
    cluster.setupPrimary({ exec: WORKER, args: [], serialization: 'advanced' });
    const slots = Array.from({ length: this.#options.processes }, (_, index) => index + 1);
    const started = slots.map((slot) => this.#startWorker(slot));
    await Promise.allSettled(started);
    const [address] = await Promise.all(started);
    this.#timer = setInterval(() => void this.#readFigures(), FIGURES_INTERVAL_MS);
    return address!;
  }

  /** The metrics of each worker; workers that do not answer are left out. */
  async metrics(): Promise<MetricObject[][]> {
    const asked = [...this.#running.values()].map(({ channel }) =>
      channel.call('metrics', null).catch((): NotStarted => NOT_STARTED),
    );
    return (await Promise.all(asked)).filter((metrics) => metrics !== NOT_STARTED);
  }

  async erase(subject: ErasedSubject, ids: readonly string[]): Promise<DiscardedSessions> {
    const asked = [...this.#running.values()].map(({ channel }) =>
      channel.call('erase', { subject, ids }).catch((): NotStarted => NOT_STARTED),
    );
    const left = await this.#options.queue.erase(new Set(ids));
    const answers = await Promise.all(asked);
    return {
      live: answers.flatMap((answer) => (answer === NOT_STARTED ? [] : answer.live)),
      // A worker that ended meanwhile leaves its sessions to the queue, which discards them when it gets to them.
      pending: left > 0 || answers.some((answer) => answer === NOT_STARTED || answer.pending),
    };
  }

  /** Drains all workers and kills those that take longer than `milliseconds`. */
  stop(milliseconds: number): Promise<void> {
    this.#stopped ??= this.#stop(milliseconds);
    return this.#stopped;
  }

  async #stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    const workers = [...this.#running.values()].map((worker) => this.#stopWorker(worker, milliseconds));
    // A disk that hangs may keep a replacement from starting for any time.
    const replaced = Promise.race([
      Promise.allSettled(this.#replacements),
      delay(milliseconds, undefined, { ref: false }),
    ]);
    await Promise.allSettled([...workers, replaced, this.#options.queue.stop(milliseconds)]);
    // A replacement may have started meanwhile.
    await Promise.allSettled([...this.#running.values()].map((worker) => this.#stopWorker(worker, 0)));
    await Promise.all(workers);
  }

  async #stopWorker(
    { process, channel, exited, figures }: Omit<Running, 'address'>,
    milliseconds: number,
  ): Promise<void> {
    const drainedInTime = new AbortController();
    const drained = channel.call('drain', Math.max(milliseconds / 2, milliseconds - REPORT_MS));
    const late = delay(milliseconds, undefined, { signal: drainedInTime.signal }).then(
      () => {
        if (figures.stallSeconds > 0) throw new GatewayError('SPOOL_NOT_WRITTEN');
      },
      () => {},
    );
    try {
      await Promise.race([drained, late]);
    } catch (error) {
      // A worker that ends meanwhile leaves its sessions to the next start.
      if (isGatewayError(error, 'SPOOL_NOT_WRITTEN')) throw error;
    } finally {
      drainedInTime.abort();
      process.process.kill('SIGKILL');
      await exited;
    }
  }

  async #startWorker(slot: number): Promise<ListenAddress> {
    const { config, spoolDirectory, catalog, deliver } = this.#options;
    makePrivateDirectory(join(spoolDirectory, String(slot)));
    const process = cluster.fork();
    const channel = new Channel<WorkerMethods, PrimaryMethods>(process, {
      put: ({ row, analysis }) => catalog.sessions.put(row, analysis),
      deliver,
      dumpKeys: (call) => callDumpKeys(catalog.dumpKeys, call),
      discarded: (id) => catalog.sessions.delete(id),
    });
    process.on('message', (message) => channel.receive(message));
    const began = performance.now();
    const exited = once(process, 'exit').then(([code, signal]) => {
      channel.close();
      // Only a worker that was running is replaced: a failed start is the caller's to handle.
      if (this.#running.delete(slot)) this.#replace(slot, { code, signal }, performance.now() - began);
    });
    try {
      const address = await channel.call('start', { config, slot });
      this.#running.set(slot, { process, channel, exited, address, figures: NO_FIGURES });
      return address;
    } catch (error) {
      process.process.kill('SIGKILL');
      await exited;
      throw error;
    }
  }

  #replace(slot: number, exit: object, livedMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.log.error({ worker: slot, ...exit }, 'a worker ended: its sessions are finished, and it is replaced');
    const replacement = this.#replaceWorker(slot, livedMs).finally(() => this.#replacements.delete(replacement));
    this.#replacements.add(replacement);
  }

  async #replaceWorker(slot: number, livedMs: number): Promise<void> {
    const { log, spoolDirectory, queue } = this.#options;
    if (livedMs < SHORT_LIFE_MS) await this.#pause();
    // The next worker must not record in this directory before the files of the last one are listed.
    const paths = await this.#retry(slot, () => leftoversOfWorker(join(spoolDirectory, String(slot))));
    for (const path of paths ?? []) queue.add(path);
    const address = await this.#retry(slot, () => this.#startWorker(slot));
    if (address) log.info({ worker: slot, sessions: paths?.length }, 'a worker was replaced');
  }

  /** Repeats the work until it succeeds. Resolves to `undefined` when the pool is stopped before. */
  async #retry<T>(slot: number, work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#stopping.signal.aborted) {
      try {
        const result = await work();
        return this.#stopping.signal.aborted ? undefined : result;
      } catch (error) {
        this.#options.log.error({ worker: slot, ...errorFields(error) }, 'a worker could not be replaced yet');
        await this.#pause();
      }
    }
    return undefined;
  }

  async #pause(): Promise<void> {
    await delay(PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  async #readFigures(): Promise<void> {
    for (const worker of this.#running.values()) {
      const figures = await worker.channel.call('figures', null).catch((): NotStarted => NOT_STARTED);
      worker.figures = figures === NOT_STARTED ? NO_FIGURES : figures;
    }
  }

  #sum(of: (figures: WorkerFigures) => number): number {
    let sum = 0;
    for (const { figures } of this.#running.values()) sum += of(figures);
    return sum;
  }
}
