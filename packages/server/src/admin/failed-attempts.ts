/** Attempts that may fail one after the other; then one more each interval. */
const BURST = 10;
const INTERVAL_MS = 2000;
/** Callers that are remembered; the longest known is forgotten for a new one. */
const MAX_CALLERS = 10_000;

interface Attempts {
  readonly failed: number;
  readonly at: number;
}

/** Slows down whoever tries one token after the other. Counts by caller, in memory that is bounded. */
export class FailedAttempts {
  readonly #callers = new Map<string, Attempts>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds until the caller may try again; 0: now. */
  wait(caller: string): number {
    const failed = this.#failed(caller);
    return failed < BURST ? 0 : Math.ceil((failed - BURST + 1) * INTERVAL_MS);
  }

  add(caller: string): void {
    const failed = this.#failed(caller) + 1;
    this.#callers.delete(caller);
    if (this.#callers.size >= MAX_CALLERS) this.#callers.delete(this.#callers.keys().next().value as string);
    this.#callers.set(caller, { failed, at: this.#now() });
  }

  #failed(caller: string): number {
    const attempts = this.#callers.get(caller);
    if (attempts === undefined) return 0;
    return Math.max(0, attempts.failed - (this.#now() - attempts.at) / INTERVAL_MS);
  }
}
