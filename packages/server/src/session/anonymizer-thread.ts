import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AnonymizerJob, AnonymizerResult } from './anonymizer-worker.ts';

/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = new URL(`./anonymizer-worker${extname(import.meta.filename)}`, import.meta.url);
/** A thread without work ends after this time, in milliseconds. */
const IDLE_MS = 30_000;
/** Time limit per message, in milliseconds. The worst messages known take one second per MiB. */
const DEADLINE_MS = 10_000;
const DEADLINE_MS_PER_MIB = 10_000;
const MIB = 1024 * 1024;

/**
 * Anonymizes large messages in a thread, one after the other, because the event loop would stand still for the time
 * that one takes. Messages of browsers almost never get here: they are smaller, or the scanner knows their form.
 */
export class AnonymizerThread {
  #worker: Worker | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #jobs = 0;

  /** Rejects when the thread fails, or takes too long. */
  run(job: AnonymizerJob): Promise<AnonymizerResult> {
    this.#jobs++;
    const result = this.#last.then(() => this.#run(job));
    this.#last = result.then(
      () => this.#done(),
      () => this.#done(),
    );
    return result;
  }

  /** Resolves when no message is left. */
  async idle(): Promise<void> {
    while (this.#jobs > 0) await this.#last;
  }

  async #run(job: AnonymizerJob): Promise<AnonymizerResult> {
    clearTimeout(this.#idleTimer);
    this.#worker ??= new Worker(WORKER);
    const worker = this.#worker;
    worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<AnonymizerResult>();
    const ended = (): void => reject(new Error('the thread of the anonymizer ended'));
    const late = (): void => reject(new Error('the anonymizer took too long'));
    const timer = setTimeout(late, DEADLINE_MS + (job.raw.length / MIB) * DEADLINE_MS_PER_MIB);
    worker.on('message', resolve).on('error', reject).on('exit', ended);
    try {
      worker.postMessage(job, [job.raw.buffer]);
      return await promise;
    } catch (error) {
      this.#worker = undefined;
      worker.on('error', () => {});
      await worker.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      worker.off('message', resolve).off('error', reject).off('exit', ended);
    }
  }

  #done(): void {
    if (--this.#jobs > 0) return;
    const worker = this.#worker;
    worker?.unref();
    this.#idleTimer = setTimeout(() => {
      if (this.#worker === worker) this.#worker = undefined;
      void worker?.terminate();
    }, IDLE_MS).unref();
  }
}
