import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describeStorage } from '@rtcstats-server/testing/contracts/storage';
import { armor, Decrypter } from 'age-encryption';
import { expect, it } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { LocalStorage } from '../storage/local.ts';
import { AGE_MAGIC } from './age-header.ts';
import { EncryptedStorage } from './encrypted-storage.ts';
import { DumpEncryption } from './encryption.ts';
import { dumpDirectory, keyPair } from './testing/stores.ts';

const KEY = '2026/03/01/a.gz';
const ZSTD_KEY = '2026/03/01/a.zst';
const OBJECT = `dumps/${KEY}`;
const OPERATOR = await keyPair();
const OWN = [[OPERATOR.recipient], [OPERATOR.identity]] as const;

async function over(storage: LocalStorage, scratch: string): Promise<EncryptedStorage> {
  const catalog = openSqliteCatalog(':memory:');
  const identityFile = join(scratch, 'identities.txt');
  await writeFile(identityFile, OPERATOR.identity);
  const encryption = await DumpEncryption.open({ recipients: [OPERATOR.recipient], identityFile });
  const directory = join(scratch, 'encrypting');
  return new EncryptedStorage({ storage, name: 'dumps', keys: catalog.dumpKeys, encryption, directory });
}

describeStorage('an encrypted local directory', {
  create: async (scratch) => await over(await LocalStorage.open(join(scratch, 'dumps')), scratch),
  broken: async (scratch) => {
    const storage = await LocalStorage.open(join(scratch, 'dumps'));
    await rm(join(scratch, 'dumps'), { recursive: true });
    await writeFile(join(scratch, 'dumps'), 'a file where the directory should be');
    return await over(storage, scratch);
  },
});

it('stores nothing that can be read without the key, in quarantine as well, and leaves no other file', async () => {
  const { open, file, path, leftovers } = await dumpDirectory();
  const { storage, quarantine } = await open(...OWN);
  const text = 'plain text '.repeat(20_000);
  expect(await storage.put(KEY, await file(text))).toBe(text.length);
  expect(await storage.put(ZSTD_KEY, await file(text))).toBe(text.length);
  expect(await quarantine.put('b.gz', await file(text))).toBe(text.length);
  for (const stored of [path('dumps', KEY), path('dumps', ZSTD_KEY), path('quarantine', 'b.gz')]) {
    const bytes = await readFile(stored);
    expect(bytes.subarray(0, AGE_MAGIC.length).toString()).toBe(AGE_MAGIC);
    expect(bytes.includes('plain')).toBe(false);
  }
  expect(await leftovers()).toEqual([]);
  expect((await buffer(await storage.get(KEY))).toString()).toBe(text);
  expect((await buffer(await storage.get(ZSTD_KEY))).toString()).toBe(text);
  expect((await buffer(await quarantine.get('b.gz'))).toString()).toBe(text);
});

it('can be read with age and the private key of the operator alone: key from the catalog, dump, SHA-256', async () => {
  const { open, file, stored, catalog } = await dumpDirectory();
  const { storage } = await open(...OWN);
  const packed = randomBytes(200_000);
  await storage.put(KEY, await file(packed));
  const [row] = await catalog.dumpKeys.of(OBJECT);
  const operator = new Decrypter();
  operator.addIdentity(OPERATOR.identity);
  const dump = new Decrypter();
  dump.addIdentity((await operator.decrypt(armor.decode(row!.wrapped), 'text')).trim());
  const decrypted = await dump.decrypt(await stored(KEY));
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  expect(sha256(decrypted)).toBe(sha256(packed));
});

it('makes every copy unreadable when a dump is deleted', async () => {
  const { open, file, backup, catalog } = await dumpDirectory();
  const { storage } = await open(...OWN);
  await storage.put(KEY, await file('dump'));
  const restore = await backup(KEY);
  await storage.delete(KEY);
  expect(await catalog.dumpKeys.of(OBJECT)).toEqual([]);
  await restore();
  await expect(storage.get(KEY)).rejects.toMatchObject({
    code: 'DUMP_NOT_FOUND',
    message: expect.stringContaining('key'),
  });
  // The same id is used for one session only, but storing it again is no reason to open the old copy.
  await storage.put(KEY, await file('another'));
  await restore();
  await expect(storage.get(KEY)).rejects.toMatchObject({ code: 'DUMP_ENCRYPTED' });
});

it('makes every copy of a replaced dump unreadable, but only when the new one is stored', async () => {
  const { open, file, backup, catalog } = await dumpDirectory();
  const { storage } = await open(...OWN);
  await storage.put(KEY, await file('leaked'));
  const restore = await backup(KEY);
  await expect(storage.put(KEY, '/nonexistent', undefined, { replaces: true })).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  });
  expect((await buffer(await storage.get(KEY))).toString()).toBe('leaked');
  await storage.put(KEY, await file('cured'), undefined, { replaces: true });
  expect((await buffer(await storage.get(KEY))).toString()).toBe('cured');
  expect(await catalog.dumpKeys.of(OBJECT)).toHaveLength(1);
  await restore();
  await expect(storage.get(KEY)).rejects.toMatchObject({ code: 'DUMP_ENCRYPTED' });
});

it('uses one key for all attempts to store a dump, and one more for every dump', async () => {
  const { open, file, catalog } = await dumpDirectory();
  const { storage } = await open(...OWN);
  const path = await file('dump');
  await Promise.all([1, 2, 3, 4].map(() => storage.put(KEY, path)));
  expect((await buffer(await storage.get(KEY))).toString()).toBe('dump');
  const [[first], [second]] = await Promise.all([
    catalog.dumpKeys.of(OBJECT),
    storage.put('2026/03/01/b.gz', path).then(() => catalog.dumpKeys.of('dumps/2026/03/01/b.gz')),
  ]);
  expect(first!.recipient).not.toBe(second!.recipient);
});

it('tries again when the key is destroyed while the dump is stored', async () => {
  const { open, file, catalog } = await dumpDirectory();
  const { storage } = await open(...OWN);
  const path = await file('dump');
  await storage.put(KEY, path);
  const putting = storage.put(KEY, path);
  await catalog.dumpKeys.remove([OBJECT]);
  await putting.catch((error: unknown) =>
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true }),
  );
  await storage.put(KEY, path);
  expect((await buffer(await storage.get(KEY))).toString()).toBe('dump');
});

it('reads dumps from before encryption, and encrypted ones after it was switched off', async () => {
  const { open, file, stored, catalog } = await dumpDirectory();
  const off = await open([], [OPERATOR.identity]);
  await off.storage.put('old.gz', await file('old'));
  const on = await open(...OWN);
  await on.storage.put('new.gz', await file('new'));
  for (const { storage } of [on, off]) {
    expect((await buffer(await storage.get('old.gz'))).toString()).toBe('old');
    expect((await buffer(await storage.get('new.gz'))).toString()).toBe('new');
  }
  await off.storage.put('new.gz', await file('cured'), undefined, { replaces: true });
  expect((await stored('new.gz')).toString()).toBe('cured');
  expect(await catalog.dumpKeys.of('dumps/new.gz')).toEqual([]);
});

it('writes and deletes without a private key, and says that it cannot read', async () => {
  const { open, file, catalog } = await dumpDirectory();
  const { storage } = await open([OPERATOR.recipient]);
  await storage.put(KEY, await file('dump'));
  await expect(storage.get(KEY)).rejects.toMatchObject({
    code: 'DUMP_ENCRYPTED',
    todo: expect.stringContaining('storage.encryption.identityFile'),
  });
  const { storage: reader } = await open(...OWN);
  expect((await buffer(await reader.get(KEY))).toString()).toBe('dump');
  await storage.delete(KEY);
  expect(await catalog.dumpKeys.of(OBJECT)).toEqual([]);
});

it('encrypts for several recipients, and reads with the private key of any, also of a former one', async () => {
  const other = await keyPair();
  const { open, file } = await dumpDirectory();
  const both = await open([OPERATOR.recipient, other.recipient], [other.identity]);
  await both.storage.put('both.gz', await file('both'));
  const first = await open(...OWN);
  await first.storage.put('first.gz', await file('first'));
  expect((await buffer(await first.storage.get('both.gz'))).toString()).toBe('both');
  const changed = await open([other.recipient], [other.identity, OPERATOR.identity]);
  expect((await buffer(await changed.storage.get('first.gz'))).toString()).toBe('first');
  const withoutFormer = await open([other.recipient], [other.identity]);
  await expect(withoutFormer.storage.get('first.gz')).rejects.toMatchObject({
    code: 'DUMP_ENCRYPTED',
    message: expect.stringContaining('identities.txt'),
  });
});

it('does not encrypt the Parquet files of the export', async () => {
  const { open, file, stored } = await dumpDirectory();
  const { storage } = await open(...OWN);
  await storage.put('insights/calls/day=2026-03-01/x.parquet', await file('PAR1'));
  expect((await stored('insights/calls/day=2026-03-01/x.parquet')).toString()).toBe('PAR1');
  expect((await buffer(await storage.get('insights/calls/day=2026-03-01/x.parquet'))).toString()).toBe('PAR1');
});
