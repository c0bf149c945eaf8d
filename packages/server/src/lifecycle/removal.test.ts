import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ending } from '@rtcstats-server/testing/killed';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { ParquetExport } from '../insights/parquet/exporter.ts';
import { duckdb } from '../insights/parquet/testing/duckdb.ts';
import { LocalStorage } from '../storage/local.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { type RemovalContext, SessionRemoval } from './removal.ts';

let data: string;
let catalog: Catalog;
let storage: LocalStorage;
let quarantine: LocalStorage;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-removal-'));
  catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  storage = await LocalStorage.open(join(data, 'dumps'));
  quarantine = await LocalStorage.open(join(data, 'quarantine'));
});
afterEach(async () => {
  vi.useRealTimers();
  await catalog.close();
  await rm(data, { recursive: true, force: true });
});

function removal(changes: Partial<RemovalContext> = {}): SessionRemoval {
  return new SessionRemoval({ catalog, storage, quarantine, host: 'gateway-1', dataDirectory: data, ...changes });
}

async function put(id: string, changes: Parameters<typeof sessionRow>[1] = {}): Promise<void> {
  const row = sessionRow(id, { user: 'user-of-anna', ...changes });
  await writeFile(join(data, 'file'), 'dump');
  if (row.state === 'quarantined') await quarantine.put(quarantineKey(id), join(data, 'file'));
  else await storage.put(row.storageKey!, join(data, 'file'));
  await catalog.sessions.put(row, row.state === 'stored' ? analysisRow() : null);
}

function exporter(to: Pick<Storage, 'put' | 'delete'> = storage): ParquetExport {
  const { exports, leases } = catalog;
  const log = pino({ level: 'silent' });
  return new ParquetExport({
    exports,
    leases,
    storage: to,
    dataDirectory: data,
    host: 'gateway-1',
    intervalMs: 1e6,
    log,
  });
}

/** Sessions in the files of a table, once per row and analysis. */
async function exported(table: 'calls' | 'tracks' | 'observations' = 'calls'): Promise<unknown[]> {
  const files = `read_parquet('dumps/insights/${table}/*/*.parquet')`;
  const query = await duckdb(data);
  return (await query(`select distinct session_id, analyzed_at from ${files} order by 1`)).map(([id]) => id);
}

async function isGone(id: string): Promise<boolean> {
  const isDumpGone = await storage.get(sessionRow(id).storageKey!).then(
    (stream) => !stream.destroy(),
    () => true,
  );
  const { sessions, analyses } = catalog;
  return isDumpGone && (await sessions.get(id)) === undefined && (await analyses.get(id)) === undefined;
}

describe('SessionRemoval', () => {
  it('removes a session from the storage, the catalog, the deliveries and the Parquet files', async () => {
    for (const id of ['a', 'b']) await put(id);
    await catalog.deliveries.add([{ sessionId: 'a', by: 'sample', createdAt: '2026-03-01T10:05:00.000Z' }]);
    await exporter().exportAll();
    // Analyzed and exported again: two parts have it.
    await catalog.analyses.put('a', analysisRow({ analyzedAt: '2026-04-01T00:00:00.000Z' }));
    await exporter().exportAll();
    expect(await exported()).toEqual(['a', 'a', 'b']);
    const report = await removal().remove((await catalog.sessions.get('a'))!, 'deleted');
    const places = { dump: 'removed', exports: 'removed', deliveries: 'removed', catalog: 'removed' };
    expect(report).toEqual({ id: 'a', places, reasons: {}, complete: true });
    expect(await isGone('a')).toBe(true);
    expect(await catalog.removals.list({ limit: 10 })).toEqual([]);
    expect(await exported()).toEqual(['b']);
    expect(await exported('observations')).toEqual(['b']);
    expect(await isGone('b')).toBe(false);
  });

  it('forgets a part of the export, with its files, when no call is left in it', async () => {
    await put('a');
    await exporter().exportAll();
    await removal().remove((await catalog.sessions.get('a'))!, 'erasure');
    await expect(exported()).rejects.toThrow('No files found');
    expect(await catalog.exports.begin('gateway-1', 10)).toBeUndefined();
  });

  it('does not let an export put back a call that it read before', async () => {
    for (const id of ['a', 'b']) await put(id);
    const row = (await catalog.sessions.get('a'))!;
    let report: unknown;
    const real: Storage = storage;
    const slow: Pick<Storage, 'put' | 'delete'> = {
      delete: (key) => storage.delete(key),
      // The rows are in memory now.
      put: async (...given) => {
        report ??= await removal().remove(row, 'deleted');
        return await real.put(...given);
      },
    };
    await exporter(slow).exportAll();
    expect(report).toMatchObject({ places: { dump: 'removed', exports: 'pending', catalog: 'pending' } });
    expect(await exported()).toEqual(['b']);
    for (const begun of await catalog.removals.list({ limit: 10 })) await removal().resume(begun);
    expect(await isGone('a')).toBe(true);
  });

  it('leaves a dump in the quarantine of another gateway to it, without the names in the row', async () => {
    await put('a', { state: 'quarantined', storageKey: null });
    const elsewhere = await LocalStorage.open(join(data, 'elsewhere'));
    const other = removal({ host: 'gateway-2', quarantine: elsewhere });
    const report = await other.remove((await catalog.sessions.get('a'))!, 'erasure');
    expect(report).toMatchObject({ complete: false, places: { dump: 'pending', catalog: 'pending' } });
    expect(report.reasons.dump).toContain('"gateway-1"');
    expect(await catalog.sessions.get('a')).toMatchObject({ state: 'quarantined', user: null, origin: null });
    const [begun] = await catalog.removals.list({ limit: 10 });
    expect(await other.resume(begun!)).toMatchObject({ complete: false });
    expect(await removal().resume(begun!)).toMatchObject({ complete: true, places: { dump: 'removed' } });
    expect(await catalog.sessions.get('a')).toBeUndefined();
    await expect(quarantine.get('a.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  });

  it('stays begun until the copy at rtcstats.com is deleted', async () => {
    await put('a');
    const { deliveries, removals } = catalog;
    const [at, until] = ['2026-03-01T10:05:00.000Z', '2026-03-01T10:06:00.000Z'];
    await deliveries.add([{ sessionId: 'a', by: 'sample', createdAt: at }]);
    const claimed = (await deliveries.claim({ id: '1', now: at, until, sends: true, budget: null }))!;
    const links = { remoteId: 'r', url: 'https://rtcstats.com/r', analysis: { scores: {} } };
    await deliveries.settle(claimed, { at, state: 'delivered', nextAttemptAt: null, ...links });
    const report = await removal().remove((await catalog.sessions.get('a'))!, 'deleted');
    expect(report).toMatchObject({ complete: false, places: { catalog: 'removed', deliveries: 'pending' } });
    const [begun] = await removals.list({ limit: 10 });
    const now = new Date().toISOString();
    const taken = (await deliveries.claim({ id: '2', now, until: now, sends: false, budget: null }))!;
    await deliveries.settle(taken, { at: now, state: 'withdrawn', nextAttemptAt: null });
    expect(await removal().resume(begun!)).toMatchObject({ complete: true });
    expect(await deliveries.get('a')).toMatchObject({ state: 'withdrawn', url: null, analysis: null });
  });

  it('goes on with the other places when the storage cannot be reached, and ends later', async () => {
    await put('a');
    const failing = { put: storage.put, delete: () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) };
    const report = await removal({ storage: failing }).remove((await catalog.sessions.get('a'))!, 'deleted');
    expect(report).toMatchObject({ complete: false, places: { dump: 'failed', catalog: 'pending' } });
    expect(report.error).toBeInstanceOf(GatewayError);
    const [begun] = await catalog.removals.list({ limit: 10 });
    expect(await removal().resume(begun!)).toMatchObject({ complete: true });
    expect(await isGone('a')).toBe(true);
  });

  it('can be repeated when it was killed before any call of a back end', async () => {
    for (const id of ['a', 'b']) await put(id);
    const row = (await catalog.sessions.get('a'))!;
    let calls = 0;
    for (let done = false; !done; calls++) {
      await put('a');
      await exporter().exportAll();
      let left = calls;
      const broken = removal({
        catalog: ending(catalog, () => left--),
        storage: ending<Storage>(storage, () => left--),
      });
      done = await broken.remove(row, 'deleted').then(
        ({ complete }) => complete,
        (error: Error) => error.message !== 'killed',
      );
      // Until the lease of the killed process is over.
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
      const begun = await catalog.removals.list({ limit: 10 });
      for (const removed of begun) await removal().resume(removed);
      if (calls === 0) expect(begun).toEqual([]);
      else {
        expect(await isGone('a')).toBe(true);
        expect(await exported()).toEqual(['b']);
        expect(await catalog.removals.list({ limit: 10 })).toEqual([]);
      }
    }
    expect(calls).toBeGreaterThan(10);
  });
});
