import type { Catalog } from 'rtcstats-server/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

/** The contract of leases, holds and removals in every catalog. `create` makes an empty one that is migrated. */
export function describeRetention(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of what is kept`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('lets one holder at a time have a lease, until it is released or over', async () => {
      const { leases } = catalog;
      const [now, later] = ['2026-03-01T10:00:00.000Z', '2026-03-01T10:01:00.000Z'];
      const lease = { name: 'retention', now, until: later };
      const taken = await Promise.all(['a', 'b', 'c'].map((holder) => leases.take({ ...lease, holder })));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const holder = 'abc'[taken.indexOf(true)]!;
      const other = holder === 'a' ? 'b' : 'a';
      expect(await leases.take({ ...lease, holder })).toBe(true);
      await leases.release({ name: 'retention', holder: other });
      expect(await leases.take({ ...lease, holder: other })).toBe(false);
      expect(await leases.take({ ...lease, name: 'something else', holder: other })).toBe(true);
      // Its holder was killed.
      expect(await leases.take({ ...lease, holder: other, now: later, until: '2026-03-01T10:02:00.000Z' })).toBe(true);
      expect(await leases.take({ ...lease, holder })).toBe(false);
      await leases.release({ name: 'retention', holder: other });
      expect(await leases.take({ ...lease, holder })).toBe(true);
    });

    it('has holds with all their names, until they are removed', async () => {
      const { holds } = catalog;
      const hold = {
        id: '0195b0a0-0000-7000-8000-000000000001',
        kind: 'user',
        name: 'user-2',
        names: Array.from({ length: 1200 }, (_, index) => `user-${index}`).sort(),
        reason: 'a dispute\0',
        createdAt: '2026-03-01T10:00:00.000Z',
        coversUntil: '2036-03-01T10:00:00.000Z',
      } as const;
      const other = { ...hold, id: `${hold.id.slice(0, -1)}2`, names: ['user-2'], coversUntil: null };
      await holds.add(other);
      await holds.add(hold);
      const reason = 'a dispute\ufffd';
      expect(await holds.list()).toEqual([
        { ...hold, reason },
        { ...other, reason },
      ]);
      expect(await holds.remove(hold.id)).toBe(true);
      expect(await holds.remove(hold.id)).toBe(false);
      expect(await holds.list()).toEqual([{ ...other, reason }]);
    });

    it('notes a removal, takes the session out of the export and has its delivery taken back', async () => {
      const { sessions, exports, deliveries, removals } = catalog;
      for (const id of ['a', 'b']) await sessions.put(sessionRow(id), analysisRow());
      const part = (await exports.begin('gateway-1', 10))!;
      await exports.finish(part);
      await deliveries.add([{ sessionId: 'a', by: 'sample', createdAt: '2026-03-01T10:05:00.000Z' }]);
      const { host, startedAt } = sessionRow('a');
      const removal = {
        sessionId: 'a',
        reason: 'deleted',
        host,
        startedAt,
        requestedAt: '2026-03-02T10:00:00.000Z',
      } as const;
      for (let repeat = 0; repeat < 2; repeat++) await removals.begin(removal);
      expect(await removals.list({ limit: 10 })).toEqual([removal]);
      expect(await removals.list({ limit: 10, after: 'a' })).toEqual([]);
      expect(await removals.changedParts(removal)).toEqual([{ ...part, sessions: ['b'] }]);
      expect(await deliveries.get('a')).toMatchObject({ state: 'withdrawn', nextAttemptAt: null });
      await removals.finish('a');
      expect(await removals.list({ limit: 10 })).toEqual([]);
    });

    it('strips a row of everything that says who took part', async () => {
      const names = { user: 'user-of-anna', conference: 'room-of-anna', session: 'session-of-anna', country: 'DE' };
      await catalog.sessions.put(sessionRow('a', { ...names, signed: ['user'] }), analysisRow());
      await catalog.removals.strip('a');
      const nobody = { user: null, conference: null, session: null, country: null, origin: null, userAgent: null };
      expect(await catalog.sessions.get('a')).toEqual(sessionRow('a', nobody));
      expect(await catalog.analyses.get('a')).toBeUndefined();
    });
  });
}
