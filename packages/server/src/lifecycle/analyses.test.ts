import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { analysisDocument } from '@rtcstats-server/api';
import { openEvents } from '@rtcstats-server/dump';
import { analyzeEvents, FeatureAccumulator } from '@rtcstats-server/insights';
import { RECORDINGS } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { Analyses } from './analyses.ts';

const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const internals = join(RECORDINGS, 'chromium-loopback.webrtc_internals_dump.gz');
const dump = gzipSync(HEAD + readFileSync(join(RECORDINGS, 'chromium-relay.raw'), 'utf8'));
const module = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const open = (bytes: Uint8Array): Promise<Readable> => Promise.resolve(Readable.from([bytes]));

describe('Analyses', () => {
  it.each([dump, readFileSync(internals)])('gives the same document as an analysis in this thread', async (bytes) => {
    const analysis: unknown = JSON.parse(JSON.stringify(await new Analyses().analyze(() => open(bytes))));
    const reader = await openEvents(bytes);
    const expected = await analyzeEvents(reader, FeatureAccumulator.of(reader));
    expect(analysis).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(analysisDocument.parse(analysis)).toEqual(analysis);
  });

  it('judges a dump that is cut short up to there', async () => {
    const { notJudged } = await new Analyses().analyze(() => open(dump.subarray(0, -100)));
    const why = 'This dump is cut short: its gzip data is incomplete';
    expect(notJudged).toContainEqual({ what: 'end-of-recording', why });
  });

  it('opens a dump only when the ones before are done, also after one that failed', async () => {
    const analyses = new Analyses();
    const order: string[] = [];
    const analyze = async (name: string, bytes: Uint8Array): Promise<void> => {
      await analyses
        .analyze(() => {
          order.push(`${name} opened`);
          return open(bytes);
        })
        .catch(() => {});
      order.push(`${name} done`);
    };
    await Promise.all([analyze('a', gzipSync('no dump')), analyze('b', dump), analyze('c', dump)]);
    expect(order.filter((event) => event.endsWith('opened'))).toEqual(['a opened', 'b opened', 'c opened']);
    expect(order.indexOf('a done')).toBeLessThan(order.indexOf('c opened'));
  });

  it('closes the dump', async () => {
    const stream = createReadStream(internals);
    await new Analyses().analyze(() => Promise.resolve(stream));
    expect(stream.destroyed).toBe(true);
  });

  it('rejects with the error of the storage, before and while the dump is read', async () => {
    const outage = new GatewayError('STORAGE_UNAVAILABLE', 'No bucket');
    await expect(new Analyses().analyze(() => Promise.reject(outage))).rejects.toBe(outage);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield dump.subarray(0, 1000);
      throw outage;
    }
    await expect(new Analyses().analyze(() => Promise.resolve(Readable.from(broken())))).rejects.toBe(outage);
  });

  it.each([
    ['what is no dump', gzipSync('a call of 203.0.113.77'), 'This is not an rtcstats dump'],
    ['metadata that are damaged', gzipSync('RTCStatsDump\n203.0.113.77\n'), 'The metadata of this dump'],
  ])('says why it cannot read %s, without quoting it', async (_, bytes, reason) => {
    const error = (await new Analyses().analyze(() => open(bytes)).catch((thrown: unknown) => thrown)) as GatewayError;
    expect(error).toMatchObject({ code: 'ANALYSIS_FAILED', message: expect.stringContaining(reason) });
    expect(error.message).not.toContain('203.0.113');
  });

  it.each([
    ['fails', 'throw new Error("203.0.113.77")', 'The analysis failed'],
    ['ends', 'process.exit(0)', 'The thread of the analysis ended'],
    ['needs too long', 'for (;;);', 'The analysis did not finish within its deadline'],
  ])('rejects if the thread %s', async (_, code, message) => {
    const analyses = new Analyses({ worker: module(code), deadlineMs: 500 });
    await expect(analyses.analyze(() => open(dump))).rejects.toMatchObject({ code: 'ANALYSIS_FAILED', message });
  });
});
