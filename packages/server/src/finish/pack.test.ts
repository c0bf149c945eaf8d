import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Compression, GZIP } from '../dump-content/compression.ts';
import { textOf } from '../dump-content/forms.ts';
import type { ClosedSession } from '../spool/record.ts';
import { pack } from './pack.ts';
import { VerifierThreads } from './verifier-threads.ts';

const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const LINE = '[":a",null,"text",1]\n';
const FINDING = '[":a",null,"anna.keller@example.com",1]\n';
const ZSTD: Compression = { format: 'zstd', dictionary: true };
const policy = presetPolicy('standard');
const threads = new VerifierThreads();

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-pack-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A spool file with this dump in its middle. */
async function closed(dump: string): Promise<ClosedSession> {
  const path = join(directory, 'a.closed');
  await writeFile(path, `header${dump}trailer`);
  return { path, dumpStart: 6, dumpEnd: 6 + dump.length } as ClosedSession;
}

describe('pack', () => {
  // Small dumps are read as a whole, large ones in chunks; each in this thread and in another one.
  it.each([
    ['a small dump in this thread as gzip', 10, 10, GZIP, 'gzip', null],
    ['a small dump in this thread as zstd', 10, 10, ZSTD, 'zstd', 40001],
    ['a small dump in a thread as gzip', 10, undefined, GZIP, 'gzip', null],
    ['a small dump in a thread as zstd', 10, undefined, ZSTD, 'zstd', 40001],
    ['a small dump without a dictionary', 10, undefined, { ...ZSTD, dictionary: false }, 'zstd', null],
    ['a dump of a minute as gzip', 12_000, undefined, GZIP, 'gzip', null],
    ['a dump of a minute as zstd', 12_000, undefined, ZSTD, 'zstd', 40001],
    ['a large dump as gzip', 60_000, undefined, GZIP, 'gzip', null],
    ['a large dump as zstd', 60_000, undefined, ZSTD, 'zstd', null],
  ] as const)('writes %s', async (_, lines, bytes, compression, format, dictionary) => {
    const dump = HEAD + LINE.repeat(lines);
    const target = join(directory, 'a.gz');
    const verifier = threads.verifier(policy, bytes, false);
    const { verdict, sha256, ...packedAs } = await pack(await closed(dump), target, verifier, compression);
    verifier.close?.();
    expect(verdict).toMatchObject({ clean: true, lines: lines + 2 });
    const packed = await readFile(target);
    expect(packedAs).toMatchObject({ format, dictionary });
    expect(packed.subarray(0, 2)).toEqual(Buffer.from(format === 'gzip' ? [0x1f, 0x8b] : [0x28, 0xb5]));
    expect(await text(textOf(Readable.from([packed])))).toBe(dump);
    expect(createHash('sha256').update(packed).digest('hex')).toBe(sha256);
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it.each([10, 60_000])('writes a dump of %i lines with findings as gzip, for the quarantine', async (lines) => {
    const dump = HEAD + LINE.repeat(lines) + FINDING;
    const target = join(directory, 'a.gz');
    for (const bytes of lines === 10 ? [10, undefined] : [undefined]) {
      const verifier = threads.verifier(policy, bytes);
      const { verdict, sha256, format, dictionary } = await pack(await closed(dump), target, verifier, ZSTD);
      verifier.close?.();
      expect({ clean: verdict.clean, format, dictionary }).toEqual({ clean: false, format: 'gzip', dictionary: null });
      const packed = await readFile(target);
      expect(gunzipSync(packed).toString()).toBe(dump);
      expect(createHash('sha256').update(packed).digest('hex')).toBe(sha256);
      await rm(target);
    }
  });

  it.each([10, 60_000])('does not write into a file that exists, with %i lines', async (lines) => {
    const target = join(directory, 'a.gz');
    await writeFile(target, 'another dump');
    const verifier = threads.verifier(policy);
    const session = await closed(HEAD + LINE.repeat(lines));
    await expect(pack(session, target, verifier, GZIP)).rejects.toMatchObject({ code: 'EEXIST' });
    verifier.close?.();
    expect(await readFile(target, 'utf8')).toBe('another dump');
  });
});
