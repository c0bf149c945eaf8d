import { setTimeout as delay } from 'node:timers/promises';

/** A transaction should take about this long, in milliseconds: other writes of SQLite wait for it. */
const TARGET_MS = 30;
const FIRST_LIMIT = 20;
const MIN_LIMIT = 5;
const MAX_LIMIT = 500;
/** Least pause between two batches, in milliseconds. */
const MIN_PAUSE_MS = 5;

/** Runs a query of the catalog and measures it. */
export type Timed = <T>(query: () => Promise<T>) => Promise<T>;

/**
 * Work on many rows in batches. The size of a batch follows from how long the ones before took, and between two
 * batches there is a pause as long as the last one was, so that sessions are recorded meanwhile at half the speed at
 * least.
 */
export class Batches {
  readonly #signal: AbortSignal;
  readonly #between: () => Promise<void>;
  #longestMs = 0;

  /** @param between called after each batch, for example to renew a lease; if it rejects, the work ends */
  constructor(signal: AbortSignal, between: () => Promise<void> = async () => {}) {
    this.#signal = signal;
    this.#between = between;
  }

  /** The longest query, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /**
   * Calls `batch` until it finds nothing or the signal is aborted.
   *
   * @param batch handles at most `limit` items and resolves to their number
   */
  async run(batch: (limit: number, timed: Timed) => Promise<number>): Promise<void> {
    let limit = FIRST_LIMIT;
    while (!this.#signal.aborted) {
      let longestMs = 0;
      const timed: Timed = async (query) => {
        const began = performance.now();
        const result = await query();
        longestMs = Math.max(longestMs, performance.now() - began);
        return result;
      };
      const began = performance.now();
      const handled = await batch(limit, timed);
      this.#longestMs = Math.max(this.#longestMs, longestMs);
      if (handled === 0) return;
      const fitting = Math.floor((limit * TARGET_MS) / Math.max(longestMs, 1));
      limit = Math.max(MIN_LIMIT, Math.min(MAX_LIMIT, 2 * limit, fitting));
      await this.#between();
      const pause = Math.max(MIN_PAUSE_MS, performance.now() - began);
      await delay(pause, undefined, { signal: this.#signal }).catch(() => {});
    }
  }
}
