import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rollups } from '../catalog/rollups.ts';
import { errorFields, type Log } from '../log/log.ts';

/** How often calls are counted, in milliseconds: so long an overview is behind at most. */
const INTERVAL_MS = 5000;
/** Changes per transaction. Other queries of SQLite wait during one, and the sums are computed in the event loop. */
const BATCH = 100;
const MS_PER_DAY = 86_400_000;

/**
 * Folds queued calls into the rollups every few seconds, and once more when it stops. What it does not reach stays
 * queued in the catalog, for the next start or another gateway.
 */
export class RollupJob {
  readonly #rollups: Pick<Rollups, 'fold' | 'prune'>;
  readonly #log: Log;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** When counts of old hours were last deleted, in milliseconds since the epoch. */
  #prunedAt = 0;
  #failed = false;

  constructor(rollups: Pick<Rollups, 'fold' | 'prune'>, log: Log, intervalMs = INTERVAL_MS) {
    this.#rollups = rollups;
    this.#log = log;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    if (this.#stopped) return;
    void this.run();
    this.#timer ??= setInterval(() => void this.run(), this.#intervalMs);
  }

  /** Counts what is queued now. Never rejects: the next run tries again. A call during a run returns that run. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for the run under way, and counts the rest. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
    await this.run();
  }

  async #run(): Promise<void> {
    try {
      const now = new Date();
      while ((await this.#rollups.fold(BATCH, now.toISOString())) === BATCH) await nextTurn();
      if (now.getTime() - this.#prunedAt >= MS_PER_DAY) {
        await this.#rollups.prune(now.toISOString());
        this.#prunedAt = now.getTime();
      }
      this.#failed = false;
    } catch (error) {
      // Once per outage. Nothing is lost: the changes stay queued.
      if (!this.#failed) this.#log.warn(errorFields(error), 'calls cannot be counted for the overview; trying again');
      this.#failed = true;
    }
  }
}
