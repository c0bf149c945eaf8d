/**
 * Limits how many tasks run concurrently; further ones start in the order in which they were submitted (FIFO).
 *
 *     const storing = new Semaphore(16);
 *     await storing.run(() => storage.put(key, path));    waits while 16 others run
 *
 * A task that rejects frees its permit like one that resolves.
 */
export class Semaphore {
  #permits: number;
  readonly #waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.#permits = permits;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#permits > 0) this.#permits--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The permit passes to the next task directly, so that a later call of `run` cannot overtake it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#permits++;
    }
  }
}
