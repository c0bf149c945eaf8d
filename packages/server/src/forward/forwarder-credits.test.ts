import { gzipSync } from 'node:zlib';
import type { RtcstatsComStub, StubRequest } from '@rtcstats-server/testing/rtcstats-com';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { catalog, failing, failingIn, reaches, start, stored, stub } from './testing/forwarder-fixture.ts';

describe('an attempt that costs a credit', () => {
  it.each(['cut-after', 'hang'] as const)(
    'asks whether the dump arrived before it sends again when the answer is lost (%s)',
    async (fault) => {
      await stored('a');
      failing('assemble', fault);
      start();
      const { remoteId } = await reaches('a', 'delivered');
      expect(stub.assembled).toHaveLength(1);
      expect(stub.stored.has(remoteId!)).toBe(true);
      expect(stub.requests).toContain('list');
    },
  );

  it.each([429, 401, 403, 404, 400, 503, 200])(
    'does not pay again until the target says whether the dump arrived (%i)',
    async (status) => {
      await stored('a');
      const faults: Partial<Record<StubRequest, ReturnType<RtcstatsComStub['fault']>[]>> = {
        assemble: ['cut-after'],
        list: [{ status }, { status }],
      };
      stub.fault = (kind) => faults[kind]?.shift();
      start({ arrivalMs: 0 });
      await reaches('a', 'delivered');
      expect(stub.assembled).toHaveLength(1);
      expect(stub.requests.filter((kind) => kind === 'list')).toHaveLength(3);
      const [found, sent] = await catalog.ledger.egress({});
      expect(found).toMatchObject({ outcome: 'delivered', bytes: 0, remoteId: [...stub.stored.keys()][0] });
      expect(sent).toMatchObject({ outcome: 'failed' });
    },
  );

  it('waits for a dump that the target may still be processing', async () => {
    const bytes = await stored('a');
    let asked = 0;
    stub.fault = (kind) => {
      if (kind === 'assemble') return 'cut-before';
      if (kind === 'list' && ++asked === 3) stub.arrived('a.gz', bytes);
      return undefined;
    };
    start({ arrivalMs: 60_000 });
    await reaches('a', 'delivered');
    expect(asked).toBe(3);
    expect(stub.requests.filter((kind) => kind === 'assemble')).toHaveLength(1);
  });

  it('does not pay for a session that is deleted while its dump is sent', async () => {
    await stored('a', 2.5 * 1024 * 1024);
    stub.fault = (kind) => {
      if (kind === 'chunk') void catalog.deliveries.withdraw('a', new Date().toISOString());
      return undefined;
    };
    start();
    await reaches('a', 'withdrawn');
    expect(stub.requests).toEqual(['chunk']);
    expect(await catalog.ledger.egress({})).toMatchObject([{ action: 'send', outcome: 'failed', remoteId: null }]);
  });

  it.each(['upload', 'enrich'] as const)(
    'stores the answer of %s in spite of an outage of the catalog',
    async (mode) => {
      await stored('a');
      let outage = 6;
      const fails = (): boolean => outage-- > 0;
      const from: Catalog = {
        sessions: catalog.sessions,
        analyses: catalog.analyses,
        rollups: catalog.rollups,
        figures: catalog.figures,
        exports: catalog.exports,
        leases: catalog.leases,
        holds: catalog.holds,
        removals: catalog.removals,
        retention: catalog.retention,
        audit: catalog.audit,
        erasures: catalog.erasures,
        dumpKeys: catalog.dumpKeys,
        deliveries: failingIn(catalog.deliveries, ['settle'], fails),
        ledger: failingIn(catalog.ledger, ['endEgress'], fails),
        migrate: () => catalog.migrate(),
        scrub: () => catalog.scrub(),
        close: () => catalog.close(),
      };
      start({ mode, from });
      expect(await reaches('a', 'delivered')).toMatchObject({ attempts: 1 });
      await expect
        .poll(() => catalog.ledger.egress({}), { interval: 10 })
        .toMatchObject([{ outcome: mode === 'upload' ? 'delivered' : 'analysed' }]);
      expect(outage).toBeLessThan(0);
      expect(stub.assembled).toHaveLength(1);
    },
  );

  it('waits for the answer that it paid for before it stops', async () => {
    await stored('a');
    const forwarder = start({ mode: 'enrich' });
    const stopped = Promise.withResolvers<void>();
    stub.fault = (kind) => {
      if (kind === 'assemble') void forwarder.stop().then(stopped.resolve);
      return undefined;
    };
    await stopped.promise;
    expect(await catalog.deliveries.get('a')).toMatchObject({ state: 'delivered', analysis: expect.any(Object) });
  });

  it('does not have a dump analyzed twice when the answer is lost', async () => {
    await stored('a');
    failing('assemble', 'cut-after');
    start({ mode: 'enrich' });
    expect(await reaches('a', 'failed')).toMatchObject({ lastCode: 'UNCLEAR', nextAttemptAt: null });
    expect(stub.assembled).toHaveLength(1);
  });

  it('continues where another forwarder was killed, and pays once', async () => {
    await stored('a');
    stub.fault = (request) => (request === 'assemble' ? 'hang' : undefined);
    const first = start();
    await expect.poll(() => stub.requests.includes('assemble'), { interval: 5 }).toBe(true);
    await first.stop();
    // The target had carried the request out, but no gateway received the answer.
    stub.fault = () => undefined;
    stub.arrived('a.gz', gzipSync('whatever'));
    start();
    await reaches('a', 'delivered');
    expect(stub.assembled).toHaveLength(1);
  });
});
