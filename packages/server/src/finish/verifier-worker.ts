import { parentPort } from 'node:worker_threads';
import type { Policy, Verdict } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { type Compressed, type Compression, compressInThread, GZIP } from '../dump-content/compression.ts';
import type { DumpAnalysis } from './dump-analysis.ts';

/** A request to the thread. Each dump is one `policy`, then chunks in order and `end`, or the `dump` as a whole. */
export type VerifierRequest =
  | { readonly policy: Policy; readonly analyze: boolean }
  | { readonly dump: Uint8Array<ArrayBuffer>; readonly compression: Compression }
  | { readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly end: true };

/** An answer: bytes that were read, the result, or why the dump cannot be verified. */
export type VerifierAnswer =
  | { readonly read: number }
  | {
      readonly verdict: Verdict;
      /** Absent if the dump was not to be analyzed, or has findings, which the analysis could repeat. */
      readonly analysis?: AnalysisRow;
      /** For a whole dump. */
      readonly compressed?: Compressed;
    }
  | { readonly unreadable: string };

let verifier: Verifier | undefined;
let analysis: DumpAnalysis | undefined;
/** The same object for equal policies, because the verifier prepares its detectors once per object. */
const policies = new Map<string, Policy>();

/** Runs in a thread of its own, so that it can be ended when a dump takes too long. */
async function answer(request: VerifierRequest): Promise<VerifierAnswer | undefined> {
  try {
    if ('policy' in request) {
      verifier = new Verifier(known(request.policy));
      analysis = request.analyze ? await beginAnalysis() : undefined;
    } else if ('dump' in request) {
      verifier!.push(request.dump);
      const verdict = verifier!.end();
      if (verdict.clean) await analysis?.push(request.dump);
      // The quarantine has gzip only (`pack`).
      const compression = verdict.clean ? request.compression : GZIP;
      return { ...(await ended(verdict)), compressed: await compressInThread(request.dump, compression) };
    } else if ('end' in request) {
      return await ended(verifier!.end());
    } else {
      verifier!.push(request.chunk);
      await analysis?.push(request.chunk);
      return { read: request.chunk.length };
    }
  } catch (error) {
    return { unreadable: (error as Error).message };
  }
  return undefined;
}

async function ended(verdict: Verdict): Promise<VerifierAnswer> {
  const row = verdict.clean ? await analysis?.end() : undefined;
  return { verdict, ...(row !== undefined && { analysis: row }) };
}

/** The analysis is loaded only where dumps are analyzed. */
async function beginAnalysis(): Promise<DumpAnalysis> {
  const { DumpAnalysis } = await import('./dump-analysis.ts');
  return new DumpAnalysis();
}

function known(policy: Policy): Policy {
  const text = JSON.stringify(policy);
  const same = policies.get(text) ?? policy;
  policies.set(text, same);
  return same;
}

/** Settles when the requests so far are answered, because a request may have to wait for the analysis. */
let answered = Promise.resolve();

parentPort!.on('message', (request: VerifierRequest) => {
  answered = answered.then(async () => {
    const message = await answer(request);
    if (message !== undefined) parentPort!.postMessage(message);
  });
});
