import { setTimeout as delay } from 'node:timers/promises';

/** Every hook gets at least this long, in milliseconds: enough to close a file or a connection. */
const MIN_MS = 200;

/** @param milliseconds how long the hook has */
export type ShutdownHook = (milliseconds: number) => void | Promise<void>;

interface Added {
  readonly hook: ShutdownHook;
  readonly limitsItself: boolean;
}

/**
 * Stops the parts of a process in the reverse order of their start (as AsyncDisposableStack does, with a time limit).
 * Each part adds a hook as soon as it is started, so that a start that fails half way stops what was started, and
 * nothing else.
 *
 * **The lifecycle contract.** `run` may be called twice, at the same time too, and before anything was added. A hook
 * that throws or takes too long does not keep the others from running.
 */
export class ShutdownHooks {
  readonly #hooks: Added[] = [];
  #run: Promise<void> | undefined;

  /** Whether `run` was called. */
  get running(): boolean {
    return this.#run !== undefined;
  }

  /**
   * While the hooks run, an added one is the next to run: what is opened during a shutdown is closed by it. Nothing
   * waits for a hook after its time, so an error that it would throw then is lost.
   */
  add(hook: ShutdownHook): void {
    this.#hooks.push({ hook, limitsItself: false });
  }

  /**
   * Adds a hook that is waited for to its end. It must end soon after its time by itself. For hooks that say what was
   * lost because the time was too short: on a busy machine, that can take longer than any allowance for it.
   */
  addSelfLimiting(hook: ShutdownHook): void {
    this.#hooks.push({ hook, limitsItself: true });
  }

  /**
   * Hooks that run at the place in the order where the group was made, whenever they are added. For a part that is
   * started late but has to outlive parts that were started before it.
   */
  group(): ShutdownHooks {
    const group = new ShutdownHooks();
    this.addSelfLimiting((milliseconds) => group.run(milliseconds));
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
    for (let added = this.#hooks.pop(); added !== undefined; added = this.#hooks.pop()) {
      const left = Math.max(MIN_MS, end - performance.now());
      try {
        await (added.limitsItself ? added.hook(left) : endedWithin(added.hook(left), left + MIN_MS));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** Resolves or rejects with `work`, and resolves after `milliseconds` at the latest. */
async function endedWithin(work: void | Promise<void>, milliseconds: number): Promise<void> {
  const waiting = new AbortController();
  try {
    await Promise.race([work, delay(milliseconds, undefined, { signal: waiting.signal })]);
  } finally {
    waiting.abort();
  }
}
