import { readFile } from 'node:fs/promises';
import { describeAnalyses } from '@rtcstats-server/testing/contracts/analyses';
import { describeAnalyzedSessions } from '@rtcstats-server/testing/contracts/analyzed-sessions';
import { describeCatalog } from '@rtcstats-server/testing/contracts/catalog';
import { describeDeliveries } from '@rtcstats-server/testing/contracts/deliveries';
import { describeDumpKeys } from '@rtcstats-server/testing/contracts/dump-keys';
import { describeErasures } from '@rtcstats-server/testing/contracts/erasures';
import { describeExports } from '@rtcstats-server/testing/contracts/exports';
import { describeFigures } from '@rtcstats-server/testing/contracts/figures';
import { describeRetention } from '@rtcstats-server/testing/contracts/retention';
import { describeRollups } from '@rtcstats-server/testing/contracts/rollups';
import { CA_FILE, TestPostgres } from '@rtcstats-server/testing/postgres';
import { TcpProxy } from '@rtcstats-server/testing/proxy';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { createConfig } from '../config/config.ts';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { Catalog } from './catalog.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { openPostgresCatalog, type PostgresTimeouts } from './postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

const QUICK: PostgresTimeouts = { connect: 1500, statement: 1500, answer: 2500, close: 200 };

function settings(connectionString: string, more: Record<string, unknown> = {}) {
  const given = { connectionString, ssl: 'disable', ...more };
  return createConfig({ catalog: { type: 'postgres', postgres: given } }).catalog.postgres;
}

/** The statements that docs/back-ends.md tells an operator to run, for this user. */
async function documentedGrants(user: string): Promise<string> {
  const page = await readFile(new URL('../../../../docs/back-ends.md', import.meta.url), 'utf8');
  const [, statements] = /```sql\n([^`]+)```/.exec(page) ?? [];
  expect(statements).toContain(' to rtcstats;');
  return statements!.replaceAll(' to rtcstats;', ` to ${user};`);
}

function open(connectionString: string, timeouts?: PostgresTimeouts): Catalog {
  const catalog = openPostgresCatalog(settings(connectionString), timeouts);
  onTestFinished(() => catalog.close());
  return catalog;
}

/** Databases with all tables, by the options of `create database`: a copy takes less time than the migrations. */
const migrated = new Map<string, Promise<string>>();

async function migratedDatabase(options: string): Promise<string> {
  const database = await postgres.createDatabase(options);
  const catalog = openPostgresCatalog(settings(database));
  await catalog.migrate();
  await catalog.close();
  return database;
}

async function create(options = ''): Promise<Catalog> {
  const original = migrated.get(options) ?? migratedDatabase(options);
  migrated.set(options, original);
  return openPostgresCatalog(settings(await postgres.copyDatabase(await original)));
}
for (const describeSubject of [
  describeCatalog,
  describeDeliveries,
  describeAnalyses,
  describeRollups,
  describeErasures,
  describeExports,
  describeFigures,
  describeDumpKeys,
  describeRetention,
  describeAnalyzedSessions,
]) {
  describeSubject('PostgreSQL', () => create());
}

// A database whose language is not that of the bytes: `_` and case must not change the order of a page.
describeCatalog('PostgreSQL in English', () =>
  create(`template template0 locale_provider icu icu_locale 'en-US' locale 'C'`),
);

describe('migrating', () => {
  it('is done once when several gateways start at once, and says by whom', async () => {
    const database = await postgres.createDatabase();
    const catalogs = Array.from({ length: 8 }, () => open(database));
    const applied = await Promise.all(catalogs.map((catalog) => catalog.migrate()));
    expect(applied.flat()).toEqual(MIGRATIONS);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('is done by the first call if `migrate` was not called', async () => {
    const catalog = open(await postgres.createDatabase());
    await Promise.all([catalog.sessions.put(sessionRow('a')), catalog.sessions.list({})]);
    expect(await catalog.sessions.get('a')).toBeDefined();
  });

  it('needs no right to change tables when there is nothing to do, nor does the work after it', async () => {
    const database = await postgres.createDatabase();
    await open(database).migrate();
    await postgres.query(database, `create role plain login password 'plain'; ${await documentedGrants('plain')}`);
    const plain = open(database.replace(/\/\/.*@/, '//plain:plain@'));
    expect(await plain.migrate()).toEqual([]);
    await plain.sessions.put(sessionRow('a'), analysisRow());
    await plain.analyses.put('a', analysisRow());
    expect((await plain.sessions.list({})).sessions).toHaveLength(1);
    await plain.sessions.delete('a');
    const time = '2026-03-01T10:00:00.000Z';
    await plain.deliveries.add([{ sessionId: 'a', by: 'sample', createdAt: time }]);
    const claim = { id: 'claim', now: time, until: '2026-03-01T10:05:00.000Z', sends: true, budget: 1 };
    expect(await plain.deliveries.claim(claim)).toBeDefined();
    await plain.deliveries.withdraw('a', time);
    expect(await plain.deliveries.counts()).toEqual({ sending: 1 });
    expect(await plain.ledger.egress({})).toEqual([]);
    const log = new CatalogAuditLog(plain.audit);
    await log.record({ action: 'dump.read', actor: 'anna', outcome: 'done', target: 'a', persons: ['u-1'] });
    expect(await log.forget(['u-1'])).toBe(1);
    expect(await log.dropBefore('2999-01-01T00:00:00.000Z', 10)).toBe(1);
    const other = open((await postgres.createDatabase()).replace(/\/\/.*@/, '//plain:plain@'));
    await expect(other.migrate()).rejects.toMatchObject({
      code: 'CATALOG_MISCONFIGURED',
      message: expect.stringContaining('does not allow this user what the catalog needs (42501)'),
      todo: expect.stringContaining('rtcstats-server migrate'),
    });
  });

  it('leaves a database alone that a newer version has migrated', async () => {
    const database = await postgres.createDatabase();
    await open(database).migrate();
    await postgres.query(
      database,
      `insert into kysely_migration values ('999-newer', '2030-01-01'); alter table sessions add column newer text`,
    );
    const catalog = open(database);
    expect(await catalog.migrate()).toEqual([]);
    await catalog.sessions.put(sessionRow('a'));
    expect(await catalog.sessions.get('a')).toEqual(sessionRow('a'));
  });

  it('gives up when another migration hangs', async () => {
    const database = await postgres.createDatabase();
    const other = open(database);
    await other.migrate();
    await postgres.query(database, 'delete from kysely_migration');
    const catalog = open(database, QUICK);
    // Somebody else's migration, as far as PostgreSQL is concerned.
    const lock = postgres.query(
      database,
      'begin; select pg_advisory_xact_lock(7267782001); select pg_sleep(4); commit',
    );
    await expect
      .poll(() => postgres.query(database, `select 1 from pg_locks where locktype = 'advisory'`))
      .toHaveLength(1);
    await expect(catalog.migrate()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryable: true });
    await lock;
  });
});

it('reads pages off an index', async () => {
  const database = await postgres.createDatabase();
  await open(database).migrate();
  for (const column of ['user_name', 'conference', 'session', 'state']) {
    const plan = await postgres.query(
      database,
      `set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off;
       explain select * from sessions where ${column} = 'x' order by started_at desc, id desc limit 100`,
    );
    expect(JSON.stringify(plan)).toContain(`Index Scan Backward using sessions_by_${column} `);
  }
});

describe('an outage', () => {
  it('is a retryable error, and works again after, without a restart', async () => {
    const database = await postgres.createDatabase();
    const proxy = await TcpProxy.start(postgres.port);
    const catalog = open(postgres.through(database, proxy.port), QUICK);
    await catalog.sessions.put(sessionRow('a'));
    await proxy.refuse();
    const refused = { code: 'CATALOG_UNAVAILABLE', retryable: true };
    await expect(catalog.sessions.put(sessionRow('b'))).rejects.toMatchObject(refused);
    await expect(catalog.sessions.list({})).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/^The catalog at 127\.0\.0\.1:\d+ \(database "test_\d+"\) cannot be reached/),
    });
    await proxy.pass();
    await catalog.sessions.put(sessionRow('b'));
    expect((await catalog.sessions.list({})).sessions).toHaveLength(2);
  });

  it.each([
    ['before the first connection', false],
    ['in the middle of the work', true],
  ])('of a network that swallows everything, %s, ends the wait; later the same catalog works', async (_, connected) => {
    const database = await postgres.createDatabase();
    const proxy = await TcpProxy.start(postgres.port);
    const catalog = open(postgres.through(database, proxy.port), QUICK);
    if (connected) await catalog.sessions.put(sessionRow('a'));
    await proxy.hang();
    const lost = { code: 'CATALOG_UNAVAILABLE', retryable: true };
    await expect(catalog.sessions.put(sessionRow('b'))).rejects.toMatchObject(lost);
    await expect(catalog.sessions.get('b')).rejects.toMatchObject(lost);
    await proxy.refuse();
    await proxy.pass();
    await catalog.sessions.put(sessionRow('b'));
    expect(await catalog.sessions.get('b')).toBeDefined();
  });

  it('does not keep the catalog from being closed', async () => {
    const database = await postgres.createDatabase();
    const proxy = await TcpProxy.start(postgres.port);
    const catalog = openPostgresCatalog(settings(postgres.through(database, proxy.port)), QUICK);
    await Promise.all([catalog.sessions.list({}), catalog.sessions.list({}), catalog.sessions.list({})]);
    await proxy.hang();
    await catalog.close();
  });

  it('of the whole server, which comes back, is over for connections that rest in the pool too', async () => {
    const catalog = open(await postgres.createDatabase());
    await catalog.sessions.put(sessionRow('a'));
    await postgres.stop();
    await expect(catalog.sessions.get('a')).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' });
    await postgres.restart();
    expect(await catalog.sessions.get('a')).toEqual(sessionRow('a'));
  });

  it('by a lock that somebody holds ends the statement on the server: nothing is written later', async () => {
    const database = await postgres.createDatabase();
    const catalog = open(database, QUICK);
    await catalog.sessions.put(sessionRow('a'));
    const lock = postgres.query(database, 'begin; lock table sessions; select pg_sleep(4); commit');
    await expect
      .poll(() => postgres.query(database, `select 1 from pg_locks where mode = 'AccessExclusiveLock'`))
      .toHaveLength(1);
    await expect(catalog.sessions.put(sessionRow('b'))).rejects.toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringContaining('(57014)'),
    });
    await lock;
    expect(await catalog.sessions.get('b')).toBeUndefined();
  });
});

describe('what waiting does not mend', () => {
  it.each([
    ['a wrong password', (text: string) => text.replace('not-to-be-shown', 'wrong-secret'), {}, '28P01'],
    ['an unknown database', (text: string) => text.replace(/[^/]*$/, 'nowhere'), {}, '3D000'],
    ['a server without TLS', (text: string) => text, { ssl: 'verify-full' }, 'does not speak TLS'],
  ])('is named, without the password: %s', async (_, change, more, named) => {
    const connectionString = change(await postgres.createDatabase());
    const catalog = openPostgresCatalog(settings(connectionString, more));
    const error = await catalog.migrate().then(
      () => undefined,
      (thrown: unknown) => thrown as GatewayError,
    );
    expect(error).toMatchObject({ code: 'CATALOG_MISCONFIGURED', retryable: false });
    expect(error?.message).toContain(named);
    expect(`${error?.message}${error?.todo}`).not.toMatch(/not-to-be-shown|wrong-secret/);
    await catalog.close();
  });
});

// The last: from then on the server speaks it.
describe('TLS', () => {
  let database: string;
  beforeAll(async () => {
    database = await postgres.createDatabase();
    await postgres.enableTls();
  });
  const byName = () => database.replace('127.0.0.1', 'localhost');
  const attempt = async (connectionString: string, more: Record<string, unknown>) => {
    const catalog = openPostgresCatalog(settings(connectionString, more));
    onTestFinished(() => catalog.close());
    await catalog.sessions.list({});
    return await postgres.query(
      database,
      `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'rtcstats-server' and datname = current_database()`,
    );
  };

  it('is used with a server whose authority is trusted', async () => {
    expect(await attempt(byName(), { ssl: 'verify-full', caFile: CA_FILE })).toEqual([{ ssl: true }]);
  });

  it('is used with any server if verification is not required', async () => {
    expect(await attempt(database, { ssl: 'require' })).toEqual([{ ssl: true }]);
  });

  it.each([
    ['an unknown authority', () => byName(), {}],
    ['a certificate for another name', () => database, { caFile: CA_FILE }],
  ])('is not spoken with %s', async (_, connectionString, more) => {
    await expect(attempt(connectionString(), { ssl: 'verify-full', ...more })).rejects.toMatchObject({
      code: 'CATALOG_MISCONFIGURED',
      message: expect.stringContaining('shows a certificate that is not trusted'),
      todo: expect.stringContaining('catalog.postgres.caFile'),
    });
  });
});
