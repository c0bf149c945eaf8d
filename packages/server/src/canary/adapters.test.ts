import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { openQuarantine, openStorage, quarantineKey } from '../storage/open.ts';
import { canaryDataDirectory, canarySessions } from './adapters.ts';

const SESSION = {
  id: '01980000-0000-7000-8000-000000000001',
  state: 'stored',
  storageKey: '2026/11/28/01980000-0000-7000-8000-000000000001.gz',
  user: null,
  conference: null,
  session: null,
  receipt: { policy: 'standard@0000000000000000' },
} as const;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'canary-adapters-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('names the files that the storage and the quarantine write', async () => {
  const config = createConfig({ dataDirectory: directory });
  const dump = join(directory, 'a dump');
  await writeFile(dump, gzipSync('RTCStatsDump\n'));
  const storage = await openStorage(config);
  await storage.put(SESSION.storageKey, dump);
  const quarantine = await openQuarantine(config);
  await quarantine.put(quarantineKey(SESSION.id), dump);

  const files = canaryDataDirectory(directory).dumpFiles(SESSION);
  expect(files).toHaveLength(2);
  for (const file of files) expect((await stat(join(directory, file))).isFile()).toBe(true);
  expect(canaryDataDirectory(directory).dumpFiles({ ...SESSION, storageKey: null })).toHaveLength(1);
});

/** Sessions of which only `dump` is called. */
function sessionsWith(text: Sessions['text']): Pick<Sessions, 'list' | 'text' | 'delete'> {
  const unexpected = (): never => {
    throw new Error('not expected');
  };
  return { text, list: unexpected, delete: unexpected };
}

it('reads the text of a dump', async () => {
  const { dump } = canarySessions(sessionsWith(async () => Readable.from(['RTCStatsDump\n{}\n'])));
  expect(await dump('id')).toBe('RTCStatsDump\n{}\n');
});

it('has no text for a dump that was deleted, and passes on other errors', async () => {
  const failing = (error: Error) => canarySessions(sessionsWith(() => Promise.reject(error))).dump('id');
  expect(await failing(new GatewayError('DUMP_NOT_FOUND'))).toBeUndefined();
  expect(await failing(new GatewayError('SESSION_NOT_FOUND'))).toBeUndefined();
  await expect(failing(new GatewayError('STORAGE_UNAVAILABLE'))).rejects.toThrow(GatewayError);
});
