import type { Catalog } from 'rtcstats-server/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sessionRow } from '../session-row.ts';

const key = (object: string, recipient: string, second = 0) => ({
  object,
  sessionId: object.replace(/^.*\/|\.gz$/g, ''),
  recipient,
  wrapped: `wrapped ${recipient}`,
  createdAt: `2026-03-01T10:00:0${second}.000Z`,
});

/** The contract of the keys of dumps in every catalog. `create` makes an empty one that is migrated. */
export function describeDumpKeys(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of the keys of dumps`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('keeps the first key of an object, of keys that come at once as well', async () => {
      const { dumpKeys } = catalog;
      const recipients = await Promise.all(['r1', 'r2', 'r3'].map((one) => dumpKeys.keep(key('dumps/a.gz', one))));
      expect(new Set(recipients)).toEqual(new Set(['r1']));
      expect(await dumpKeys.keep(key('dumps/a.gz', 'r4', 1))).toBe('r1');
      const many = Array.from({ length: 600 }, (_, index) => key(`dumps/${index}.gz`, `r${index}`));
      expect(await Promise.all(many.map((one) => dumpKeys.keep(one)))).toEqual(many.map(({ recipient }) => recipient));
      expect(await dumpKeys.of('dumps/a.gz')).toEqual([{ recipient: 'r1', wrapped: 'wrapped r1' }]);
      expect(await dumpKeys.of('quarantine/a.gz')).toEqual([]);
    });

    it('has the newest key of an object first, and destroys the others', async () => {
      const { dumpKeys } = catalog;
      await dumpKeys.keep(key('dumps/a.gz', 'r1'));
      await dumpKeys.add(key('dumps/a.gz', 'r2', 1));
      expect((await dumpKeys.of('dumps/a.gz')).map(({ recipient }) => recipient)).toEqual(['r2', 'r1']);
      expect(await dumpKeys.keep(key('dumps/a.gz', 'r3', 2))).toBe('r2');
      await dumpKeys.removeOthers('dumps/a.gz', 'r2');
      expect((await dumpKeys.of('dumps/a.gz')).map(({ recipient }) => recipient)).toEqual(['r2']);
    });

    it('destroys keys of objects, and those that are left when a session is removed', async () => {
      const { dumpKeys, sessions, retention } = catalog;
      const objects = ['dumps/2026/03/01/a.gz', 'quarantine/a.gz', 'dumps/2026/03/01/b.gz', 'dumps/2026/03/01/c.gz'];
      for (const [index, object] of objects.entries()) await dumpKeys.keep(key(object, `r${index}`));
      const left = async (): Promise<boolean[]> =>
        await Promise.all(objects.map(async (object) => (await dumpKeys.of(object)).length > 0));
      await dumpKeys.remove([objects[0]!, 'dumps/unknown.gz']);
      expect(await left()).toEqual([false, true, true, true]);
      await sessions.put(sessionRow('a'));
      await sessions.put(sessionRow('b', { state: 'erased', storageKey: null }));
      await sessions.put(sessionRow('c', { state: 'erased' }));
      await sessions.delete('a');
      expect(await left()).toEqual([false, false, true, true]);
      await retention.removeSessions({ before: '2100-01-01T00:00:00.000Z', from: undefined, limit: 10 });
      expect(await left()).toEqual([false, false, false, true]);
      await retention.dumpsRemoved(['c']);
      expect(await left()).toEqual([false, false, false, false]);
    });
  });
}
