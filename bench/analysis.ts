import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { openEvents } from '@rtcstats-server/dump';
import { analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';
import { Anonymizer, compilePolicy, DumpAnonymizer, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { compressInThread, compressor, GZIP } from '../packages/server/src/dump-content/compression.ts';
import { type Recording, recordings } from './corpus.ts';
import { longCall } from './long-call.ts';
import { cpu, median } from './measure.ts';

const STANDARD = presetPolicy('standard');
const HEAD = Buffer.from('RTCStatsDump\n{"fileFormat":3}\n');
/** The server reads chunks of this size when it finishes a dump, and smaller dumps as a whole. */
const CHUNK_BYTES = 256 * 1024;
const LONG_BYTES = 20_000_000;
/** Each run repeats short recordings until it has processed about this many bytes. */
const RUN_BYTES = 10_000_000;
const WARM_UP = 2;
const PAIRS = 7;

/**
 * Prints the speed of the analysis, and what it adds to finishing a dump (verify, compress and hash in one pass over
 * the chunks of the dump), in CPU time.
 */
export async function benchAnalysis(): Promise<void> {
  console.log(`Analyzing anonymized dumps, CPU time, median of ${PAIRS} runs`);
  const short = recordings().map(anonymized);
  await report('recordings (calls of about one minute)', short);
  for (const { name, bytes } of recordings().filter(({ name }) => name.endsWith('-loopback'))) {
    await report(`${name}, a call of ${LONG_BYTES / 1e6} MB`, [
      anonymized({ name, bytes: longCall(bytes, LONG_BYTES) }),
    ]);
  }
}

async function report(title: string, dumps: readonly Recording[]): Promise<void> {
  const bytes = dumps.reduce((sum, dump) => sum + dump.bytes.length, 0);
  const times = Math.max(1, Math.round(RUN_BYTES / bytes));
  const runs: { readonly analysis: number; readonly without: number; readonly with: number }[] = [];
  const measured = async (run: (dump: Recording) => Promise<unknown>): Promise<number> => {
    const before = cpu();
    for (let i = 0; i < times; i++) for (const dump of dumps) await run(dump);
    return cpu() - before;
  };
  for (let run = -WARM_UP; run < PAIRS; run++) {
    const result = {
      analysis: await measured(({ bytes }) => analyze(chunksOf(bytes))),
      without: await measured(({ bytes }) => finish(bytes, drain)),
      with: await measured(({ bytes }) => finish(bytes, analyze)),
    };
    if (run >= 0) runs.push(result);
  }
  const speed = (milliseconds: number): string => `${((bytes * times) / milliseconds / 1000).toFixed(0)} MB/s`;
  const ratio = median(runs.map((run) => run.with / run.without));
  console.log(
    `  ${title}: analysis ${speed(median(runs.map((run) => run.analysis)))}, ` +
      `finishing ${speed(median(runs.map((run) => run.without)))} without and ` +
      `${speed(median(runs.map((run) => run.with)))} with analysis: ${ratio.toFixed(2)} times the CPU time`,
  );
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES);
}

async function analyze(chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
  const reader = await openEvents(chunks, { badLines: 'skip' });
  return await analyzeEvents(reader, FeatureAccumulator.of(reader));
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

/** Verifies, compresses and hashes a dump, and hands its chunks on to `read`. */
async function finish(bytes: Uint8Array, read: (chunks: AsyncIterable<Uint8Array>) => Promise<unknown>): Promise<void> {
  const verifier = new Verifier(STANDARD);
  if (bytes.length <= CHUNK_BYTES) {
    verifier.push(bytes);
    verifier.end();
    await read(chunksOf(bytes));
    await compressInThread(bytes, GZIP);
    return;
  }
  const hash = createHash('sha256');
  const gzip = compressor();
  gzip.on('data', (chunk: Uint8Array) => hash.update(chunk));
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunksOf(bytes)) {
      verifier.push(chunk);
      if (!gzip.write(chunk)) await once(gzip, 'drain');
      yield chunk;
    }
  }
  await read(chunks());
  gzip.end();
  await once(gzip, 'end');
  verifier.end();
  hash.digest();
}

/** The dump that the server would store for a recording. */
function anonymized({ name, bytes }: Recording): Recording {
  const anonymizer = new DumpAnonymizer(new Anonymizer(compilePolicy(STANDARD)));
  const dump = [...anonymizer.push(Buffer.concat([HEAD, bytes])), ...anonymizer.end()];
  return { name, bytes: Buffer.concat(dump) };
}

if (import.meta.main) await benchAnalysis();
