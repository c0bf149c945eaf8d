import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
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
