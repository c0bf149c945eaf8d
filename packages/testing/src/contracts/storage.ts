import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { DumpAttributes, Storage } from 'rtcstats-server/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface StorageUnderTest {
  /** Makes an empty storage. */
  create(scratch: string): Promise<Storage>;
  /** Makes a storage whose back end cannot be reached. */
  broken(scratch: string): Promise<Storage>;
  /** Reads the attributes of an object past the storage; left out where it does not keep them. */
  attributes?(storage: Storage, key: string): Promise<DumpAttributes>;
  /** Cuts off a read that is under way; left out where nothing lies between the storage and its bytes. */
  breakOff?(scratch: string): Promise<{ readonly storage: Storage; cut(): Promise<void> }>;
}

/** Behavior that every storage must have. */
export function describeStorage(name: string, { create, broken, attributes, breakOff }: StorageUnderTest): void {
  describe(`${name} as a storage`, () => {
    let scratch: string;
    let storage: Storage;
    const key = '2026/03/01/0195-a.gz';

    const file = async (bytes: Uint8Array | string): Promise<string> => {
      const path = join(scratch, 'source');
      await writeFile(path, bytes);
      return path;
    };
    const stored = async (at: string): Promise<Buffer> => buffer(await storage.get(at));

    beforeEach(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'rtcstats-storage-'));
      storage = await create(scratch);
    });
    afterEach(async () => {
      await storage.close();
      await rm(scratch, { recursive: true, force: true });
    });

    it('gives back the bytes it was given', async () => {
      const bytes = randomBytes(300_000);
      expect(await storage.put(key, await file(bytes))).toBe(bytes.length);
      expect(await stored(key)).toEqual(bytes);
    });

    it('leaves the file it was given where it is', async () => {
      const path = await file('dump');
      await storage.put(key, path);
      expect((await stat(path)).size).toBe(4);
    });

    it('does not follow later changes of the file it was given', async () => {
      await storage.put(key, await file('first'));
      await file('other');
      expect((await stored(key)).toString()).toBe('first');
    });

    it('replaces an object that is put again', async () => {
      await storage.put(key, await file('longer than the second'));
      expect(await storage.put(key, await file('second'))).toBe(6);
      expect((await stored(key)).toString()).toBe('second');
    });

    it('keeps objects apart', async () => {
      await storage.put(key, await file('one'));
      await storage.put('2026/03/02/0195-b.gz', await file('two'));
      expect((await stored(key)).toString()).toBe('one');
      expect((await stored('2026/03/02/0195-b.gz')).toString()).toBe('two');
    });

    it('keeps one of several objects that are put under one key at the same time, and all of it', async () => {
      const objects = Array.from({ length: 6 }, (_, index) => Buffer.alloc(200_000 + index, `${index}`));
      const paths = objects.map((_, index) => join(scratch, `source-${index}`));
      await Promise.all(objects.map((bytes, index) => writeFile(paths[index]!, bytes)));
      const sizes = await Promise.all(paths.map((path) => storage.put(key, path)));
      expect(sizes).toEqual(objects.map(({ length }) => length));
      const winner = await stored(key);
      expect(objects.some((bytes) => bytes.equals(winner))).toBe(true);
    });

    if (attributes) {
      it('stores the attributes it was given with the object', async () => {
        const given = { policy: 'standard@3f9a2c81d0e4b756', sha256: 'ab'.repeat(32) };
        await storage.put(key, await file('dump'), given);
        expect(await attributes(storage, key)).toEqual(given);
      });
    }

    if (breakOff) {
      it('fails a stream that breaks off instead of ending it', async () => {
        const { storage: through, cut } = await breakOff(scratch);
        await through.put(key, await file(randomBytes(6_000_000)));
        const reading = await through.get(key);
        await cut();
        await expect(buffer(reading)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
        await through.close();
      });
    }

    it('says that there is no such dump', async () => {
      await expect(storage.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    });

    it('deletes, also what is not there', async () => {
      await storage.put(key, await file('one'));
      await storage.delete(key);
      await storage.delete(key);
      await expect(storage.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    });

    it('deletes many at once, also what is not there', async () => {
      const keys = Array.from({ length: 1100 }, (_, index) => `2026/03/02/many-${index}.gz`);
      const stay = '2026/03/02/stays.gz';
      for (const at of [keys[0]!, keys[1099]!, stay]) await storage.put(at, await file('one'));
      await storage.deleteMany([]);
      for (let repeat = 0; repeat < 2; repeat++) await storage.deleteMany(keys);
      for (const at of [keys[0]!, keys[1099]!]) {
        await expect(storage.get(at)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
      }
      expect((await stored(stay)).toString()).toBe('one');
    });

    it.each(['../x.gz', '/etc/passwd', 'a//b.gz', 'a/../../b.gz', '.incoming/x', '', 'a/', 'a\0.gz', 'a\\b'])(
      'refuses the key %j',
      async (bad) => {
        const path = await file('one');
        const calls = [() => storage.put(bad, path), () => storage.get(bad), () => storage.delete(bad)];
        await expect((async () => storage.deleteMany([bad]))()).rejects.toThrow('Not a storage key');
        for (const call of calls) await expect((async () => call())()).rejects.toThrow('Not a storage key');
      },
    );

    it('rejects with a retryable error when it cannot be reached', async () => {
      const path = await file('one');
      const unusable = await broken(scratch);
      await expect(unusable.put(key, path)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
      await unusable.close();
    });
  });
}
