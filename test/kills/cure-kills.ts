import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { findingsReport } from '@rtcstats-server/api';
import { PROGRAM } from '@rtcstats-server/testing/program';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { openSqliteCatalog } from '../../packages/server/src/catalog/sqlite.ts';
import { Random } from '../fuzz/random.ts';

const SESSIONS = 100;
/** Without the thread that analyzes, which takes much longer to start than these dumps take. */
const ENVIRONMENT = { RTCSTATS_INSIGHTS_ENABLED: 'false' };
const PLANTED = '203.0.113.77';
/** About as long as the journal of a whole run is. */
const JOURNAL_BYTES = SESSIONS * 180;
/** Milliseconds after a step of the run that has been chosen at random; about as long as one dump takes. */
const MAX_DELAY_MS = 20;
/** Rounds after which a run ends undisturbed, its report is checked, and the values are planted again. */
const ROUNDS_PER_REPORT = 3;

/** Result of `cureKills`. */
export interface CureKillReport {
  /** Runs that were killed before their end. */
  readonly interrupted: number;
  /** Whatever is not as it has to be. */
  readonly faults: readonly string[];
}

interface Options {
  readonly rounds: number;
  readonly seed: number;
  onRound?(round: number, description: string): void;
}

/** Kills `reanonymize` with SIGKILL at random moments, and checks that every dump is the old or the new one. */
export async function cureKills({ rounds, seed, onRound }: Options): Promise<CureKillReport> {
  const data = await mkdtemp(join(tmpdir(), 'rtcstats-cure-kills-'));
  const random = new Random(seed);
  const faults: string[] = [];
  let interrupted = 0;
  /** Sessions in the reports since the last planting. */
  let named = new Set<string>();
  try {
    await mkdir(join(data, 'keys'), { mode: 0o700 });
    await writeFile(join(data, 'keys', 'pseudonyms.key'), Buffer.alloc(32, 7), { mode: 0o600 });
    for (let round = 0; round < rounds; round++) {
      if (round % ROUNDS_PER_REPORT === 0) {
        await plant(data);
        named = new Set();
      }
      const { process: run } = start(data);
      const ended = once(run, 'close');
      const from = await journalBytes(data);
      const until = from + random.below(Math.max(1, JOURNAL_BYTES - from));
      while (run.exitCode === null && (await journalBytes(data)) <= until) await pause(2);
      const delay = random.below(MAX_DELAY_MS);
      await pause(delay);
      if (run.exitCode === null) interrupted += 1;
      run.kill('SIGKILL');
      await ended;
      const old = await checkDumps(data, round, faults);
      onRound?.(round, `killed at ${until} bytes and ${delay} ms, ${old} of ${SESSIONS} dumps are the old ones`);
      const isLast = round === rounds - 1 || round % ROUNDS_PER_REPORT === ROUNDS_PER_REPORT - 1;
      // A run that ended before the kill has reported, and its journal is gone.
      named = named.union(await reported(data));
      if (isLast) await checkEnd(data, round, named, faults);
    }
    return { interrupted, faults };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

function start(data: string): { process: ChildProcess; printed: Promise<string> } {
  const args = [PROGRAM, 'reanonymize', '--data', data, '-o', join(data, 'findings.json')];
  const run = spawn(process.execPath, args, {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return { process: run, printed: text(run.stderr) };
}

function dumpOf(index: number): string {
  return `RTCStatsDump\n{"fileFormat":3,"startTime":1795800000000}\n["note",null,"${PLANTED}",1795800000000]\n["end",null,${index},1]\n`;
}

async function plant(data: string): Promise<void> {
  await rm(join(data, 'findings.json'), { force: true });
  await mkdir(join(data, 'dumps', '2026', '03', '01'), { recursive: true, mode: 0o700 });
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  for (let index = 0; index < SESSIONS; index++) {
    const dump = dumpOf(index);
    const row = sessionRow(`s${index}`, { bytes: dump.length });
    await writeFile(join(data, 'dumps', row.storageKey!), gzipSync(dump), { mode: 0o600 });
    await catalog.sessions.put({ ...row, receipt: { ...row.receipt, verifier: 'rtcstats-verifier/0', keyId: 'e0' } });
  }
  await catalog.close();
}

/** Bytes of the journal, which grows with every step of the run. */
async function journalBytes(data: string): Promise<number> {
  const directory = join(data, 'reanonymize');
  for (const name of await readdir(directory).catch(() => [])) {
    if (name.endsWith('.jsonl')) return (await stat(join(directory, name)).catch(() => ({ size: 0 }))).size;
  }
  return 0;
}

/** @returns the number of dumps that were not replaced yet */
async function checkDumps(data: string, round: number, faults: string[]): Promise<number> {
  let old = 0;
  for (let index = 0; index < SESSIONS; index++) {
    try {
      const dump = gunzipSync(await readFile(join(data, 'dumps', sessionRow(`s${index}`).storageKey!))).toString();
      if (dump === dumpOf(index)) old += 1;
      else if (dump.includes(PLANTED) || !dump.endsWith(`["end",null,${index},1]\n`)) {
        faults.push(`round ${round}: the dump of s${index} is neither the old nor the new one`);
      }
    } catch (error) {
      faults.push(`round ${round}: the dump of s${index} cannot be read: ${String(error)}`);
    }
  }
  return old;
}

/** Lets a run end, and checks that nothing is left and the report names every session. */
async function checkEnd(data: string, round: number, before: Set<string>, faults: string[]): Promise<void> {
  const { process: run, printed } = start(data);
  const [code] = await once(run, 'close');
  if (code !== 0 && code !== 1)
    faults.push(`round ${round}: the last run ended with ${String(code)}: ${await printed}`);
  if ((await checkDumps(data, round, faults)) > 0) faults.push(`round ${round}: dumps are left`);
  const named = before.union(await reported(data));
  if (named.size !== SESSIONS) faults.push(`round ${round}: the report names ${named.size} of ${SESSIONS} sessions`);
  const left = await readdir(join(data, 'reanonymize'));
  if (left.some((name) => name !== 'lock')) faults.push(`round ${round}: left are ${left.join(', ')}`);
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  for (let index = 0; index < SESSIONS; index++) {
    const { receipt, storageKey } = (await catalog.sessions.get(`s${index}`))!;
    const bytes = await readFile(join(data, 'dumps', storageKey!));
    const isProven = receipt.sha256 === createHash('sha256').update(bytes).digest('hex');
    if (!isProven || receipt.findings > 0) faults.push(`round ${round}: the receipt of s${index} is wrong`);
  }
  await catalog.close();
}

/** The sessions that a run has reported; none if it was killed before that. */
async function reported(data: string): Promise<Set<string>> {
  const report = await readFile(join(data, 'findings.json'), 'utf8').catch(() => undefined);
  if (report === undefined) return new Set();
  const { dumps } = findingsReport.parse(JSON.parse(report));
  return new Set(dumps.filter(({ outcome }) => outcome === 'rewritten').map(({ session }) => session));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const [rounds, seed] = [Number(values.rounds ?? 50), Number(values.seed ?? Date.now() % 1e9)];
  console.log(`seed ${seed}`);
  const onRound = (round: number, description: string): void => console.log(`round ${round}: ${description}`);
  const { interrupted, faults } = await cureKills({ rounds, seed, onRound });
  console.log(`${interrupted} of ${rounds} runs interrupted, ${faults.length} faults`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
