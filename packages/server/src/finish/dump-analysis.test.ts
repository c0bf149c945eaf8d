import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openEvents } from '@rtcstats-server/dump';
import { analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';
import { RECORDINGS } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { analysisRow } from '../catalog/analysis-results.ts';
import { DumpAnalysis } from './dump-analysis.ts';

const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const dump = Buffer.from(HEAD + readFileSync(join(RECORDINGS, 'chromium-relay.raw'), 'utf8'));

function* inChunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function resultOf(analysis: DumpAnalysis, chunks: Iterable<Uint8Array>): Promise<AnalysisRow> {
  for (const chunk of chunks) await analysis.push(chunk);
  return await analysis.end();
}

describe('DumpAnalysis', () => {
  it.each([7, 1000, 1_000_000])(
    'gives the same as an analysis of the whole dump, in chunks of %i bytes',
    async (size) => {
      const reader = await openEvents(dump);
      const expected = await analyzeEvents(reader, FeatureAccumulator.of(reader));
      const row = await resultOf(new DumpAnalysis(), inChunks(dump, size));
      expect(row).toEqual(analysisRow(expected, row.analyzedAt));
      expect(row).toMatchObject({ failure: null, verdict: expect.stringMatching(/^(good|degraded|bad)$/) });
    },
  );

  it.each([
    ['is empty', ''],
    ['is no dump', 'a call of 203.0.113.77\n'],
    ['has damaged metadata', 'RTCStatsDump\n203.0.113.77\n'],
  ])('says that a dump is unreadable if it %s, and takes the rest of it', async (_, text) => {
    const row = await resultOf(new DumpAnalysis(), inChunks(Buffer.from(text.repeat(3)), 5));
    expect(row).toMatchObject({ failure: 'unreadable', verdict: 'notJudged', experience: null, document: null });
  });

  it('turns an exception into a result', async () => {
    const failing = new DumpAnalysis(undefined, async (chunks) => {
      for await (const _ of chunks) throw new Error('203.0.113.77');
      throw new Error('not reached');
    });
    const row = await resultOf(failing, inChunks(dump, 1000));
    expect(row).toMatchObject({ failure: 'failed', verdict: 'notJudged' });
    expect(JSON.stringify(row)).not.toContain('203.0.113');
  });

  it('ends an analysis that takes too long, between two chunks', async () => {
    let chunksRead = 0;
    const slow = new DumpAnalysis({ base: 0, perMib: 0 }, async (chunks) => {
      for await (const _ of chunks) chunksRead++;
      throw new Error('not reached');
    });
    expect(await resultOf(slow, inChunks(dump, 1000))).toMatchObject({ failure: 'deadline' });
    expect(chunksRead).toBe(1);
  });

  it('does not count the time between chunks', async () => {
    const patient = new DumpAnalysis({ base: 250, perMib: 0 }, async (chunks) => {
      for await (const _ of chunks);
      throw new Error('read to the end');
    });
    await patient.push(dump);
    await setTimeout(400);
    expect(await resultOf(patient, [dump])).toMatchObject({ failure: 'failed' });
  });
});
