import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AnonymizerJob, AnonymizerResult } from './anonymizer-worker.ts';

/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = new URL(`./anonymizer-worker${extname(import.meta.filename)}`, import.meta.url);
/**
 * Messages up to this size, in bytes, are not worth waiting for a thread that is starting: the worst ones known keep
 * the event loop busy for 100 ms, while a start takes 200 ms on an idle machine and more than a second on a busy one.
 */
const WORTH_WAITING_BYTES = 32 * 1024;
/** Time limit per message, in milliseconds. The worst messages known take one second per MiB. */
const DEADLINE_MS = 10_000;
const DEADLINE_MS_PER_MIB = 10_000;
const MIB = 1024 * 1024;
const FIRST_MESSAGE = '["",null,{},0]';

/**
 * The thread could not be started, for example because the process has no descriptors left. The message was not looked
 * at.
 */
export class ThreadNotStarted extends Error {
  override readonly name = 'ThreadNotStarted';
}

/**
 * Anonymizes large messages in a thread, one after the other, because the event loop would stand still for the time
 * that one takes. Messages of browsers almost never get here: they are smaller, or the scanner knows their form.
 *
 * The thread is started when the first message needs it, because it takes 50 MB, and then stays.
 */
export class AnonymizerThread {
  #worker: Worker | undefined;
  #starting: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #jobs = 0;

  /**
   * Whether a message of this many bytes should be passed to `run`. If not, anonymize it on the event loop: it is small
   * and the thread is not ready. Starts the thread.
   */
  takes(bytes: number, job: Pick<AnonymizerJob, 'policy' | 'key'>): boolean {
    if (this.#worker !== undefined) return true;
    this.#start(job).catch(() => {});
    return bytes > WORTH_WAITING_BYTES;
  }

  /** Rejects with `ThreadNotStarted`, or with another error when the thread fails on the message or takes too long. */
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
    const worker = this.#worker ?? (await this.#start(job));
    worker.ref();
    try {
      return await answer(worker, job);
    } catch (error) {
      this.#worker = undefined;
      await end(worker);
      throw error;
    }
  }

  /** A start that fails is tried again by the next message. */
  #start(job: Pick<AnonymizerJob, 'policy' | 'key'>): Promise<Worker> {
    this.#starting ??= start(job)
      .then((worker) => {
        this.#worker = worker;
        return worker;
      })
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  #done(): void {
    if (--this.#jobs === 0) this.#worker?.unref();
  }
}

/** Starts a thread and has it compile the policy, which takes longer than any usual message. */
async function start({ policy, key }: Pick<AnonymizerJob, 'policy' | 'key'>): Promise<Worker> {
  let worker: Worker | undefined;
  try {
    worker = new Worker(WORKER);
    worker.unref();
    await answer(worker, { raw: new TextEncoder().encode(FIRST_MESSAGE), policy, key });
    return worker;
  } catch (cause) {
    if (worker !== undefined) await end(worker);
    throw new ThreadNotStarted('the thread of the anonymizer could not be started', { cause });
  }
}

async function answer(worker: Worker, job: AnonymizerJob): Promise<AnonymizerResult> {
  const { promise, resolve, reject } = Promise.withResolvers<AnonymizerResult>();
  const ended = (): void => reject(new Error('the thread of the anonymizer ended'));
  const late = (): void => reject(new Error('the anonymizer took too long'));
  const timer = setTimeout(late, DEADLINE_MS + (job.raw.length / MIB) * DEADLINE_MS_PER_MIB);
  worker.on('message', resolve).on('error', reject).on('exit', ended);
  try {
    worker.postMessage(job, [job.raw.buffer]);
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off('message', resolve).off('error', reject).off('exit', ended);
  }
}

async function end(worker: Worker): Promise<void> {
  worker.on('error', () => {});
  await worker.terminate();
}
