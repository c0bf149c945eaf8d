import { setTimeout as delay } from 'node:timers/promises';

/** Every hook gets at least this long, in milliseconds: enough to close a file or a connection. */
const MIN_MS = 200;

/** @param milliseconds how long the hook has; after that nothing waits for it any more */
export type ShutdownHook = (milliseconds: number) => void | Promise<void>;

/**
 * Stops the parts of a process in the reverse order of their start (as AsyncDisposableStack does, with a time limit).
 * Each part adds a hook as soon as it is started, so that a start that fails half way stops what was started, and
 * nothing else.
 *
 * **The lifecycle contract.** `run` may be called twice, at the same time too, and before anything was added. A hook
 * that throws or takes too long does not keep the others from running.
 */
export class ShutdownHooks {
  readonly #hooks: ShutdownHook[] = [];
  #run: Promise<void> | undefined;

  /** Whether `run` was called. */
  get running(): boolean {
    return this.#run !== undefined;
  }

  /** While the hooks run, an added one is the next to run: what is opened during a shutdown is closed by it. */
  add(hook: ShutdownHook): void {
    this.#hooks.push(hook);
  }

  /**
   * Hooks that run at the place in the order where the group was made, whenever they are added. For a part that is
   * started late but has to outlive parts that were started before it.
   */
  group(): ShutdownHooks {
    const group = new ShutdownHooks();
    this.add((milliseconds) => group.run(milliseconds));
    return group;
  }

  /**
   * Runs all hooks, the last added one first. A second call returns the promise of the first, whose limit counts.
   *
   * @param milliseconds for all hooks together; when they are used up, each remaining hook gets `MIN_MS`
   * @throws the first error of a hook, after all of them have run
   */
  run(milliseconds: number): Promise<void> {
    this.#run ??= this.#runAll(milliseconds);
    return this.#run;
  }

  async #runAll(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    const errors: unknown[] = [];
    for (let hook = this.#hooks.pop(); hook !== undefined; hook = this.#hooks.pop()) {
      const left = Math.max(MIN_MS, end - performance.now());
      const waiting = new AbortController();
      try {
        await Promise.race([hook(left), delay(left + MIN_MS, undefined, { signal: waiting.signal })]);
      } catch (error) {
        errors.push(error);
      } finally {
        waiting.abort();
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
