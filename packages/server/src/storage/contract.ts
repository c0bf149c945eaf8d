import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from './storage.ts';

/** What every storage must do. `create` makes an empty one; `broken` one that cannot work at all. */
export function describeStorage(
  name: string,
  create: (scratch: string) => Promise<Storage>,
  broken: (scratch: string) => Promise<Storage>,
): void {
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

    it('says that there is no such dump', async () => {
      await expect(storage.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    });

    it('deletes, also what is not there', async () => {
      await storage.put(key, await file('one'));
      await storage.delete(key);
      await storage.delete(key);
      await expect(storage.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    });

    it.each(['../x.gz', '/etc/passwd', 'a//b.gz', 'a/../../b.gz', '.incoming/x', '', 'a/', 'a\0.gz', 'a\\b'])(
      'refuses the key %j',
      async (bad) => {
        const path = await file('one');
        const calls = [() => storage.put(bad, path), () => storage.get(bad), () => storage.delete(bad)];
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
