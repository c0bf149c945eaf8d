import { buffer } from 'node:stream/consumers';
import { ending } from '@rtcstats-server/testing/killed';
import { expect, it } from 'vitest';
import { LocalStorage } from '../storage/local.ts';
import { EncryptedStorage } from './encrypted-storage.ts';
import { DumpEncryption } from './encryption.ts';
import { dumpDirectory, keyPair } from './testing/stores.ts';

const KEY = '2026/03/01/a.gz';
const OBJECT = `dumps/${KEY}`;
const OPERATOR = await keyPair();
/** More than any operation makes. */
const MAX_CALLS = 10;

/** A directory, its storage, and one that is killed after a number of calls to catalog and storage. */
async function storages() {
  const directory = await dumpDirectory();
  const { storage } = await directory.open([OPERATOR.recipient], [OPERATOR.identity]);
  const inner = await LocalStorage.open(directory.path('dumps'));
  const encryption = await DumpEncryption.open({
    recipients: [OPERATOR.recipient],
    identityFile: directory.path('identities.txt'),
  });
  let left = 0;
  const calls = (): number => left--;
  const common = { name: 'dumps', encryption, directory: directory.path('encrypting') } as const;
  const killed = new EncryptedStorage({
    ...common,
    storage: ending(inner, calls),
    keys: ending(directory.catalog.dumpKeys, calls),
  });
  return {
    ...directory,
    storage,
    /** @returns whether it was killed before it had ended */
    killing: async (after: number, work: (storage: EncryptedStorage) => Promise<unknown>): Promise<boolean> => {
      left = after;
      try {
        await work(killed);
        return false;
      } catch {
        return true;
      }
    },
    text: async (): Promise<string> => (await buffer(await storage.get(KEY))).toString(),
  };
}

it('stores a dump with one key, after a kill at any step and a second try', async () => {
  let kills = 0;
  for (let after = 0; after < MAX_CALLS; after++) {
    const { storage, killing, file, text, catalog } = await storages();
    const path = await file('dump');
    if (await killing(after, (killed) => killed.put(KEY, path))) kills++;
    await storage.put(KEY, path);
    expect(await text()).toBe('dump');
    expect(await catalog.dumpKeys.of(OBJECT)).toHaveLength(1);
  }
  expect(kills).toBeGreaterThan(2);
});

it('replaces a dump: after a kill at any step, the old or the new one can be read', async () => {
  let kills = 0;
  for (let after = 0; after < MAX_CALLS; after++) {
    const { storage, killing, file, text, catalog } = await storages();
    await storage.put(KEY, await file('leaked'));
    const path = await file('cured');
    const replace = (by: { put: EncryptedStorage['put'] }) => by.put(KEY, path, undefined, { replaces: true });
    if (await killing(after, replace)) kills++;
    expect(['leaked', 'cured']).toContain(await text());
    await replace(storage);
    expect(await text()).toBe('cured');
    expect(await catalog.dumpKeys.of(OBJECT)).toHaveLength(1);
  }
  expect(kills).toBeGreaterThan(2);
});

it('deletes a dump: after a kill at any step, it can be read or its key is destroyed', async () => {
  for (let after = 0; after < MAX_CALLS; after++) {
    const { storage, killing, file, text, catalog } = await storages();
    await storage.put(KEY, await file('dump'));
    await killing(after, (killed) => killed.delete(KEY));
    const keys = await catalog.dumpKeys.of(OBJECT);
    if (keys.length > 0) expect(await text()).toBe('dump');
    else await expect(storage.get(KEY)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    await storage.delete(KEY);
    expect(await catalog.dumpKeys.of(OBJECT)).toEqual([]);
  }
});
