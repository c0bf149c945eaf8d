/** How long a caller waits for a new value, in milliseconds. */
const WAIT_MS = 500;

/** The latest value of a source that may hang, such as a disk: a page of metrics must not wait for it. */
export class Latest<T> {
  readonly #read: () => Promise<T>;
  #value: T | undefined;
  #reading: Promise<void> | undefined;
  #isLate = false;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Reads a new value, one at a time; the last one if that fails or takes too long, undefined before the first. */
  async get(): Promise<T | undefined> {
    this.#reading ??= this.#refresh();
    if (!this.#isLate) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        this.#isLate = true;
        resolve();
      }, WAIT_MS);
      await Promise.race([this.#reading, promise]);
      clearTimeout(timer);
    }
    return this.#value;
  }

  async #refresh(): Promise<void> {
    try {
      this.#value = await this.#read();
    } catch {
      // The last value is all that is known.
    } finally {
      this.#reading = undefined;
      this.#isLate = false;
    }
  }
}
