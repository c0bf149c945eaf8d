import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SealingAnswer, SealingMessage, SealingName, SealingRequests } from './sealing.ts';

/** TypeScript in the checkout, JavaScript in the published package: the thread has the extension of this module. */
const SCRIPT = new URL(`./sealing-worker${extname(import.meta.filename)}`, import.meta.url);

/** Calls the thread of sealing-worker.ts. It starts with the first call, and keeps the process alive during calls. */
export class SealingThread {
  #worker: Worker | undefined;
  #calls = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();

  /** @throws GatewayError STORAGE_UNAVAILABLE if the thread ends meanwhile */
  async call<N extends SealingName>(
    name: N,
    given: SealingRequests[N]['given'],
  ): Promise<SealingRequests[N]['answer']> {
    this.#worker ??= this.#start();
    const id = this.#calls++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ id, name, given } satisfies SealingMessage);
    return (await waiting.promise) as SealingRequests[N]['answer'];
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#ended(worker, undefined);
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(SCRIPT);
    worker.on('message', (answer: SealingAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, undefined));
    return worker;
  }

  #answered(answer: SealingAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('error' in answer) waiting?.reject(unavailable(new Error(answer.error)));
    else waiting?.resolve(answer.answer);
  }

  #ended(worker: Worker | undefined, cause: unknown): void {
    if (worker === undefined || this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(unavailable(cause));
    this.#waiting.clear();
  }
}

function unavailable(cause: unknown): GatewayError {
  return new GatewayError('STORAGE_UNAVAILABLE', 'The dump cannot be encrypted now', { cause });
}
