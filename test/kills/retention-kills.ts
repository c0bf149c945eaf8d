import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { openSqliteCatalog } from '../../packages/server/src/catalog/sqlite.ts';
import { ParquetExport } from '../../packages/server/src/insights/parquet/exporter.ts';
import { duckdb } from '../../packages/server/src/insights/parquet/testing/duckdb.ts';
import { LocalStorage } from '../../packages/server/src/storage/local.ts';
import { Random } from '../fuzz/random.ts';

const DAY = 86_400_000;
const HOST = 'gateway-1';
const IN_FORCE = 'retention in force; `rtcstats-server retention --dry-run` lists what goes next';
const MAX_MS = 500;

/**
 * What is put before each round, per kind: age in days, and number. With the default periods, `aged` loses its dump and
 * `oldest` everything; `removed` are young, and their removal was begun by somebody who was killed.
 */
const KINDS = {
  young: { days: 5, number: 10 },
  held: { days: 200, number: 10 },
  aged: { days: 40, number: 60 },
  oldest: { days: 100, number: 60 },
  quarantined: { days: 40, number: 20 },
  removed: { days: 5, number: 8 },
} as const;
type Kind = keyof typeof KINDS;

export interface RetentionKillOptions {
  readonly rounds: number;
  readonly seed: number;
  onRound?(round: number, description: string): void;
}

export interface RetentionKillReport {
  readonly sessions: number;
  /** Rounds that were killed before everything was removed. */
  readonly interrupted: number;
  /** What is left that should be gone, or is gone that should be left. */
  readonly faults: readonly string[];
}

/** Kills a gateway with SIGKILL at random moments of retention, repeatedly, then lets it end and compares. */
export async function retentionKills({ rounds, seed, onRound }: RetentionKillOptions): Promise<RetentionKillReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'rtcstats-retention-kills-'));
  const data = join(scratch, 'data');
  const random = new Random(seed);
  const faults: string[] = [];
  let interrupted = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      await putSessions(data, round);
      const server = startGateway(data);
      await server.logged(IN_FORCE);
      const after = random.below(MAX_MS);
      await pause(after);
      await server.kill('SIGKILL');
      const left = rowsOf(data).filter(
        ({ kind, state }) => kind === 'oldest' || (kind === 'aged' && state === 'stored'),
      );
      if (left.length > 0) interrupted++;
      for (const fault of await promisesWithoutDump(data)) faults.push(`round ${round}: ${fault}`);
      onRound?.(round, `after ${after} ms, ${left.length} sessions left`);
    }
    const server = startGateway(data);
    await server.logged('retention pass');
    await server.kill('SIGTERM');
    faults.push(...(await promisesWithoutDump(data)), ...(await compare(data, rounds)));
    return {
      sessions: rounds * Object.values(KINDS).reduce((sum, { number }) => sum + number, 0),
      interrupted,
      faults,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function startGateway(data: string): ServerProcess {
  return new ServerProcess(['--data', data], { RTCSTATS_SERVER_HOST_IDENTIFIER: HOST });
}

async function putSessions(data: string, round: number): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  const storage = await LocalStorage.open(join(data, 'dumps'));
  if (round === 0) {
    const [id, name, now] = ['0195b0a0-0000-7000-8000-000000000001', 'user-held', new Date().toISOString()];
    await catalog.holds.add({ id, kind: 'user', name, names: [name], reason: 'r', createdAt: now, coversUntil: null });
  }
  for (const [kind, { days, number }] of Object.entries(KINDS)) {
    const startedAt = new Date(Date.now() - days * DAY).toISOString();
    for (let index = 0; index < number; index++) {
      const id = `${kind}-${round}-${index}`;
      const key = kind === 'quarantined' ? null : `2026/01/01/${id}.gz`;
      const path = key === null ? join(data, 'quarantine', `${id}.gz`) : join(data, 'dumps', key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'dump');
      const state = key === null ? 'quarantined' : 'stored';
      const user = kind === 'held' ? 'user-held' : null;
      const row = sessionRow(id, { startedAt, state, storageKey: key, storageUrl: null, user, host: HOST });
      await catalog.sessions.put(row, key === null ? null : analysisRow());
    }
  }
  const { exports, leases } = catalog;
  const log = { info() {}, error() {}, warn() {} } as unknown as ConstructorParameters<typeof ParquetExport>[0]['log'];
  const rest = { dataDirectory: data, host: HOST, intervalMs: 1e6, log };
  await new ParquetExport({ exports, leases, storage, ...rest }).exportAll();
  for (let index = 0; index < KINDS.removed.number; index++) {
    const sessionId = `removed-${round}-${index}`;
    const { host, startedAt } = (await catalog.sessions.get(sessionId))!;
    const requestedAt = new Date().toISOString();
    await catalog.removals.begin({ sessionId, reason: 'deleted', host, startedAt, requestedAt });
  }
  await catalog.close();
}

interface FoundRow {
  readonly id: string;
  readonly kind: Kind;
  readonly state: string;
  readonly storage_key: string | null;
}

function rowsOf(data: string): FoundRow[] {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  const rows = database.prepare('select id, state, storage_key from sessions').all();
  database.close();
  return rows.map((row) => ({ ...row, kind: String(row['id']).split('-')[0] }) as unknown as FoundRow);
}

async function dumpsOf(data: string): Promise<Set<string>> {
  const files = (directory: string) => readdir(join(data, directory), { recursive: true });
  const names = [...(await files('dumps')), ...(await files('quarantine'))];
  return new Set(names.filter((name) => name.endsWith('.gz')).map((name) => name.split('/').at(-1)!.slice(0, -3)));
}

/** Sessions whose row promises a dump that is not there, and dumps that no row names. True at any moment. */
async function promisesWithoutDump(data: string): Promise<string[]> {
  const rows = new Map(rowsOf(data).map((row) => [row.id, row]));
  const dumps = await dumpsOf(data);
  // The rows of begun removals and of quarantined dumps go after their dump.
  const promised = [...rows.values()].filter(({ kind, state }) => state === 'stored' && kind !== 'removed');
  const missing = promised.filter(({ id }) => !dumps.has(id)).map(({ id }) => `the dump of ${id} is gone, its row not`);
  const lost = [...dumps].filter((id) => !rows.has(id)).map((id) => `the row of ${id} is gone, its dump not`);
  return [...missing, ...lost];
}

async function compare(data: string, rounds: number): Promise<string[]> {
  const faults: string[] = [];
  const expected: Readonly<Record<Kind, string | undefined>> = {
    young: 'stored',
    held: 'stored',
    aged: 'erased',
    oldest: undefined,
    quarantined: 'erased',
    removed: undefined,
  };
  const rows = new Map(rowsOf(data).map((row) => [row.id, row]));
  const dumps = await dumpsOf(data);
  const exported = new Set(
    (await (await duckdb(data))('select distinct session_id from calls')).map(([id]) => String(id)),
  );
  for (const [kind, { number }] of Object.entries(KINDS) as [Kind, { number: number }][]) {
    for (let round = 0; round < rounds; round++) {
      for (let index = 0; index < number; index++) {
        const id = `${kind}-${round}-${index}`;
        const row = rows.get(id);
        if (row?.state !== expected[kind]) faults.push(`${id} is ${row?.state ?? 'gone'}`);
        if (row?.state === 'erased' && row.storage_key !== null) faults.push(`${id} names a dump`);
        if (dumps.has(id) !== (expected[kind] === 'stored')) faults.push(`the dump of ${id} is not as expected`);
        const isExported = kind === 'young' || kind === 'held' || kind === 'aged';
        if (exported.has(id) !== isExported) faults.push(`the Parquet rows of ${id} are not as expected`);
      }
    }
  }
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  const left = database.prepare('select session_id from removals').all();
  database.close();
  return [...faults, ...left.map((row) => `the removal of ${String(row['session_id'])} is not ended`)];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const [rounds, seed] = [Number(values.rounds ?? 50), Number(values.seed ?? Date.now() % 1e9)];
  console.log(`seed ${seed}`);
  const onRound = (round: number, description: string): void => console.log(`round ${round}: ${description}`);
  const { sessions, interrupted, faults } = await retentionKills({ rounds, seed, onRound });
  console.log(`${sessions} sessions, ${interrupted} of ${rounds} passes interrupted, ${faults.length} faults`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
