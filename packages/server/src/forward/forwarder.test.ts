import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DeliveryState } from '@rtcstats-server/api';
import { RtcstatsComStub, type StubRequest } from '@rtcstats-server/testing/rtcstats-com';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog, SessionRow } from '../catalog/catalog.ts';
import { sessionRow } from '../catalog/contract.ts';
import type { Delivery } from '../catalog/deliveries.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { LocalStorage } from '../storage/local.ts';
import { Forwarder } from './forwarder.ts';
import { RtcstatsCom } from './rtcstats-com.ts';

let directory: string;
let catalog: Catalog;
let storage: LocalStorage;
let stub: RtcstatsComStub;
let logged: string;
const forwarders: Forwarder[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-forward-'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
  storage = await LocalStorage.open(join(directory, 'dumps'), { clean: true });
  stub = await new RtcstatsComStub().start();
  logged = '';
});
afterEach(async () => {
  for (const forwarder of forwarders.splice(0)) await forwarder.stop();
  await stub.stop();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

interface Options {
  readonly mode?: 'upload' | 'enrich';
  readonly budget?: number;
  readonly sends?: boolean;
  readonly token?: string;
  readonly arrivalMs?: number;
  /** Default: that of the test. */
  readonly from?: Catalog;
}

function start(options: Options = {}): Forwarder {
  const { mode = 'upload', budget, sends = true, token = stub.token, arrivalMs = 40, from = catalog } = options;
  const log = pino(
    { level: 'trace' },
    {
      write: (line: string): void => {
        logged += line;
      },
    },
  );
  const target = new RtcstatsCom({ endpoint: stub.endpoint, token, mode, timeoutMs: 500 });
  const times = { firstRetryMs: 5, unclearMs: 20, arrivalMs, pauseMs: 100 };
  const forwarder = new Forwarder({ catalog: from, storage, target, sends, budget: budget ?? null, log, times });
  forwarders.push(forwarder);
  forwarder.start();
  return forwarder;
}

/** A stored dump that is to be delivered; its bytes. */
async function stored(id: string, size = 3000, changes: Partial<SessionRow> = {}): Promise<Buffer> {
  const bytes = gzipSync(randomBytes(size));
  const path = join(directory, 'source');
  await writeFile(path, bytes);
  const row = sessionRow(id, { storedBytes: bytes.length, ...changes });
  await storage.put(row.storageKey!, path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await catalog.put({ ...row, receipt: { ...row.receipt, sha256, ...changes.receipt } });
  await catalog.deliveries.add([{ sessionId: id, by: 'sample', createdAt: '2026-03-01T10:00:00.000Z' }]);
  return bytes;
}

async function reaches(id: string, state: DeliveryState): Promise<Delivery> {
  await expect.poll(async () => (await catalog.deliveries.get(id))?.state, { timeout: 5000, interval: 10 }).toBe(state);
  return (await catalog.deliveries.get(id))!;
}

/** Its methods, to replace some of them. */
function bound(whole: Catalog): Pick<Catalog, 'migrate' | 'put' | 'get' | 'list' | 'oldestStart' | 'delete' | 'close'> {
  return {
    migrate: () => whole.migrate(),
    put: (row) => whole.put(row),
    get: (id) => whole.get(id),
    list: (query) => whole.list(query),
    oldestStart: () => whole.oldestStart(),
    delete: (id) => whole.delete(id),
    close: () => whole.close(),
  };
}

/** The first requests of this kind go wrong in this way. */
function failing(request: StubRequest, fault: ReturnType<RtcstatsComStub['fault']>, times = 1): void {
  let left = times;
  stub.fault = (kind) => (kind === request && left-- > 0 ? fault : undefined);
}

describe('the forwarder', () => {
  it('delivers a dump byte for byte, in chunks of a MiB', async () => {
    const bytes = await stored('a', 2.5 * 1024 * 1024);
    start();
    const { remoteId, url } = await reaches('a', 'delivered');
    expect(stub.stored.get(remoteId!)?.bytes.equals(bytes)).toBe(true);
    expect(url).toContain(remoteId);
    expect(stub.requests).toEqual(['chunk', 'chunk', 'chunk', 'assemble']);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await catalog.deliveries.egress({})).toMatchObject([
      { sessionId: 'a', action: 'send', bytes: bytes.length, sha256, outcome: 'delivered', remoteId, by: 'sample' },
    ]);
  });

  it('has a dump analysed, and keeps what was said of it', async () => {
    await stored('a');
    start({ mode: 'enrich' });
    const { analysis, remoteId } = await reaches('a', 'delivered');
    expect(remoteId).toBeNull();
    expect(analysis).toMatchObject({ data: { scores: { experienceScore: 87 } } });
    expect(stub.stored.size).toBe(0);
  });

  it.each([
    ['chunk', { status: 503 }],
    ['chunk', 'cut-before'],
    ['chunk', 'hang'],
    ['assemble', { status: 429, retryAfter: '0' }],
    ['assemble', { status: 400 }],
  ] as const)('tries again when %s fails with %j, and pays once', async (request, fault) => {
    const bytes = await stored('a');
    failing(request, fault, 2);
    start();
    const { attempts } = await reaches('a', 'delivered');
    expect(attempts).toBe(3);
    expect(stub.assembled).toHaveLength(1);
    expect(stub.assembled[0]?.bytes.equals(bytes)).toBe(true);
    const outcomes = (await catalog.deliveries.egress({})).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['delivered', 'failed', 'failed']);
  });

  it.each(['cut-after', 'hang'] as const)(
    'asks first whether it arrived when the answer is lost (%s)',
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
    'does not pay again while the target does not say whether it arrived (%i)',
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
      const [found, sent] = await catalog.deliveries.egress({});
      expect(found).toMatchObject({ outcome: 'delivered', bytes: 0, remoteId: [...stub.stored.keys()][0] });
      expect(sent).toMatchObject({ outcome: 'failed' });
    },
  );

  it('waits for what the target may still be at', async () => {
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
    expect(await catalog.deliveries.egress({})).toMatchObject([{ action: 'send', outcome: 'failed', remoteId: null }]);
  });

  it.each(['upload', 'enrich'] as const)('loses no answer of %s to an outage of the catalog', async (mode) => {
    await stored('a');
    let outage = 6;
    const deliveries = new Proxy(catalog.deliveries, {
      get(target, name: 'settle' | 'endEgress') {
        if ((name === 'settle' || name === 'endEgress') && outage-- > 0) {
          return () => Promise.reject(new GatewayError('CATALOG_UNAVAILABLE'));
        }
        return target[name].bind(target);
      },
    });
    start({ mode, from: { ...bound(catalog), deliveries } });
    expect(await reaches('a', 'delivered')).toMatchObject({ attempts: 1 });
    await expect
      .poll(() => catalog.deliveries.egress({}), { interval: 10 })
      .toMatchObject([{ outcome: mode === 'upload' ? 'delivered' : 'analysed' }]);
    expect(outage).toBeLessThan(0);
    expect(stub.assembled).toHaveLength(1);
  });

  it('hears the answer that it paid for before it stops', async () => {
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

  it('does not have a dump analysed twice when the answer is lost', async () => {
    await stored('a');
    failing('assemble', 'cut-after');
    start({ mode: 'enrich' });
    expect(await reaches('a', 'failed')).toMatchObject({ lastCode: 'UNCLEAR', nextAttemptAt: null });
    expect(stub.assembled).toHaveLength(1);
  });

  it.each([413, 415])('ends a delivery that the target refuses with %i', async (status) => {
    await stored('a');
    failing('assemble', { status, errorCode: 'parsing_issue' });
    start();
    expect(await reaches('a', 'refused')).toMatchObject({ lastStatus: status, lastCode: 'parsing_issue' });
    expect(stub.assembled).toEqual([]);
  });

  it.each([401, 402, 403])('pauses all of them after %i, says so, and goes on', async (status) => {
    for (const id of ['a', 'b', 'c', 'd']) await stored(id);
    failing('chunk', { status }, 2);
    const forwarder = start();
    await expect.poll(() => forwarder.paused, { interval: 5 }).toMatchObject({ status });
    for (const id of ['a', 'b', 'c', 'd']) await reaches(id, 'delivered');
    expect(forwarder.paused).toBeNull();
    expect(stub.assembled).toHaveLength(4);
    expect(logged).toContain('forwarding is paused');
  });

  it('goes on where another one was killed, and pays once', async () => {
    await stored('a');
    stub.fault = (request) => (request === 'assemble' ? 'hang' : undefined);
    const first = start();
    await expect.poll(() => stub.requests.includes('assemble'), { interval: 5 }).toBe(true);
    await first.stop();
    // It had been carried out, and nobody was there to hear it.
    stub.fault = () => undefined;
    stub.arrived('a.gz', gzipSync('whatever'));
    start();
    await reaches('a', 'delivered');
    expect(stub.assembled).toHaveLength(1);
  });

  it('sends nothing that was not found clean, or that is not what was verified', async () => {
    await stored('dirty', 100, { receipt: { ...sessionRow('x').receipt, findings: 1 } });
    await stored('quarantined', 100, { state: 'quarantined' });
    await stored('changed', 100, { receipt: { ...sessionRow('x').receipt, sha256: '00'.repeat(32) } });
    start();
    await reaches('dirty', 'withdrawn');
    await reaches('quarantined', 'withdrawn');
    expect(await reaches('changed', 'refused')).toMatchObject({ lastCode: 'DUMP_CHANGED' });
    expect(stub.requests).toEqual([]);
    expect(await catalog.deliveries.egress({})).toEqual([]);
  });

  it('takes a dump back when its session is deleted, as often as it takes', async () => {
    await stored('a');
    const forwarder = start();
    const { remoteId } = await reaches('a', 'delivered');
    failing('delete', { status: 500 }, 2);
    await catalog.deliveries.withdraw('a', new Date().toISOString());
    forwarder.wake();
    await reaches('a', 'withdrawn');
    expect(stub.stored.has(remoteId!)).toBe(false);
    expect((await catalog.deliveries.egress({ limit: 1 }))[0]).toMatchObject({
      action: 'withdraw',
      outcome: 'withdrawn',
    });
  });

  it('shares the work with another one', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const bytes = new Map<string, Buffer>();
    for (const id of ids) bytes.set(`${id}.gz`, await stored(id));
    start();
    start();
    for (const id of ids) await reaches(id, 'delivered');
    expect(stub.assembled.map(({ fileName }) => fileName).sort()).toEqual([...bytes.keys()].sort());
    expect(stub.assembled.every((dump) => bytes.get(dump.fileName)?.equals(dump.bytes))).toBe(true);
  });

  it('keeps to the budget of a day', async () => {
    for (const id of ['a', 'b', 'c']) await stored(id);
    const forwarder = start({ budget: 2 });
    await expect.poll(() => catalog.deliveries.counts(), { interval: 10 }).toEqual({ waiting: 1, delivered: 2 });
    await forwarder.stop();
    expect(stub.assembled).toHaveLength(2);
  });

  it('has no token and no content in its log', async () => {
    await stored('a');
    failing('chunk', { status: 401 });
    start({ token: 'a-token-that-is-wrong' });
    await expect.poll(() => logged, { interval: 5 }).toContain('paused');
    expect(logged).not.toContain('a-token-that-is-wrong');
  });
});
