import type { Catalog } from 'rtcstats-server/catalog';
import type { NewErasure } from 'rtcstats-server/catalog/erasures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ERASURE: NewErasure = {
  id: '019abc12-7def-7000-8000-000000000001',
  kind: 'user',
  subject: 'h1',
  hashes: ['h1', 'h2'],
  names: ['p1', 'p2'],
  requestedAt: '2026-03-01T10:00:00.000Z',
  by: 'command',
};
const NOW = '2026-03-01T10:00:01.000Z';
const LATER = '2026-03-01T10:00:30.000Z';
const MUCH_LATER = '2026-03-01T10:01:00.000Z';

/** The contract of the erasures in every catalog. `create` makes an empty one that is migrated. */
export function describeErasures(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of erasures`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('keeps the list of sessions until each is removed everywhere, and then the receipt without names', async () => {
      const { erasures } = catalog;
      await erasures.begin(ERASURE);
      await erasures.begin({ ...ERASURE, by: 'somebody else' });
      await erasures.add(ERASURE.id, ['b', 'a']);
      await erasures.add(ERASURE.id, ['a', 'c']);
      await erasures.add(ERASURE.id, []);
      await erasures.endedLive(ERASURE.id, 1);
      expect(await erasures.open()).toEqual([{ ...ERASURE, remaining: 3 }]);
      expect(await erasures.remaining(ERASURE.id, { limit: 2 })).toEqual([
        { sessionId: 'a', report: null },
        { sessionId: 'b', report: null },
      ]);
      const removed = { places: { storage: 'removed', quarantine: 'absent' }, waitsFor: null } as const;
      await erasures.settle(ERASURE.id, 'a', removed);
      await erasures.settle(ERASURE.id, 'a', removed);
      const waiting = { places: { storage: 'removed', quarantine: 'pending' }, waitsFor: 'gateway-2' } as const;
      await erasures.settle(ERASURE.id, 'b', waiting);
      expect(await erasures.finish(ERASURE.id, LATER)).toBe(false);
      const { names: _, ...receipt } = ERASURE;
      expect(await erasures.get(ERASURE.id)).toEqual({
        ...receipt,
        finishedAt: null,
        sessions: 3,
        live: 1,
        places: { storage: { removed: 2 }, quarantine: { absent: 1, pending: 1 } },
        waitsFor: { 'gateway-2': 1 },
      });
      expect(await erasures.remaining(ERASURE.id, { limit: 2, after: 'a' })).toEqual([
        { sessionId: 'b', report: waiting },
        { sessionId: 'c', report: null },
      ]);
      await erasures.settle(ERASURE.id, 'b', removed);
      await erasures.settle(ERASURE.id, 'c', removed);
      expect(await erasures.finish(ERASURE.id, LATER)).toBe(true);
      expect(await erasures.finish(ERASURE.id, MUCH_LATER)).toBe(false);
      expect(await erasures.open()).toEqual([]);
      expect(await erasures.list({})).toEqual([
        {
          ...receipt,
          finishedAt: LATER,
          sessions: 3,
          live: 1,
          places: { storage: { removed: 3 }, quarantine: { absent: 3 } },
          waitsFor: {},
        },
      ]);
      expect(await catalog.scrub()).toBe(true);
    });

    it('lets one process at a time work on an erasure', async () => {
      const { erasures } = catalog;
      await erasures.begin(ERASURE);
      expect(await erasures.claim(ERASURE.id, 'one', NOW, LATER)).toBe(true);
      expect(await erasures.claim(ERASURE.id, 'one', NOW, LATER)).toBe(true);
      expect(await erasures.claim(ERASURE.id, 'two', NOW, LATER)).toBe(false);
      await erasures.release(ERASURE.id, 'two');
      expect(await erasures.claim(ERASURE.id, 'two', NOW, LATER)).toBe(false);
      expect(await erasures.claim(ERASURE.id, 'two', MUCH_LATER, MUCH_LATER)).toBe(true);
      await erasures.release(ERASURE.id, 'two');
      expect(await erasures.claim(ERASURE.id, 'one', NOW, LATER)).toBe(true);
      await erasures.finish(ERASURE.id, LATER);
      expect(await erasures.claim(ERASURE.id, 'one', NOW, LATER)).toBe(false);
    });

    it('lists receipts page by page, the newest first', async () => {
      const { erasures } = catalog;
      const ids = [1, 2, 3].map((n) => `019abc12-7def-7000-8000-00000000000${n}`);
      for (const id of ids) await erasures.begin({ ...ERASURE, id });
      const page = await erasures.list({ limit: 2 });
      expect(page.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      expect((await erasures.list({ limit: 2, before: ids[1]! })).map(({ id }) => id)).toEqual([ids[0]]);
      expect(await erasures.get('unknown')).toBeUndefined();
    });
  });
}
