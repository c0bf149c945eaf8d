import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { presetPolicy } from '@rtcstats-server/privacy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClosedSession } from '../spool/record.ts';
import { pack } from './pack.ts';
import { VerifierThreads } from './verifier-threads.ts';

const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';
const LINE = '[":a",null,"text",1]\n';
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
    ['a small dump in this thread', 10, 10],
    ['a small dump in a thread', 10, undefined],
    ['a dump of a minute', 12_000, undefined],
    ['a large dump', 60_000, undefined],
  ])('writes %s', async (_, lines, bytes) => {
    const dump = HEAD + LINE.repeat(lines);
    const target = join(directory, 'a.gz');
    const verifier = threads.verifier(policy, bytes, false);
    const { verdict, sha256 } = await pack(await closed(dump), target, verifier);
    verifier.close?.();
    expect(verdict).toMatchObject({ clean: true, lines: lines + 2 });
    const packed = await readFile(target);
    expect(gunzipSync(packed).toString()).toBe(dump);
    expect(createHash('sha256').update(packed).digest('hex')).toBe(sha256);
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it.each([10, 60_000])('does not write into a file that exists, with %i lines', async (lines) => {
    const target = join(directory, 'a.gz');
    await writeFile(target, 'another dump');
    const verifier = threads.verifier(policy);
    const session = await closed(HEAD + LINE.repeat(lines));
    await expect(pack(session, target, verifier)).rejects.toMatchObject({ code: 'EEXIST' });
    verifier.close?.();
    expect(await readFile(target, 'utf8')).toBe('another dump');
  });
});
