import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStorage } from '@rtcstats-server/testing/contracts/storage';
import { expect, it } from 'vitest';
import { LocalStorage } from './local.ts';

describeStorage('the local directory', {
  create: (scratch) => LocalStorage.open(join(scratch, 'dumps')),
  broken: async (scratch) => {
    const directory = join(scratch, 'gone');
    const storage = await LocalStorage.open(directory);
    await rm(directory, { recursive: true });
    await writeFile(directory, 'a file where the directory was');
    return storage;
  },
});

it('removes what a crash left half copied, when told to', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-storage-'));
  await mkdir(join(directory, '.incoming'));
  await writeFile(join(directory, '.incoming', 'half'), 'half');
  await LocalStorage.open(directory);
  expect(await readdir(join(directory, '.incoming'))).toEqual(['half']);
  await LocalStorage.open(directory, { clean: true });
  expect(await readdir(join(directory, '.incoming'))).toEqual([]);
  await rm(directory, { recursive: true });
});

it('shares the bytes of a file that is final, and those of no other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-storage-'));
  const storage = await LocalStorage.open(join(directory, 'dumps'));
  const path = join(directory, 'a.gz');
  await writeFile(path, 'dump');
  await chmod(path, 0o644);
  const stored = (key: string): string => join(directory, 'dumps', key);
  expect(await storage.put('copy.gz', path)).toBe(4);
  expect(await storage.put('link.gz', path, undefined, { isFinal: true })).toBe(4);
  const { ino } = await stat(path);
  expect((await stat(stored('copy.gz'))).ino).not.toBe(ino);
  expect((await stat(stored('link.gz'))).ino).toBe(ino);
  await rm(path);
  for (const key of ['copy.gz', 'link.gz']) {
    expect((await stat(stored(key))).mode & 0o777).toBe(0o600);
    expect(await readFile(stored(key), 'utf8')).toBe('dump');
  }
  expect(await readdir(join(directory, 'dumps', '.incoming'))).toEqual([]);
  await rm(directory, { recursive: true });
});
