import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataDirectory } from './data-directory.ts';

let scratch: string;
let path: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-data-'));
  path = join(scratch, 'some', 'data');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

it('belongs to one at a time', () => {
  const first = DataDirectory.claim(path);
  expect(() => DataDirectory.claim(path)).toThrow(expect.objectContaining({ code: 'DATA_DIRECTORY_IN_USE' }));
  first.release();
  first.release();
  DataDirectory.claim(path).release();
});

it('is free again after a kill -9', async () => {
  const claim = `
    const { DataDirectory } = await import(${JSON.stringify(import.meta.resolve('./data-directory.ts'))});
    globalThis.claim = DataDirectory.claim(${JSON.stringify(path)});
    console.log('claimed');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', claim], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  expect(() => DataDirectory.claim(path)).toThrow(expect.objectContaining({ code: 'DATA_DIRECTORY_IN_USE' }));
  other.kill('SIGKILL');
  await once(other, 'exit');
  DataDirectory.claim(path).release();
});

it('says that it cannot be written', async () => {
  await writeFile(join(scratch, 'some'), 'a file');
  expect(() => DataDirectory.claim(path)).toThrow(expect.objectContaining({ code: 'DATA_DIRECTORY_UNUSABLE' }));
});
