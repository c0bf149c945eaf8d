import { Worker } from 'node:worker_threads';
import type { Failure, Replies } from './serve-operations.ts';

/** The original one, because tests replace the timers while operations go on. */
const nextTurn = setImmediate;

interface Batch<Operation, Result> {
  readonly operations: Operation[];
  readonly callers: { resolve(result: Result): void; reject(error: Error): void }[];
  /** When the first operation was requested, in the time of `performance.now`. */
  readonly since: number;
}

/** Threads with operations that have not returned. */
const working = new Set<object>();

/**
 * Whether a thread is executing an operation. It may be blocked in a system call, which nothing can interrupt, and
 * `process.exit` would wait for it.
 */
export function hasBlockedThread(): boolean {
  return working.size > 0;
}

/**
 * A thread for system calls that may take any time, such as those of a disk that hangs. The event loop hands over
 * operations and goes on.
 *
 *     run(a), run(b) ──one message per turn of the event loop──▶ execute(a), execute(b)   in order, one at a time
 *     promises       ◀──────────one message per batch───────────
 *
 * The order is a promise: an operation begins when all operations before it have ended, whether they succeeded or not.
 * An error of the thread itself, as opposed to one of an operation, is an uncaught error of the process.
 */
export class BlockingThread<Operation, Result> {
  readonly #worker: Worker;
  #next: Batch<Operation, Result> | undefined;
  /** Handed over, oldest first. */
  readonly #posted: Batch<Operation, Result>[] = [];
  readonly #onIdle: (() => void)[] = [];

  /**
   * @param script a module that calls `serveOperations`
   * @param data `workerData` of the thread
   */
  constructor(script: URL, data: unknown) {
    this.#worker = new Worker(script, { workerData: data });
    this.#worker.on('message', (replies: Replies<Result>) => this.#settle(replies));
  }

  /** Rejects with the error of the operation. */
  run(operation: Operation): Promise<Result> {
    if (this.#next === undefined) {
      this.#next = { operations: [], callers: [], since: performance.now() };
      working.add(this);
      nextTurn(() => this.#post());
    }
    const { operations, callers } = this.#next;
    operations.push(operation);
    return new Promise((resolve, reject) => callers.push({ resolve, reject }));
  }

  /** For how long the oldest operation has been waiting for its end, in seconds; 0 when there is none. */
  get waitingSeconds(): number {
    const oldest = this.#posted[0] ?? this.#next;
    return oldest === undefined ? 0 : (performance.now() - oldest.since) / 1000;
  }

  /** Ends the thread after all operations. Nothing may be run afterwards. */
  async close(): Promise<void> {
    while (working.has(this)) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    await this.#worker.terminate();
  }

  #post(): void {
    const batch = this.#next!;
    this.#next = undefined;
    this.#posted.push(batch);
    this.#worker.postMessage(batch.operations);
  }

  #settle({ results, failures }: Replies<Result>): void {
    const { callers } = this.#posted.shift()!;
    if (this.#posted.length === 0 && this.#next === undefined) working.delete(this);
    const failed = new Map(failures);
    for (const [index, { resolve, reject }] of callers.entries()) {
      const failure = failed.get(index);
      if (failure === undefined) resolve(results[index]!);
      else reject(errorOf(failure));
    }
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

/** An error with the properties that it had in the thread, such as `code`. */
function errorOf({ message, properties }: Failure): Error {
  return Object.assign(new Error(message), properties);
}
