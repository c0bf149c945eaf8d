import { setTimeout as delay } from 'node:timers/promises';

/** Enough, in milliseconds, for what only has to be let go. */
const MIN_MS = 200;

/** What stops the parts that were started, the last one first. */
export class ShutdownHooks {
  readonly #steps: ((milliseconds: number) => void | Promise<void>)[] = [];
  #run: Promise<void> | undefined;

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** @param step is told how many milliseconds it has; it is not waited for any longer */
  add(step: (milliseconds: number) => void | Promise<void>): void {
    this.#steps.unshift(step);
  }

  /**
   * Safe to call twice; what the first call says counts.
   *
   * @param milliseconds for all steps together; of those that come too late each gets `MIN_MS`
   */
  run(milliseconds: number): Promise<void> {
    this.#run ??= this.#runAll(milliseconds);
    return this.#run;
  }

  /** A step that fails does not keep the others from being done. */
  async #runAll(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    const errors: unknown[] = [];
    for (const step of this.#steps) {
      const left = Math.max(MIN_MS, end - performance.now());
      const waiting = new AbortController();
      try {
        await Promise.race([step(left), delay(left + MIN_MS, undefined, { signal: waiting.signal })]);
      } catch (error) {
        errors.push(error);
      } finally {
        waiting.abort();
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
