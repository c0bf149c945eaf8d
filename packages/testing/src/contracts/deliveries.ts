import { randomUUID } from 'node:crypto';
import type { Catalog } from 'rtcstats-server/catalog';
import type { Claim, Deliveries, Delivery } from 'rtcstats-server/catalog/deliveries';
import type { EgressEntry } from 'rtcstats-server/catalog/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const T0 = '2026-03-01T10:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(T0) + seconds * 1000).toISOString();

/** The contract of the deliveries of every catalog. `create` makes an empty one that is migrated. */
export function describeDeliveries(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a list of deliveries`, () => {
    let catalog: Catalog;
    let deliveries: Deliveries;

    const add = (...ids: string[]): Promise<void> =>
      deliveries.add(ids.map((sessionId, index) => ({ sessionId, by: 'sample', createdAt: later(index) })));
    const claim = (at: number, changes: Partial<Claim> = {}): Promise<Delivery | undefined> =>
      deliveries.claim({
        id: randomUUID(),
        now: later(at),
        until: later(at + 300),
        budget: null,
        sends: true,
        ...changes,
      });
    const delivered = (delivery: Delivery, at: number, remoteId: string | null = 'r-1'): Promise<void> =>
      deliveries.settle(delivery, {
        at: later(at),
        state: 'delivered',
        nextAttemptAt: null,
        remoteId,
        assemblingAt: null,
      });

    beforeEach(async () => {
      catalog = await create();
      deliveries = catalog.deliveries;
    });
    afterEach(() => catalog.close());

    it('gives out what is due, the one that waits longest first, each once', async () => {
      await add('a', 'b', 'c');
      const first = await claim(1);
      expect(first).toMatchObject({ sessionId: 'a', state: 'sending', attempts: 1, by: 'sample', remoteId: null });
      expect((await claim(1))?.sessionId).toBe('b');
      expect(await claim(1)).toBeUndefined();
      expect((await claim(2))?.sessionId).toBe('c');
      expect((await deliveries.get('a'))?.state).toBe('sending');
    });

    it('gives a delivery to one of many who ask at the same time', async () => {
      await add('a', 'b', 'c', 'd');
      const claimed = await Promise.all(Array.from({ length: 10 }, () => claim(60)));
      expect(claimed.flatMap((delivery) => delivery?.sessionId ?? []).sort()).toEqual(['a', 'b', 'c', 'd']);
    });

    it('adds a delivery once, whatever became of it', async () => {
      await add('a');
      await delivered((await claim(0))!, 1);
      await add('a');
      expect(await deliveries.get('a')).toMatchObject({ state: 'delivered', remoteId: 'r-1' });
      expect(await claim(100)).toBeUndefined();
    });

    it('gives it to somebody else when a lease is over, and lets the first one write no more', async () => {
      await add('a');
      const lost = (await claim(0))!;
      expect(await claim(299)).toBeUndefined();
      expect(await deliveries.renew(lost, later(400))).toBe(true);
      expect(await claim(350)).toBeUndefined();
      expect(await deliveries.beginAssembly(lost, later(390), later(400))).toBe(true);
      const taken = (await claim(401))!;
      expect(taken).toMatchObject({ sessionId: 'a', attempts: 2, assemblingAt: later(390) });
      expect(await deliveries.renew(lost, later(900))).toBe(false);
      expect(await deliveries.beginAssembly(lost, later(402), later(900))).toBe(false);
      await delivered(lost, 403, 'r-lost');
      expect(await deliveries.get('a')).toMatchObject({ state: 'sending', remoteId: null });
      await delivered(taken, 404, 'r-taken');
      expect(await deliveries.get('a')).toMatchObject({ state: 'delivered', remoteId: 'r-taken', assemblingAt: null });
    });

    it('keeps what a target answered', async () => {
      await add('a');
      const analysis = { data: { scores: { audioScore: 4.1 } }, processorVersion: '1.0.0' };
      const answer = {
        remoteId: null,
        url: 'https://a.example/1',
        embedUrl: null,
        analysis,
        lastStatus: 503,
        lastCode: 'x',
      };
      const outcome = {
        at: later(1),
        state: 'waiting',
        nextAttemptAt: later(9),
        assemblingAt: later(1),
        ...answer,
      } as const;
      await deliveries.settle((await claim(0))!, outcome);
      const { at: updatedAt, ...expected } = outcome;
      expect(await deliveries.get('a')).toMatchObject({ ...expected, updatedAt, claim: null });
      expect(await deliveries.nextDue()).toBe(later(9));
      expect(await claim(8)).toBeUndefined();
      expect((await claim(9))?.attempts).toBe(2);
    });

    it('counts each delivery once per day against the budget', async () => {
      await add('a', 'b', 'c');
      const budget = 2;
      const first = (await claim(10, { budget }))!;
      await deliveries.settle(first, { at: later(11), state: 'waiting', nextAttemptAt: later(12) });
      expect((await claim(12, { budget }))?.sessionId).toBe('b');
      // The third has no room; the first one was counted.
      expect((await claim(12, { budget }))?.sessionId).toBe('a');
      expect(await claim(13, { budget })).toBeUndefined();
      expect((await claim(24 * 3600, { budget }))?.sessionId).toBeDefined();
      expect(await claim(48 * 3600, { budget: 0 })).toBeUndefined();
    });

    it('does not take more than the budget, however many ask', async () => {
      await add('a', 'b', 'c', 'd', 'e');
      const claimed = await Promise.all(Array.from({ length: 8 }, () => claim(60, { budget: 3 })));
      expect(claimed.filter((delivery) => delivery !== undefined)).toHaveLength(3);
    });

    it('takes back what was delivered, never sends what was not', async () => {
      await add('a', 'b');
      await delivered((await claim(0))!, 1);
      for (const id of ['a', 'b', 'unknown']) await deliveries.withdraw(id, later(5));
      expect(await deliveries.get('b')).toMatchObject({ state: 'withdrawn', nextAttemptAt: null });
      const taken = (await claim(5, { sends: false, budget: 0 }))!;
      expect(taken).toMatchObject({ sessionId: 'a', withdrawn: true, remoteId: 'r-1', state: 'delivered' });
      await deliveries.settle(taken, { at: later(6), state: 'withdrawn', nextAttemptAt: null });
      await deliveries.withdraw('a', later(7));
      expect(await deliveries.get('a')).toMatchObject({ state: 'withdrawn', nextAttemptAt: null });
      expect(await claim(100)).toBeUndefined();
      expect(await deliveries.retry('a', 'anna', later(8))).toBe(false);
    });

    it('takes back what was withdrawn while it was sent', async () => {
      await add('a');
      const sending = (await claim(0))!;
      await deliveries.withdraw('a', later(1));
      expect(await claim(2)).toBeUndefined();
      expect(await deliveries.renew(sending, later(400))).toBe(false);
      expect(await deliveries.beginAssembly(sending, later(2), later(400))).toBe(false);
      await delivered(sending, 3);
      expect(await claim(3)).toMatchObject({ sessionId: 'a', withdrawn: true, remoteId: 'r-1' });
    });

    it('only takes back while nothing is to be sent', async () => {
      await add('a');
      expect(await claim(10, { sends: false })).toBeUndefined();
    });

    it('tries again by hand what did not go through', async () => {
      await add('a');
      await deliveries.settle((await claim(0))!, {
        at: later(1),
        state: 'refused',
        nextAttemptAt: null,
        lastStatus: 415,
      });
      expect(await deliveries.retry('a', 'hand', later(2))).toBe(true);
      expect(await claim(2)).toMatchObject({ by: 'hand', attempts: 1 });
      expect(await deliveries.retry('unknown', 'hand', later(2))).toBe(false);
    });

    it('lists and counts by state', async () => {
      await add('a', 'b', 'c');
      await delivered((await claim(0))!, 1);
      expect(await deliveries.counts()).toEqual({ waiting: 2, delivered: 1 });
      expect((await deliveries.list({ state: 'waiting' })).map(({ sessionId }) => sessionId)).toEqual(['c', 'b']);
      expect((await deliveries.list({ limit: 1 })).map(({ sessionId }) => sessionId)).toEqual(['c']);
    });

    it('keeps a ledger', async () => {
      const entry = (id: string): EgressEntry => ({
        id,
        sessionId: 'a',
        action: 'send',
        startedAt: T0,
        endedAt: null,
        target: 'https://api.example/v1.0/upload',
        by: 'rule:bad ratings',
        bytes: 0,
        sha256: 'ab'.repeat(32),
        remoteId: null,
        outcome: 'begun',
      });
      for (const id of ['1', '2', '3']) await catalog.ledger.beginEgress(entry(id));
      const end = { bytes: 5_000_000_000, outcome: 'delivered', endedAt: later(1), remoteId: 'r-1' } as const;
      await catalog.ledger.endEgress('2', end);
      expect(await catalog.ledger.egress({ limit: 2 })).toEqual([entry('3'), { ...entry('2'), ...end }]);
      expect(await catalog.ledger.egress({ before: '2' })).toEqual([entry('1')]);
    });
  });
}
