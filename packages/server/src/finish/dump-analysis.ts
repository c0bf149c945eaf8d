import type { AnalysisFailure } from '@rtcstats-server/api/states';
import { DumpError, openEvents } from '@rtcstats-server/dump';
import { type AnalysisDocument, analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { analysisRow, failedAnalysis } from '../catalog/analysis-results.ts';

const MIB = 1024 * 1024;

/** How long the analysis of a dump may take, in milliseconds, without the time that it waits for chunks. */
export interface AnalysisDeadline {
  readonly base: number;
  readonly perMib: number;
}

/** Dumps of browsers take 0.04 s per MiB on one core that is not shared. Shorter than the deadline of the verifier. */
const DEADLINE: AnalysisDeadline = { base: 5000, perMib: 2000 };

/**
 * Analyzes a dump that is handed over chunk by chunk:
 *
 *     const analysis = new DumpAnalysis();
 *     for (const chunk of dump) await analysis.push(chunk);
 *     const row = await analysis.end();
 *
 * Never throws and never rejects: the dump is stored whatever happens here, and a failure is a result. After a failure,
 * chunks are ignored. Call `push` and `end` one after the other; an analysis that is not needed any more can be
 * dropped.
 */
export class DumpAnalysis {
  readonly #deadline: AnalysisDeadline;
  readonly #result: Promise<AnalysisRow>;
  /** The chunk that the analysis has not asked for yet; null is the end of the dump. */
  #next: PromiseWithResolvers<Uint8Array | null> = Promise.withResolvers();
  /** Resolves when the analysis needs another chunk, or has ended. */
  #consumed: PromiseWithResolvers<void> = Promise.withResolvers();
  #bytes = 0;
  #spentMs = 0;
  #isLate = false;
  #hasEnded = false;

  /** @param analyze replaced in tests */
  constructor(deadline: AnalysisDeadline = DEADLINE, analyze = analyzeDump) {
    this.#deadline = deadline;
    this.#result = this.#run(analyze);
  }

  async push(chunk: Uint8Array): Promise<void> {
    if (this.#hasEnded) return;
    this.#bytes += chunk.length;
    this.#consumed = Promise.withResolvers();
    this.#next.resolve(chunk);
    await this.#consumed.promise;
  }

  async end(): Promise<AnalysisRow> {
    this.#next.resolve(null);
    return await this.#result;
  }

  async #run(analyze: typeof analyzeDump): Promise<AnalysisRow> {
    const now = (): string => new Date().toISOString();
    try {
      return analysisRow(await analyze(this.#chunks()), now());
    } catch (error) {
      return failedAnalysis(this.#failureOf(error), now());
    } finally {
      this.#hasEnded = true;
      this.#consumed.resolve();
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      this.#consumed.resolve();
      const chunk = await this.#next.promise;
      if (chunk === null) return;
      this.#next = Promise.withResolvers();
      const began = performance.now();
      yield chunk;
      this.#spentMs += performance.now() - began;
      this.#isLate = this.#spentMs > this.#deadline.base + (this.#bytes / MIB) * this.#deadline.perMib;
      if (this.#isLate) throw new Error('The analysis takes too long');
    }
  }

  #failureOf(error: unknown): AnalysisFailure {
    if (this.#isLate) return 'deadline';
    return error instanceof DumpError ? 'unreadable' : 'failed';
  }
}

async function analyzeDump(chunks: AsyncIterable<Uint8Array>): Promise<AnalysisDocument> {
  const reader = await openEvents(chunks, { badLines: 'skip' });
  return await analyzeEvents(reader, FeatureAccumulator.of(reader));
}
