import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { ErasedSubject } from './contract.ts';
import { SubjectHashes, Tombstones } from './tombstones.ts';

const HASHES = new SubjectHashes(new Uint8Array(32).fill(3));
const FUTURE = new Date(Date.now() + 60_000).toISOString();

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-tombstones-'));
  onTestFinished(() => rm(directory, { recursive: true }));
});

function erased(kind: ErasedSubject['kind'], names: readonly string[], requestedAt = FUTURE): ErasedSubject {
  return { id: randomUUIDv7(), kind, hashes: names.map((name) => HASHES.of({ kind, name })), requestedAt };
}

const session = { startedAt: '2026-03-01T10:00:00.000Z', user: null, conference: null, session: null };

it('survive a restart, as small private files that name nobody', async () => {
  const path = join(directory, 'new');
  const tombstones = await Tombstones.open(path, HASHES);
  const subject = erased('user', ['user-1', 'user-2']);
  await tombstones.add(subject);
  const [file] = await readdir(path);
  expect(file).toBe(`${subject.id}.json`);
  expect(await readFile(join(path, file!), 'utf8')).not.toContain('user-1');
  expect((await stat(join(path, file!))).mode & 0o777).toBe(0o600);
  const again = await Tombstones.open(path, HASHES);
  expect(again.all).toEqual([subject]);
  const found = again.of({ ...session, id: randomUUIDv7(), user: 'user-2' });
  expect(found).toEqual([subject]);
  // With another key, the hashes mean nothing.
  const other = await Tombstones.open(path, new SubjectHashes(new Uint8Array(32)));
  expect(other.of({ ...session, id: randomUUIDv7(), user: 'user-2' })).toEqual([]);
});

it('concern sessions of the same kind of name, recorded before the request', async () => {
  const tombstones = await Tombstones.open(directory, HASHES);
  const [user, call] = [erased('user', ['a']), erased('conference', ['a'])];
  const id = randomUUIDv7();
  const single = erased('session', [id]);
  const past = erased('user', ['b'], '2026-01-01T00:00:00.000Z');
  for (const subject of [user, call, single, past]) tombstones.remember(subject);
  expect(tombstones.of({ ...session, id: randomUUIDv7(), user: 'a', conference: 'b' })).toEqual([user]);
  expect(tombstones.of({ ...session, id: randomUUIDv7(), user: 'a', conference: 'a' })).toEqual([user, call]);
  expect(tombstones.of({ ...session, id, session: 'a' })).toEqual([single]);
  // An uploaded dump of an old call is as new as its id says.
  const old = { ...session, user: 'b', startedAt: '2020-01-01T00:00:00.000Z' };
  expect(tombstones.of({ ...old, id: randomUUIDv7() })).toEqual([]);
  expect(tombstones.of({ ...old, id: 'imported' })).toEqual([past]);
});

it('match names as the catalog stores them', () => {
  const of = (name: string): string => HASHES.of({ kind: 'user', name });
  expect(of('a\0b')).toBe(of('a\ufffdb'));
  expect(of('\ud800')).toBe(of('\ufffd'));
  expect(of('a')).not.toBe(of('b'));
});

it.each(['', '{"id":1}', '{"id":"a","kind":"device","hashes":[],"requestedAt":"2026-01-01T00:00:00.000Z"}'])(
  'stop the start if one cannot be read: %s',
  async (content) => {
    await writeFile(join(directory, 'a.json'), content);
    await expect(Tombstones.open(directory, HASHES)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
  },
);
