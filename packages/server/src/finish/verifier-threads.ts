import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Policy, Verdict } from '@rtcstats-server/privacy';
import { VERIFIER, Verifier } from '@rtcstats-server/privacy/verifier';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { Compressed, Compression } from '../dump-content/compression.ts';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from './pack.ts';
import type { VerifierAnswer, VerifierRequest } from './verifier-worker.ts';

/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = new URL(`./verifier-worker${extname(import.meta.filename)}`, import.meta.url);
const MIB = 1024 * 1024;
/**
 * Dumps up to this size are verified in the event loop if they are not analyzed. The worst texts known take the
 * verifier 2 ms per KiB, and most sessions are short, so a thread would cost more than it saves.
 */
const MAX_BYTES_IN_PROCESS = 16 * 1024;
/** Bytes that are on their way to a thread; further ones wait in the file. */
const MAX_BYTES_IN_FLIGHT = 2 * MIB;
/** A thread without work ends after this time, in milliseconds. */
const IDLE_MS = 30_000;
/** Threads that are kept for the next dump. */
const MAX_IDLE = 2;
/** The analysis of a webrtc-internals dump holds it in memory as a whole. A thread that needs more fails alone. */
const MAX_HEAP_MB = 1024;

/** How long a thread may work on one dump, in milliseconds. */
export interface VerifierDeadline {
  readonly base: number;
  readonly perMib: number;
}

/** The worst texts known take 2 s per MiB, dumps of browsers 0.05 s, on one core that is not shared. */
const DEADLINE: VerifierDeadline = { base: 15_000, perMib: 10_000 };

/**
 * Verifies dumps in threads and analyzes them there, so that no dump delays the event loop. Each chunk goes to the
 * verifier and then to the analysis, so a dump is read once. Ends a thread that does not answer within a deadline: a
 * dump on which the verifier or the analysis hangs must not take the gateway with it.
 */
export class VerifierThreads {
  readonly #deadline: VerifierDeadline;
  readonly #worker: URL;
  readonly #idle: { readonly worker: Worker; readonly forget: () => void; readonly timer: NodeJS.Timeout }[] = [];

  /** @param worker the module that the threads run */
  constructor(deadline: VerifierDeadline = DEADLINE, worker: URL = WORKER) {
    this.#deadline = deadline;
    this.#worker = worker;
  }

  /**
   * A verifier for one dump.
   *
   * @param bytes size of the dump, if known
   * @param analyze whether the dump is analyzed as well
   */
  verifier(policy: Policy, bytes = Number.POSITIVE_INFINITY, analyze = false): DumpVerifier {
    if (bytes <= MAX_BYTES_IN_PROCESS && !analyze) return new Verifier(policy);
    return new VerifierThread(
      { policy, analyze },
      () => this.#take(),
      (worker) => this.#give(worker),
      this.#deadline,
    );
  }

  #take(): Worker {
    const kept = this.#idle.pop();
    if (kept === undefined)
      return new Worker(this.#worker, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
    const { worker, forget, timer } = kept;
    clearTimeout(timer);
    worker.off('exit', forget).off('error', forget).ref();
    return worker;
  }

  #give(worker: Worker): void {
    if (this.#idle.length >= MAX_IDLE) {
      void worker.terminate();
      return;
    }
    const forget = (): void => {
      const at = this.#idle.findIndex((kept) => kept.worker === worker);
      if (at >= 0) this.#idle.splice(at, 1);
      void worker.terminate();
    };
    worker.once('exit', forget);
    worker.once('error', forget);
    worker.unref();
    this.#idle.push({ worker, forget, timer: setTimeout(forget, IDLE_MS).unref() });
  }
}

/**
 * Verifies one dump in a thread, and analyzes it there if asked to. Call `push`, `end` and `close` one after the other.
 * `push`, `end` and `whole` reject with VERIFICATION_FAILED, or with another error when no thread can be started.
 */
class VerifierThread implements DumpVerifier {
  readonly version: string = VERIFIER;
  readonly #take: () => Worker;
  readonly #give: (worker: Worker) => void;
  readonly #beginning: { readonly policy: Policy; readonly analyze: boolean };
  readonly #deadline: VerifierDeadline;
  #worker: Worker | undefined;
  #bytes = 0;
  #unread = 0;
  /** Milliseconds for which the thread has worked on the dump, without the current stretch. */
  #busyMs = 0;
  #busySince = 0;
  #timer: NodeJS.Timeout | undefined;
  #verdict: Verdict | undefined;
  #compressed: Compressed | undefined;
  #analysis: AnalysisRow | undefined;
  #error: Error | undefined;
  #changed: (() => void) | undefined;
  readonly #onMessage = (answer: VerifierAnswer): void => this.#answered(answer);
  readonly #onError = (error: unknown): void => this.#fail('The verifier failed', error);
  readonly #onExit = (): void => this.#fail('The thread of the verifier ended');

  constructor(
    beginning: { readonly policy: Policy; readonly analyze: boolean },
    take: () => Worker,
    give: (worker: Worker) => void,
    deadline: VerifierDeadline,
  ) {
    this.#beginning = beginning;
    this.#take = take;
    this.#give = give;
    this.#deadline = deadline;
  }

  get analysis(): AnalysisRow | undefined {
    return this.#analysis;
  }

  async push(chunk: Uint8Array): Promise<void> {
    await this.#until(() => this.#unread < MAX_BYTES_IN_FLIGHT);
    // A copy, because the caller compresses the chunk, and a transferred buffer is gone.
    const copy = new Uint8Array(chunk);
    this.#bytes += copy.length;
    this.#unread += copy.length;
    this.#send({ chunk: copy }, [copy.buffer]);
  }

  async end(): Promise<Verdict> {
    this.#send({ end: true }, []);
    await this.#until(() => this.#verdict !== undefined);
    return this.#verdict!;
  }

  async whole(
    dump: Uint8Array<ArrayBuffer>,
    compression: Compression,
  ): Promise<Compressed & { readonly verdict: Verdict }> {
    this.#bytes += dump.length;
    this.#send({ dump, compression }, [dump.buffer]);
    await this.#until(() => this.#verdict !== undefined);
    return { verdict: this.#verdict!, ...this.#compressed! };
  }

  close(): void {
    const worker = this.#worker;
    clearTimeout(this.#timer);
    this.#worker = undefined;
    if (worker === undefined) return;
    worker.off('message', this.#onMessage).off('error', this.#onError).off('exit', this.#onExit);
    if (this.#verdict !== undefined && this.#error === undefined) this.#give(worker);
    else this.#terminate(worker);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#error === undefined && !condition()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #send(request: VerifierRequest, transfer: ArrayBuffer[]): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(request, transfer);
    if (this.#timer !== undefined) return;
    this.#busySince = performance.now();
    this.#arm();
  }

  #begin(): Worker {
    const worker = this.#take();
    worker.on('message', this.#onMessage).on('error', this.#onError).on('exit', this.#onExit);
    worker.postMessage(this.#beginning satisfies VerifierRequest);
    return worker;
  }

  #arm(): void {
    const { base, perMib } = this.#deadline;
    const left = base + (this.#bytes / MIB) * perMib - this.#busyMs - (performance.now() - this.#busySince);
    const late = (): void => this.#fail('The verifier did not finish within its deadline');
    // More bytes may have come since the timer was set, which extend the deadline.
    this.#timer = left <= 0 ? setTimeout(late, 0) : setTimeout(() => this.#arm(), left);
  }

  #answered(answer: VerifierAnswer): void {
    if ('read' in answer) this.#unread -= answer.read;
    else if ('verdict' in answer) {
      this.#verdict = answer.verdict;
      this.#analysis = answer.analysis;
      this.#compressed = answer.compressed;
    } else this.#fail(`The dump cannot be verified: ${answer.unreadable}`);
    if (this.#unread === 0 || this.#verdict !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#busyMs += performance.now() - this.#busySince;
    }
    this.#changed?.();
  }

  #fail(message: string, cause?: unknown): void {
    this.#error ??= lacksResources(cause)
      ? new Error('the thread of the verifier could not be started', { cause })
      : new GatewayError('VERIFICATION_FAILED', message, { cause });
    this.#changed?.();
  }

  #terminate(worker: Worker): void {
    // An error while the thread ends has nobody left to handle it.
    worker.on('error', () => {});
    void worker.terminate();
  }
}

/** Codes of errors with which a thread does not start, although nothing is wrong with the dump. */
const LACKING_RESOURCES: ReadonlySet<unknown> = new Set([
  'ERR_WORKER_INIT_FAILED',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'ENOMEM',
]);

/** Such a failure must not send the dump to the quarantine: its turn comes again when others have ended. */
function lacksResources(cause: unknown): boolean {
  return LACKING_RESOURCES.has(errorCode(cause));
}
