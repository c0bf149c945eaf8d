import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisRow } from '../../catalog/analyses.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { createConfig } from '../../config/config.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { openStorage } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import { ParquetExport, type ParquetExportContext } from './exporter.ts';
import { duckdb, warehouseQueries } from './testing/duckdb.ts';

let data: string;
let catalog: Catalog;
let storage: Storage;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-parquet-'));
  catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  storage = await openStorage(createConfig({ dataDirectory: data }));
});
afterEach(async () => {
  await catalog.close();
  await rm(data, { recursive: true, force: true });
});

function exporter(changes: Partial<ParquetExportContext> = {}): ParquetExport {
  const log = pino({ level: 'silent' });
  const { exports, leases } = catalog;
  return new ParquetExport({
    exports,
    leases,
    storage,
    dataDirectory: data,
    host: 'gateway-1',
    intervalMs: 1e6,
    log,
    ...changes,
  });
}

const features = {
  client: {
    calledGetUserMedia: true,
    getUserMediaError: 'NotFoundError: the camera of alice',
    hardwareConcurrency: 8,
    userAgentData: { mobile: false },
  },
  connections: [
    { id: 'PC_0', numberOfEvents: 3, firstCandidatePairLocalAddress: '203.0.113.x', rtcstatsLocationCity: 'Bern' },
  ],
  tracks: [
    {
      connection: 'PC_0',
      id: 't',
      kind: 'video',
      startTime: 1_772_359_200_000,
      frameCount: 9,
      averageEncodeTime: 0.25,
    },
    { connection: 'PC_0', id: 'u', kind: 'audio', duration: Number.MAX_VALUE },
  ],
};

/** An analysis with these features. */
function analysis(changes: Partial<AnalysisRow> = {}): AnalysisRow {
  const document = { ...JSON.parse(analysisRow().document!), features };
  return analysisRow({ document: JSON.stringify(document), ...changes });
}

async function put(id: string, startedAt = '2026-03-01T10:00:00.000Z', row = analysis()): Promise<void> {
  await catalog.sessions.put(sessionRow(id, { startedAt, user: 'alice', conference: 'room-7' }), row);
}

const SESSIONS = 'select session_id from calls order by 1';

describe('ParquetExport', () => {
  it('writes calls, observations and features of a day', async () => {
    await put('a');
    await put('b', '2026-03-02T00:00:00.000Z', analysis({ verdict: 'good', observations: [], document: null }));
    await catalog.sessions.put(sessionRow('not-analyzed'));
    await catalog.sessions.put(sessionRow('elsewhere', { host: 'gateway-2' }), analysis());
    expect(await exporter().exportAll()).toBe(2);
    expect(await exporter().exportAll()).toBe(0);
    const query = await duckdb(data);
    expect(
      await query(`select session_id, day::text, verdict, experience, started_at = timestamp '2026-03-01 10:00:00' as start,
        client_called_get_user_media, client_hardware_concurrency, client_user_agent_data from calls order by 1`),
    ).toEqual([
      ['a', '2026-03-01', 'bad', 55, true, true, 8, '{"mobile":false}'],
      ['b', '2026-03-02', 'good', 55, false, null, null, null],
    ]);
    const observed = analysis().observations.map(({ name, severity, from }) => ['a', name, severity, BigInt(from)]);
    expect(await query('select session_id, name, severity, epoch_ms(from_time) from observations')).toEqual(observed);
    expect(await query('select session_id, connection from connections')).toEqual([['a', 'PC_0']]);
    expect(
      await query(`select track_identifier, kind, frame_count, average_encode_time, duration, epoch_ms(start_time)
        from tracks order by kind desc`),
    ).toEqual([
      [null, 'video', 9, 0.25, null, 1_772_359_200_000n],
      [null, 'audio', null, null, 2 ** 31 - 1, null],
    ]);
    expect(await readdir(join(data, 'export'))).toEqual([]);
  });

  it('writes nothing that names a person', async () => {
    await put('a');
    await exporter().exportAll();
    const query = await duckdb(data);
    for (const table of ['calls', 'observations', 'connections', 'tracks']) {
      const columns = (await query(`select column_name from (describe ${table})`)).flat().map(String);
      expect(columns.filter((name) => /user_name|conference|(_address|_city|_error|_failure)$/.test(name))).toEqual([]);
      expect(JSON.stringify(await query(`select t::text from ${table} t`))).not.toMatch(/alice|room-7|203\.0|Bern/);
    }
  });

  it.each([0, 1, 2, 3, 4])('has every row once when it is killed after %i files', async (files) => {
    for (const id of ['a', 'b', 'c']) await put(id);
    let left = files;
    const failing: Pick<Storage, 'put' | 'delete'> = {
      delete: (key) => storage.delete(key),
      put: async (...given) => {
        if (left-- === 0) throw new GatewayError('STORAGE_UNAVAILABLE');
        return await storage.put(...given);
      },
    };
    const { exports } = catalog;
    const killed = exporter({
      storage: failing,
      exports: {
        begin: (...given) => exports.begin(...given),
        calls: (...given) => exports.calls(...given),
        finish: () => Promise.reject(new GatewayError('CATALOG_UNAVAILABLE')),
      },
    });
    await expect(killed.exportAll()).rejects.toThrow(GatewayError);
    await put('before-the-others', '2026-03-01T09:00:00.000Z');
    expect(await exporter().exportAll()).toBe(2);
    const query = await duckdb(data);
    const rows = "select count(*) from read_parquet('dumps/insights/calls/*/*.parquet')";
    expect(await query(rows)).toEqual([[4n]]);
    expect(await query(rows.replace('calls', 'tracks'))).toEqual([[8n]]);
    expect(await query(SESSIONS)).toEqual([['a'], ['b'], ['before-the-others'], ['c']]);
  });

  it('exports a later analysis again, of which the views take the latest', async () => {
    await put('a');
    await put('b');
    await exporter().exportAll();
    const later = analysis({ analyzedAt: '2026-04-01T00:00:00.000Z', verdict: 'good', observations: [] });
    expect(await catalog.analyses.put('a', later)).toBe(true);
    expect(await exporter().exportAll()).toBe(1);
    const query = await duckdb(data);
    expect(await query('select session_id, verdict from calls order by 1')).toEqual([
      ['a', 'good'],
      ['b', 'bad'],
    ]);
    expect(await query('select distinct session_id from observations')).toEqual([['b']]);
    expect(await query('select count(*) from tracks')).toEqual([[4n]]);
  });

  it('writes no row of a session that is deleted before, and goes on', async () => {
    await put('a');
    await catalog.exports.begin('gateway-1', 10);
    await catalog.sessions.delete('a');
    await put('b');
    await exporter().exportAll();
    expect(await (await duckdb(data))(SESSIONS)).toEqual([['b']]);
  });

  it('splits calls into parts that are limited by number and by size', async () => {
    const large = analysis({ document: JSON.stringify({ features, filler: 'x'.repeat(9 * 1024 * 1024) }) });
    for (const id of ['a', 'b', 'c']) await put(id, '2026-03-01T10:00:00.000Z', large);
    expect(await exporter().exportAll()).toBe(3);
    for (const id of ['d', 'e', 'f']) await put(id);
    expect(await exporter({ maxCallsPerPart: 2 }).exportAll()).toBe(2);
    expect(await (await duckdb(data))('select count(*) from calls')).toEqual([[6n]]);
  });

  it('stops after the part that it is writing', async () => {
    for (const id of ['a', 'b']) await put(id);
    const running = exporter({ maxCallsPerPart: 1 });
    running.start();
    await running.stop();
    expect(await exporter({ maxCallsPerPart: 1 }).exportAll()).toBeLessThanOrEqual(2);
    expect(await (await duckdb(data))(SESSIONS)).toEqual([['a'], ['b']]);
  });

  it('runs the queries of docs/warehouse.md', async () => {
    for (let day = 1; day <= 6; day++) await put(`s${day}`, `2026-03-0${day}T10:00:00.000Z`);
    await exporter().exportAll();
    const query = await duckdb(data);
    const [days, problems, browsers, tracks, ...more] = await warehouseQueries();
    const perDay = await query(days!);
    expect(perDay.map(([day, ...figures]) => [String(day), ...figures]).at(5)).toEqual(['2026-03-06', 1n, 1, 0]);
    expect(perDay).toHaveLength(6);
    expect(await query(problems!)).toEqual([['packet-loss', 6n, 55]]);
    expect(await query(browsers!)).toEqual([['other', 6n, 55]]);
    expect(await query(tracks!)).toHaveLength(2);
    expect(more).toEqual([]);
  });
});

const s3 = await TestS3.start();

it('writes the same files to a bucket', async () => {
  await put('a');
  const bucket = await s3.createBucket();
  const settings = {
    bucket,
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: S3_CREDENTIALS,
  };
  const inBucket = await openStorage(createConfig({ dataDirectory: data, storage: { type: 's3', s3: settings } }));
  await exporter({ storage: inBucket }).exportAll();
  await inBucket.close();
  for (const key of await s3.keys(bucket)) {
    const { bytes, contentType } = await s3.object(bucket, key);
    expect(contentType).toBe('application/vnd.apache.parquet');
    await mkdir(dirname(join(data, 'dumps', key)), { recursive: true });
    await writeFile(join(data, 'dumps', key), bytes);
  }
  expect(await (await duckdb(data))(SESSIONS)).toEqual([['a']]);
});
