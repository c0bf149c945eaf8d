import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ending } from '@rtcstats-server/testing/killed';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogAuditLog } from '../../audit/catalog-audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { openCatalog } from '../../catalog/open.ts';
import { type Config, createConfig } from '../../config/config.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { ParquetExport } from '../../insights/parquet/exporter.ts';
import { openQuarantine, openStorage, quarantineKey } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import { SessionRemoval } from '../removal.ts';
import type { Periods } from './expiry.ts';
import { type PassResult, type RetentionContext, RetentionPass } from './pass.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const PERIODS: Periods = {
  dumps: 30 * DAY,
  sessions: 90 * DAY,
  deliveries: 90 * DAY,
  insights: 60 * DAY,
  audit: 365 * DAY,
};

const s3 = await TestS3.start();
const postgres = await TestPostgres.start();

/** Settings of each combination of back ends. */
const BACK_ENDS: Readonly<Record<string, () => Promise<object>>> = {
  'SQLite and files': async () => ({}),
  'PostgreSQL and a bucket': async () => ({
    catalog: {
      type: 'postgres',
      postgres: { connectionString: await postgres.createDatabase(), ssl: 'disable' },
    },
    storage: {
      type: 's3',
      s3: {
        bucket: await s3.createBucket(),
        endpoint: s3.endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: S3_CREDENTIALS,
      },
    },
  }),
};

describe.each(Object.entries(BACK_ENDS))('RetentionPass with %s', (_, settings) => {
  let data: string;
  let config: Config;
  let catalog: Catalog;
  let storage: Storage;
  let quarantine: Storage;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'rtcstats-retention-'));
    config = createConfig({ dataDirectory: data, ...(await settings()) });
    catalog = await openCatalog(config);
    storage = await openStorage(config);
    quarantine = await openQuarantine(config);
  });
  afterEach(async () => {
    await Promise.all([catalog.close(), storage.close(), quarantine.close()]);
    await rm(data, { recursive: true, force: true });
  });

  async function pass(changes: Partial<RetentionContext> = {}, signal?: AbortSignal): Promise<PassResult> {
    const host = changes.host ?? 'gateway-1';
    const context = {
      catalog,
      storage,
      quarantine,
      removal: new SessionRemoval({ catalog, storage, quarantine, host, dataDirectory: data }),
      audit: new CatalogAuditLog(catalog.audit),
      periods: PERIODS,
      host,
      holder: host,
      isCatalogShared: config.catalog.type === 'postgres',
      isStorageShared: config.storage.type === 's3',
      isQuarantineShared: false,
      dataDirectory: data,
      ...changes,
    };
    return await new RetentionPass(context, signal ?? new AbortController().signal, NOW).run();
  }

  /** Puts a session that is `days` old. */
  async function put(id: string, days: number, changes: Parameters<typeof sessionRow>[1] = {}): Promise<void> {
    const row = sessionRow(id, { startedAt: new Date(NOW - days * DAY).toISOString(), ...changes });
    await writeFile(join(data, 'file'), 'dump');
    if (row.state === 'stored') await storage.put(row.storageKey!, join(data, 'file'));
    if (row.state === 'quarantined') await quarantine.put(quarantineKey(id), join(data, 'file'));
    await catalog.sessions.put(row, row.state === 'stored' ? analysisRow() : null);
  }

  const exists = (store: Storage, key: string): Promise<boolean> =>
    store.get(key).then(
      (stream) => Boolean(stream.destroy()),
      (error: GatewayError) => error.code !== 'DUMP_NOT_FOUND',
    );

  it('removes dumps, then sessions, when their time is over', async () => {
    await put('young', 29);
    await put('old', 31);
    await put('quarantined', 31, { state: 'quarantined', storageKey: null, storageUrl: null });
    await put('oldest', 91);
    await put('live', 91, { state: 'recording', storageKey: null });
    await put('abandoned', 98, { state: 'closed', storageKey: null });
    const { removed, errors, failures, bytes } = await pass();
    expect(errors).toEqual([]);
    expect(removed).toMatchObject({ dumps: 2, quarantine: 1, sessions: 2, insights: 0 });
    expect({ failures, bytes }).toEqual({ failures: 0, bytes: 2700 });
    const { sessions } = await catalog.sessions.list({});
    expect(sessions.map(({ id, state, storageKey }) => [id, state, storageKey])).toEqual([
      ['young', 'stored', sessionRow('young').storageKey],
      ['quarantined', 'erased', null],
      ['old', 'erased', null],
      ['live', 'recording', null],
    ]);
    expect(sessions[2]).toMatchObject({ storageUrl: null, storedBytes: null, verdict: 'bad' });
    expect(await exists(storage, sessionRow('young').storageKey!)).toBe(true);
    for (const id of ['old', 'oldest']) expect(await exists(storage, sessionRow(id).storageKey!)).toBe(false);
    expect(await exists(quarantine, 'quarantined.gz')).toBe(false);
    expect((await pass()).removed).toMatchObject({ dumps: 0, quarantine: 0, sessions: 0 });
  });

  it('removes more than one batch', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `s${index}`);
    for (const id of ids) await catalog.sessions.put(sessionRow(id), analysisRow());
    expect((await pass()).removed).toMatchObject({ dumps: 50, sessions: 50 });
    expect((await catalog.sessions.list({})).sessions).toEqual([]);
  });

  it('leaves held sessions as they are, and says how many there are', async () => {
    const hold = { reason: 'a dispute', createdAt: new Date(NOW).toISOString(), coversUntil: null };
    const id = '0195b0a0-0000-7000-8000-00000000000';
    await catalog.holds.add({ ...hold, id: `${id}1`, kind: 'user', name: 'anna', names: ['anna', 'anna-2'] });
    await catalog.holds.add({ ...hold, id: `${id}2`, kind: 'conference', name: 'room', names: ['room'] });
    await catalog.holds.add({ ...hold, id: `${id}3`, kind: 'session', name: 'by-id', names: ['by-id', 'part'] });
    await put('a', 300, { user: 'anna-2' });
    await put('b', 300, { conference: 'room', state: 'quarantined', storageKey: null });
    await put('by-id', 300);
    await put('c', 300, { session: 'part' });
    // A name of another kind is not held.
    await put('d', 300, { user: 'room', session: 'anna' });
    const result = await pass();
    expect(result).toMatchObject({ held: 4, errors: [] });
    expect(result.removed).toMatchObject({ dumps: 1, quarantine: 0, sessions: 1, insights: 0 });
    const { sessions } = await catalog.sessions.list({});
    expect(sessions.map(({ id: of, verdict }) => [of, verdict])).toEqual([
      ['c', 'bad'],
      ['by-id', 'bad'],
      ['b', null],
      ['a', 'bad'],
    ]);
    await catalog.holds.remove(`${id}1`);
    expect((await pass()).removed).toMatchObject({ dumps: 1, sessions: 1 });
  });

  it('removes analyses, counts and Parquet files by the day, but not those of held sessions', async () => {
    const hold = { reason: 'a dispute', createdAt: new Date(NOW).toISOString(), coversUntil: null };
    await catalog.holds.add({ ...hold, id: 'h', kind: 'user', name: 'anna', names: ['anna'] });
    await put('old', 61);
    await put('held', 61, { user: 'anna' });
    await put('older', 62);
    await put('young', 59);
    const { exports, leases } = catalog;
    const log = pino({ level: 'silent' });
    const rest = { host: 'gateway-1', dataDirectory: data, intervalMs: 1e6, log };
    const exporter = new ParquetExport({ exports, leases, storage, ...rest });
    await exporter.exportAll();
    while ((await catalog.rollups.fold(100, new Date(NOW).toISOString())) > 0);
    const { removed, errors } = await pass();
    expect(errors).toEqual([]);
    expect(removed).toMatchObject({ exports: 2, sessions: 0 });
    expect(removed.insights).toBeGreaterThan(2);
    const analyzed = await Promise.all(['old', 'held', 'older', 'young'].map((id) => catalog.analyses.get(id)));
    expect(analyzed.map((analysis) => analysis !== undefined)).toEqual([false, true, false, true]);
    const days = await catalog.rollups.byPeriod({ granularity: 'day', from: '2026-01-01', to: '2027-01-01' });
    expect(days.map(({ period }) => period)).toEqual(['2026-09-30']);
    const query = { before: '2027-01-01', host: undefined, limit: 9 };
    const parts = await catalog.retention.expiredParts(query);
    expect(parts.map(({ sessions }) => sessions)).toEqual([['held'], ['young']]);
    const kept = parts.map(({ day, name }) => `insights/calls/day=${day}/${name}.parquet`);
    for (const key of kept) expect(await exists(storage, key)).toBe(true);
    expect((await pass()).removed).toMatchObject({ exports: 0, insights: 0 });
  });

  it('withdraws the copies of dumps, and forgets deliveries and the ledger when nothing is at the target', async () => {
    const { deliveries, ledger } = catalog;
    const long = new Date(NOW - 91 * DAY).toISOString();
    const later = new Date(NOW - 90.5 * DAY).toISOString();
    for (const sessionId of ['sent', 'never-sent', 'refused']) {
      await put(sessionId, 91);
      await deliveries.add([{ sessionId, by: 'sample', createdAt: long }]);
    }
    const claim = async (id: string) =>
      (await deliveries.claim({ id, now: long, until: later, sends: true, budget: null }))!;
    const settled = { at: long, nextAttemptAt: null } as const;
    const first = await claim('1');
    await deliveries.settle(first, { ...settled, state: 'delivered', remoteId: 'r' });
    await deliveries.settle(await claim('2'), { ...settled, state: 'refused' });
    for (const [index, startedAt] of [long, new Date(NOW - DAY).toISOString()].entries()) {
      const hex = Date.parse(startedAt).toString(16).padStart(12, '0');
      await ledger.beginEgress({
        id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-00000000000${index}`,
        sessionId: first.sessionId,
        action: 'send',
        startedAt,
        endedAt: null,
        target: 'rtcstats.com',
        by: 'sample',
        bytes: 1,
        sha256: null,
        remoteId: null,
        outcome: 'begun',
      });
    }
    expect((await pass()).removed).toMatchObject({ dumps: 3, sessions: 3, ledger: 1 });
    expect(await deliveries.get(first.sessionId)).toMatchObject({ withdrawn: true, remoteId: 'r' });
    expect(await ledger.egress({})).toHaveLength(1);
    const counts = await deliveries.counts();
    expect(counts).toMatchObject({ delivered: 1 });
    expect((await deliveries.nextDue()) !== undefined).toBe(true);
  });

  it('goes on where a pass was killed, before any call of a back end', async () => {
    // Each round takes long with real servers.
    const step = config.catalog.type === 'sqlite' ? 1 : 7;
    for (let calls = 0, done = false; !done; calls += step) {
      await put('old', 31);
      await put('oldest', 91);
      let left = calls;
      const killed = { catalog: ending(catalog, () => left--), storage: ending(storage, () => left--) };
      done = (await pass({ ...killed, quarantine: ending(quarantine, () => left--) })).failures === 0;
      expect((await pass()).failures).toBe(0);
      expect(await catalog.sessions.get('oldest')).toBeUndefined();
      expect(await catalog.sessions.get('old')).toMatchObject({ state: 'erased', storageKey: null });
      for (const id of ['old', 'oldest']) expect(await exists(storage, sessionRow(id).storageKey!)).toBe(false);
    }
  });

  it('goes on with the other steps when the storage cannot be reached', async () => {
    await put('old', 31);
    await put('quarantined', 31, { state: 'quarantined', storageKey: null });
    const deleteMany = () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    const result = await pass({ storage: { put: storage.put, delete: storage.delete, deleteMany } });
    expect(result).toMatchObject({ failures: 1, errors: [{ step: 'dumps' }], removed: { dumps: 0, quarantine: 1 } });
    expect(await catalog.sessions.get('old')).toMatchObject({ state: 'erased' });
    expect((await pass()).removed).toMatchObject({ dumps: 1 });
    expect(await exists(storage, sessionRow('old').storageKey!)).toBe(false);
  });

  it('ends removals that were begun', async () => {
    await put('a', 1);
    const { host, startedAt } = (await catalog.sessions.get('a'))!;
    const requestedAt = new Date(NOW).toISOString();
    await catalog.removals.begin({ sessionId: 'a', reason: 'deleted', host, startedAt, requestedAt });
    expect(await pass()).toMatchObject({ removed: { removals: 1 }, pendingRemovals: 0 });
    expect(await catalog.sessions.get('a')).toBeUndefined();
    expect(await exists(storage, sessionRow('a').storageKey!)).toBe(false);
  });

  it('removes old entries of the audit log, and records what it removed', async () => {
    const old = new CatalogAuditLog(catalog.audit, () => NOW - 366 * DAY);
    for (let entry = 0; entry < 30; entry++) await old.record({ action: 'sign-in', actor: 'a', outcome: 'done' });
    await put('old', 31);
    expect((await pass()).removed).toMatchObject({ audit: 30, dumps: 1 });
    const entries = await catalog.audit.read({ from: 30, limit: 10 });
    expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(['retention.pass']));
    expect(entries.at(-1)?.body).toContain('"dumps":1');
    await pass();
    expect(await catalog.audit.read({ from: 30, limit: 10 })).toHaveLength(entries.length);
  });

  it('removes nothing while another gateway has the lease, but takes it over when that is gone', async () => {
    await put('old', 31);
    const lease = { name: 'retention', holder: 'gateway-2', now: new Date().toISOString() };
    await catalog.leases.take({ ...lease, until: new Date(Date.now() + DAY).toISOString() });
    expect(await pass()).toMatchObject({ isLeftToOther: true, removed: { dumps: 0 }, held: null });
    await catalog.leases.take({ ...lease, until: lease.now });
    expect(await pass()).toMatchObject({ isLeftToOther: false, removed: { dumps: 1 } });
  });

  it('removes nothing when everything is kept forever, or when it is stopped', async () => {
    await put('old', 3000);
    const forever: Periods = { dumps: null, sessions: null, deliveries: null, insights: null, audit: null };
    expect(Object.values((await pass({ periods: forever })).removed).every((count) => count === 0)).toBe(true);
    expect((await pass({}, AbortSignal.abort())).removed).toMatchObject({ dumps: 0 });
    expect(await catalog.sessions.get('old')).toMatchObject({ state: 'stored' });
  });
});
