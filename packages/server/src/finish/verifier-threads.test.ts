import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { describe, expect, it } from 'vitest';
import { GZIP } from '../dump-content/compression.ts';
import type { DumpVerifier } from './pack.ts';
import { VerifierThreads } from './verifier-threads.ts';

const policy = presetPolicy('standard');
const HANGING = new URL('./testing/hanging-thread.ts', import.meta.url);
const CRASHING = new URL('./testing/crashing-thread.ts', import.meta.url);
const RAW = Buffer.from('["x",null,"anna.keller@example.com and 203.0.113.77",1]\n');

async function verdictOf(verifier: DumpVerifier, chunks: readonly Uint8Array[]) {
  try {
    for (const chunk of chunks) await verifier.push(chunk);
    return await verifier.end();
  } finally {
    verifier.close?.();
  }
}

describe('VerifierThreads', () => {
  const threads = new VerifierThreads();

  it('gives the same verdict in a thread as in this one, for dump after dump', async () => {
    const chunks = Array.from({ length: 300 }, () => RAW);
    const local = new Verifier(policy);
    for (const chunk of chunks) local.push(chunk);
    const expected = local.end();
    expect(expected.clean).toBe(false);
    for (let dump = 0; dump < 3; dump++) {
      expect(await verdictOf(threads.verifier(policy), chunks)).toEqual(expected);
      expect(await verdictOf(threads.verifier(policy), [Buffer.from('[":a",null,1,2]\n')])).toMatchObject({
        clean: true,
      });
    }
  });

  it('verifies more bytes than may be on their way, and leaves the chunks to their owner', async () => {
    const chunk = Buffer.from('[":a",null,1,2]\n'.repeat(64 * 1024));
    const verdict = await verdictOf(
      threads.verifier(policy),
      Array.from({ length: 6 }, () => chunk),
    );
    expect(verdict).toMatchObject({ clean: true, lines: 6 * 64 * 1024 });
    expect(chunk.toString('utf8', 0, 16)).toBe('[":a",null,1,2]\n');
  });

  it.each([
    ['clean', '[":a",null,1,2]\n'.repeat(2000), true],
    ['with findings', RAW.toString(), false],
  ])(
    'reads and compresses a whole dump that is %s, with the verdict and the analysis of chunks',
    async (_, text, clean) => {
      const lines = Buffer.from(`RTCStatsDump\n{"fileFormat":3}\n${text}`);
      const chunked = threads.verifier(policy, lines.length, true);
      const expected = await verdictOf(chunked, [lines.subarray(0, 20), lines.subarray(20)]);
      const verifier = threads.verifier(policy, lines.length, true);
      const { verdict, bytes, sha256 } = await verifier.whole!(new Uint8Array(lines), GZIP);
      verifier.close?.();
      expect(verdict).toEqual(expected);
      expect(verdict.clean).toBe(clean);
      expect(gunzipSync(bytes)).toEqual(lines);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const withoutTime = ({ analysis }: DumpVerifier) => analysis && { ...analysis, analyzedAt: '' };
      expect(withoutTime(verifier)).toEqual(withoutTime(chunked));
      expect(verifier.analysis !== undefined).toBe(clean);
    },
  );

  it('ends a thread that misses its deadline on a whole dump', async () => {
    const verifier = new VerifierThreads({ base: 50, perMib: 0 }, HANGING).verifier(policy);
    await expect(verifier.whole!(new Uint8Array(RAW), GZIP)).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    verifier.close?.();
  });

  it('uses no thread for a small dump', () => {
    expect(threads.verifier(policy, 1000)).toBeInstanceOf(Verifier);
  });

  it('ends a thread that misses its deadline', async () => {
    const slow = new VerifierThreads({ base: 50, perMib: 0 }, HANGING);
    await expect(verdictOf(slow.verifier(policy), [RAW])).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
  });

  it('reports a thread that fails', async () => {
    const broken = new VerifierThreads(undefined, CRASHING);
    await expect(verdictOf(broken.verifier(policy), [RAW])).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
  });

  it('does not blame the dump for a thread that cannot be started', async () => {
    const missing = new VerifierThreads(undefined, new URL('./testing/unstartable-thread.ts', import.meta.url));
    const failure = await verdictOf(missing.verifier(policy), [RAW]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'the thread of the verifier could not be started' });
    expect(failure).not.toHaveProperty('code');
  });

  it('reports a text with more layers of escapes than the anonymizer leaves', async () => {
    const layers = Buffer.from(`["x",null,"%${'25'.repeat(1000)}41",1]\n`);
    await expect(verdictOf(threads.verifier(policy), [layers])).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
  });

  it('can be closed in the middle of a dump', async () => {
    const verifier = threads.verifier(policy);
    await verifier.push(RAW);
    verifier.close?.();
    expect(await verdictOf(threads.verifier(policy), [RAW])).toMatchObject({ total: 2 });
  });
});
