import type { ReadableStream } from 'node:stream/web';
import { parentPort, workerData } from 'node:worker_threads';
import { DumpError, openEvents } from '@rtcstats-server/dump';
import { type AnalysisDocument, analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';

/** What the thread answers: the analysis, or why the dump cannot be read. */
export type AnalysisAnswer = { readonly analysis: AnalysisDocument } | { readonly unreadable: string };

/** Runs in a thread of its own, which `workerData` gives the stored dump. */
async function answer(dump: ReadableStream<Uint8Array>): Promise<AnalysisAnswer> {
  try {
    const reader = await openEvents(dump, { badLines: 'skip' });
    return { analysis: await analyzeEvents(reader, FeatureAccumulator.of(reader)) };
  } catch (error) {
    // Messages of other errors may quote the dump.
    return { unreadable: error instanceof DumpError ? error.message : 'an unexpected error' };
  }
}

parentPort!.postMessage(await answer(workerData as ReadableStream<Uint8Array>));
