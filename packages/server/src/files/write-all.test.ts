import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeAll } from './write-all.ts';

it('writes on after a write that was short', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-write-all-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'file');
  const file = await open(path, 'w+');
  onTestFinished(() => file.close());
  await file.write('....');
  // Takes 3 bytes at a time, as a disk may that is nearly full.
  const write = ((bytes: Uint8Array, offset: number, length: number, position: number) =>
    file.write(bytes, offset, Math.min(3, length), position)) as FileHandle['write'];
  await writeAll({ write }, Buffer.from('ten bytes.'), 2);
  expect(await readFile(path, 'utf8')).toBe('..ten bytes.');
});
