import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MIGRATIONS } from './migrations/migrations.ts';
import type { SessionQuery } from './sessions.ts';
import { openSqliteCatalog } from './sqlite.ts';

let scratch: string;
let file: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-catalog-'));
  file = join(scratch, 'catalog.sqlite');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

describeCatalog('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeDeliveries('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeAnalyses('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeRollups('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});

describeErasures('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeExports('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeDumpKeys('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeFigures('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeRetention('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});
describeAnalyzedSessions('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});

it('lets a second process read and write at the same time', async () => {
  const server = openSqliteCatalog(file);
  const command = openSqliteCatalog(file);
  await server.migrate();
  await command.migrate();
  await server.sessions.put(sessionRow('a'));
  expect(await command.sessions.get('a')).toBeDefined();
  await command.sessions.delete('a');
  expect(await server.sessions.get('a')).toBeUndefined();
  await Promise.all([server.close(), command.close()]);
});

it('waits for the file without holding up the process', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const holder = new DatabaseSync(file);
  holder.exec('begin immediate');
  const written = catalog.sessions.put(sessionRow('a'));
  // Only a process that is not held up gets here.
  setTimeout(() => holder.exec('commit'), 100);
  await written;
  holder.exec('begin immediate');
  setTimeout(() => holder.exec('commit'), 100);
  await catalog.deliveries.claim({ id: '1', now: '2026', until: '2027', sends: true, budget: null });
  holder.close();
  await catalog.close();
});

it('rejects with a retryable error while another process holds the file, and works again after', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await expect(catalog.sessions.put(sessionRow('a'))).rejects.toMatchObject({
    code: 'CATALOG_UNAVAILABLE',
    retryable: true,
  });
  other.exec('ROLLBACK');
  other.close();
  await catalog.sessions.put(sessionRow('a'));
  expect(await catalog.sessions.get('a')).toBeDefined();
  await catalog.close();
});

it('says that a file cannot be opened', () => {
  expect(() => openSqliteCatalog(join(scratch, 'missing', 'catalog.sqlite'))).toThrow(
    expect.objectContaining({ code: 'CATALOG_UNAVAILABLE' }),
  );
});

it('reads rows whose receipt is from an earlier version', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  await catalog.sessions.put(sessionRow('a'));
  const old = {
    policy: 'standard',
    redactions: { contact: 1 },
    dropped: {},
    verified: true,
    findings: 0,
    complete: true,
  };
  const database = new DatabaseSync(file);
  database.prepare('update sessions set receipt = ?').run(JSON.stringify(old));
  database.close();
  expect((await catalog.sessions.get('a'))?.receipt).toEqual({
    ...old,
    dictionary: null,
    engine: null,
    keyId: null,
    drift: { entries: [], more: 0 },
    findingsByClass: {},
    verifier: null,
    sha256: null,
  });
  await catalog.close();
});

it('reads pages off an index', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  await catalog.close();
  const database = new DatabaseSync(file);
  for (const column of ['user_name', 'conference', 'session', 'state']) {
    const plan = database
      .prepare(`explain query plan select * from sessions where ${column} = 'x' order by started_at desc, id desc`)
      .all();
    expect(plan.map((step) => step['detail'])).toEqual([
      expect.stringMatching(new RegExp(`^SEARCH sessions USING INDEX sessions_by_${column} `)),
    ]);
  }
  database.close();
});

it.each([
  [{ sort: 'score' }, /^SEARCH analyses USING INDEX analyses_by_score /],
  [{ sort: 'score', from: '2026-03-01', to: '2026-04-01' }, /^SEARCH analyses USING INDEX analyses_by_score /],
  [{ sort: 'score', minScore: 1, maxScore: 50 }, /^SEARCH analyses .* \(experience>\? AND experience<\?\)$/],
  [{ verdict: 'bad', from: '2026-03-01T00:00:00.000Z' }, /^SEARCH analyses USING INDEX analyses_by_verdict /],
  [{ observation: 'packet-loss', severity: 'high' }, /^SEARCH observed USING COVERING INDEX observed_by_name /],
  [{ minScore: 1, maxScore: 50, severity: 'high' }, /^SCAN sessions USING INDEX sessions_by_start/],
] satisfies [SessionQuery, RegExp][])('reads a page by %j off an index, without sorting', async (query, first) => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  await catalog.sessions.list(query);
  const [statement] = prepare.mock.calls.map(([text]) => text).filter((text) => text.includes('left join "analyses"'));
  prepare.mockRestore();
  await catalog.close();
  const database = new DatabaseSync(file);
  const plan = database
    .prepare(`explain query plan ${statement}`)
    .all()
    .map((step) => String(step['detail']));
  database.close();
  expect(plan[0]).toMatch(first);
  expect(plan).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
});

it('migrates a file that the first version made, and reads its rows', async () => {
  const old = new DatabaseSync(file);
  // As version 0.1.0 left it after its first migration.
  old.exec(`
    create table kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null);
    create table kysely_migration_lock (id varchar(255) not null primary key, is_locked integer default 0 not null);
    insert into kysely_migration values ('001-sessions', '2026-01-01T00:00:00.000Z');
    insert into kysely_migration_lock values ('migration_lock', 0);
    create table sessions (id text primary key, state text not null, started_at text not null, ended_at text,
      close_code integer, messages integer not null, bytes bigint not null, stored_bytes bigint, storage_key text,
      user_name text, conference text, session text, origin text, user_agent text, host text not null, receipt text not null);
    insert into sessions values ('a', 'stored', '2026-03-01T10:00:00.000Z', '2026-03-01T10:05:00.250Z', 1000, 12, 5000000000,
      900, '2026/03/01/a.gz', null, null, null, 'https://meet.example.com', 'Mozilla/5.0', 'gateway-1',
      '{"policy":"standard","redactions":{"ipAddresses":3},"dropped":{},"verified":true,"findings":0,"complete":true}');
  `);
  old.close();
  const catalog = openSqliteCatalog(file);
  expect(await catalog.migrate()).toEqual(MIGRATIONS.slice(1));
  const { receipt, ...row } = sessionRow('a', { storageUrl: null });
  expect(await catalog.sessions.get('a')).toMatchObject({ ...row, receipt: { policy: receipt.policy, engine: null } });
  await catalog.sessions.put(sessionRow('b', { signed: ['user'] }));
  expect((await catalog.sessions.list({})).sessions).toHaveLength(2);
  expect(await catalog.migrate()).toEqual([]);
  await catalog.close();
});

it('shows what the table of the rtcstats server would hold', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.sessions.put(sessionRow('a', { user: 'anna' }));
  await catalog.close();
  const database = new DatabaseSync(file);
  const [row] = database.prepare('select * from rtcstats_server').all();
  database.close();
  expect(Object.keys(row!)).toEqual(
    ['created_at', 'session_start', 'session_end', 'blob_url', 'metadata', 'id'].concat([
      'rtcstats_user',
      'rtcstats_conference',
      'rtcstats_session',
      'host_identifier',
    ]),
  );
  expect(row).toMatchObject({ session_end: '2026-03-01T10:05:00.250Z', rtcstats_user: 'anna' });
  expect(JSON.parse(row!['metadata'] as string)).toMatchObject({ state: 'stored', messages: 12 });
});

it('leaves nothing of the analysis of a deleted session in the file', async () => {
  const catalog = openSqliteCatalog(file);
  const [observation] = analysisRow().observations;
  const observations = Array.from({ length: 200 }, () => ({ ...observation!, track: 'track-of-anna' }));
  const document = JSON.stringify({ text: 'document-of-anna '.repeat(2000) });
  await catalog.sessions.put(sessionRow('a'), analysisRow({ observations, document }));
  await catalog.sessions.put(sessionRow('b'), analysisRow({ document: 'document-of-bert' }));
  await catalog.sessions.delete('a');
  await catalog.close();
  const bytes = await readFile(file);
  expect(bytes.includes('of-anna')).toBe(false);
  expect(bytes.includes('document-of-bert')).toBe(true);
});
