import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { AnalysisDocument } from '@rtcstats-server/insights';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { Semaphore } from '../finish/semaphore.ts';
import type { AnalysisAnswer } from './analysis-worker.ts';

/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = new URL(`./analysis-worker${extname(import.meta.filename)}`, import.meta.url);
/** A dump of 100 MB takes seconds; a thread that takes longer than this, in milliseconds, is ended. */
const DEADLINE_MS = 120_000;
/** A webrtc-internals dump is held in memory as a whole. A thread that needs more fails, but not the gateway. */
const MAX_HEAP_MB = 1024;

/** How the threads run; replaced in tests. */
export interface AnalysisThreads {
  /** The module that the threads run. */
  readonly worker: URL;
  readonly deadlineMs: number;
}

/**
 * Analyzes dumps in threads, because the analysis of a long call would delay the event loop, and with it all clients.
 * Runs one analysis at a time; further ones wait, so that they do not take the cores of ingest.
 */
export class Analyses {
  readonly #running = new Semaphore(1);
  readonly #threads: AnalysisThreads;

  constructor(threads: AnalysisThreads = { worker: WORKER, deadlineMs: DEADLINE_MS }) {
    this.#threads = threads;
  }

  /**
   * Analyzes the dump that `open` gives.
   *
   * @param open called when it is this dump's turn, so that no waiting analysis holds a file or a connection
   * @throws GatewayError ANALYSIS_FAILED, and the errors of `open` and of the stream that are one
   */
  async analyze(open: () => Promise<Readable>): Promise<AnalysisDocument> {
    return await this.#running.run(async () => await this.#analyze(await open()));
  }

  async #analyze(dump: Readable): Promise<AnalysisDocument> {
    let sourceError: unknown;
    dump.once('error', (error) => {
      sourceError = error;
    });
    // Errors of the dump reach the thread through this stream, which then answers that it failed.
    const stream = Readable.toWeb(dump);
    const { worker: module, deadlineMs } = this.#threads;
    const worker = new Worker(module, {
      workerData: stream,
      transferList: [stream],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const { promise, resolve, reject } = Promise.withResolvers<AnalysisAnswer>();
    const fail = (message: string, cause?: unknown): void => {
      reject(new GatewayError('ANALYSIS_FAILED', message, { cause }));
    };
    worker.once('message', resolve);
    worker.on('error', (error) => fail('The analysis failed', error));
    worker.once('exit', () => fail('The thread of the analysis ended'));
    const timer = setTimeout(() => fail('The analysis did not finish within its deadline'), deadlineMs);
    try {
      const answer = await promise;
      if ('analysis' in answer) return answer.analysis;
      throw new GatewayError('ANALYSIS_FAILED', `The dump cannot be analyzed: ${answer.unreadable}`);
    } catch (error) {
      throw isGatewayError(sourceError) ? sourceError : error;
    } finally {
      clearTimeout(timer);
      await worker.terminate();
      dump.destroy();
    }
  }
}
