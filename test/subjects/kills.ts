import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { ServerProcess } from '@rtcstats-server/testing/server';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import type { Erasure } from 'rtcstats-server/catalog/erasures';
import type { SessionRow } from 'rtcstats-server/catalog/sessions';
import { openSqliteCatalog } from '../../packages/server/src/catalog/sqlite.ts';
import { PseudonymKeys } from '../../packages/server/src/pseudonyms/pseudonym-keys.ts';
import { Random } from '../fuzz/random.ts';
import { tracesIn } from './traces.ts';

const KEY = 'c4'.repeat(32);
const ROTATION_MS = 30 * 24 * 3_600_000;
const HOST = 'gateway-1';
const SESSIONS = 30;
const BYSTANDERS = 5;
/** After its begin, an erasure of that many sessions takes about as long, in milliseconds. */
const MAX_ERASURE_MS = 400;
/** Share of rounds in which the kill comes while the next process goes on with the erasure. */
const KILL_AT_START_PROBABILITY = 0.3;
const MAX_START_MS = 1500;

const ENVIRONMENT = {
  RTCSTATS_PRIVACY_KEY: KEY,
  RTCSTATS_SERVER_HOST_IDENTIFIER: HOST,
};

/** Result of `killErasures`. */
export interface ErasureKillReport {
  /** Erasures that were begun before the kill. */
  readonly begun: number;
  /** Whatever is not as it has to be. */
  readonly faults: readonly string[];
}

interface Options {
  readonly rounds: number;
  readonly seed: number;
  onRound?(round: number, description: string): void;
}

/** Kills a gateway with SIGKILL at random moments of erasures, one per round, on one data directory. */
export async function killErasures({ rounds, seed, onRound }: Options): Promise<ErasureKillReport> {
  const data = await mkdtemp(join(tmpdir(), 'rtcstats-erasure-kills-'));
  const random = new Random(seed);
  try {
    await record(data, 'bystander', BYSTANDERS);
    for (let round = 0; round < rounds; round++) {
      const atStart = round > 0 && random.chance(KILL_AT_START_PROBABILITY);
      await record(data, person(round), SESSIONS);
      const server = new ServerProcess(['--data', data], ENVIRONMENT);
      if (!atStart) {
        await server.listening();
        const before = erasuresIn(data);
        void erase(server, person(round)).catch(() => {});
        while (erasuresIn(data) === before) await pause(2);
      }
      const after = random.below(atStart ? MAX_START_MS : MAX_ERASURE_MS);
      await pause(after);
      await server.kill('SIGKILL');
      onRound?.(round, `${atStart ? 'at its start' : 'in the erasure'}, after ${after} ms`);
    }
    return await check(data, rounds);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Number of erasures that were begun so far. */
function erasuresIn(data: string): number {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true, timeout: 1000 });
  const row = database.prepare('select count(*) as count from erasures').get();
  database.close();
  return Number(row?.['count']);
}

function person(round: number): string {
  return `person-${round}@example.com`;
}

function pseudonymOf(name: string): string {
  const keys = new PseudonymKeys(Buffer.from(KEY, 'hex'), ROTATION_MS);
  return cleanNames('user', name, { ...presetPolicy('standard'), keepOpaqueIdentifiers: false }, keys.current())[0]!;
}

/** Writes sessions with their dumps, as if a gateway had recorded them. */
async function record(data: string, name: string, count: number): Promise<void> {
  const user = pseudonymOf(name);
  await mkdir(join(data, 'quarantine'), { recursive: true });
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  for (let n = 0; n < count; n++) {
    const id = `${user}-${n}`.replace('user-', '');
    const isQuarantined = n === 0 && name !== 'bystander';
    const changes: Partial<SessionRow> = isQuarantined ? { state: 'quarantined', storageKey: null } : {};
    const row = sessionRow(id, { user, host: HOST, startedAt: new Date().toISOString(), ...changes });
    const path = isQuarantined ? join(data, 'quarantine', `${id}.gz`) : join(data, 'dumps', row.storageKey!);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, gzipSync(`RTCStatsDump\n{}\n[":a",null,"${user}",1795800000000]\n`));
    await catalog.sessions.put(row, isQuarantined ? null : analysisRow());
  }
  await catalog.close();
}

async function erase(server: ServerProcess, user: string): Promise<void> {
  await fetch(`${server.api}/api/subjects/erase`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, confirm: user }),
  });
}

/** The last start ends what is begun; then each person is erased completely, or not at all if it was not begun. */
async function check(data: string, rounds: number): Promise<ErasureKillReport> {
  const server = new ServerProcess(['--data', data], ENVIRONMENT);
  await server.listening();
  let erasures: readonly Erasure[];
  do {
    await pause(50);
    const answer = await fetch(`${server.api}/api/subjects/erasures?limit=1000`);
    ({ erasures } = (await answer.json()) as { erasures: Erasure[] });
  } while (erasures.some(({ finishedAt }) => finishedAt === null));
  await server.kill('SIGTERM');
  const faults = erasures
    .filter(({ sessions, places }) => sessions !== SESSIONS || places['catalog']?.removed !== SESSIONS)
    .map((erasure) => `a receipt is wrong: ${JSON.stringify(erasure)}`);
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  let untouched = 0;
  for (let round = 0; round < rounds; round++) {
    const user = pseudonymOf(person(round));
    const { sessions } = await catalog.sessions.list({ user, limit: 1000 });
    if (sessions.length === SESSIONS) untouched++;
    else if (sessions.length > 0) faults.push(`${sessions.length} sessions of ${person(round)} are left`);
    else faults.push(...(await tracesIn(data, [user, person(round)])).map((trace) => `left: ${trace}`));
  }
  if (untouched + erasures.length !== rounds)
    faults.push(`${untouched} untouched and ${erasures.length} erased people`);
  const { sessions: others } = await catalog.sessions.list({ user: pseudonymOf('bystander') });
  for (const { storageKey } of others) await readFile(join(data, 'dumps', storageKey!));
  if (others.length !== BYSTANDERS) faults.push('sessions of somebody else are gone');
  await catalog.close();
  return { begun: erasures.length, faults };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const report = await killErasures({
    rounds: Number(values.rounds ?? 50),
    seed,
    onRound: (round, description) => console.log(`round ${round + 1}: ${description}`),
  });
  console.log({ ...report, seed });
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}
