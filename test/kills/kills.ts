import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from '@rtcstats-server/testing/client';
import { readDump, ServerProcess, storedDumps } from '@rtcstats-server/testing/server';
import type { WebSocket } from 'ws';
import { Random } from '../fuzz/random.ts';

/** A message that was received this long before a kill must be in a dump afterwards, in milliseconds. */
const FLUSH_INTERVAL_MS = 1000;
const CLIENTS = 12;
const MAX_ROUND_MS = 1700;
/** Share of rounds in which the kill comes before the server listens, during recovery of the previous round's files. */
const KILL_AT_START_PROBABILITY = 0.2;
const MAX_START_MS = 700;

/** Each start has another one, so that a dump may be finished in another format than the one it was begun in. */
const FORMATS = ['gzip', 'zstd'];

/** Options of `kills`. */
export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly environment?: Readonly<Record<string, string>>;
  onRound?(round: number, description: string): void;
}

/** Result of `kills`. */
export interface KillReport {
  readonly sessions: number;
  readonly dumps: number;
  /** Number of lines that must be in dumps: received at least one flush interval before the kill of their round. */
  readonly due: number;
  /** Lost or incomplete sessions, sessions stored twice or without an analysis, and files left in the spool. */
  readonly faults: readonly string[];
  /** Age at the kill of the oldest received line that is in no dump, in milliseconds. */
  readonly oldestLost: number;
}

/**
 * A client that knows which messages the server has received: it sends a ping after each message, and the server
 * answers a ping only after everything that was sent before it.
 */
class TrackingClient {
  readonly name: string;
  readonly #socket: WebSocket;
  #sent = 0;
  readonly #arrived: { readonly count: number; readonly at: number }[] = [];

  constructor(socket: WebSocket, name: string) {
    this.#socket = socket;
    this.name = name;
    socket.on('error', () => {});
    socket.on('pong', (count) => this.#arrived.push({ count: Number(count.toString()), at: performance.now() }));
  }

  send(random: Random): void {
    // Long and short messages, so that the kill may cut a line in the middle.
    const padding = 'x'.repeat(random.chance(0.1) ? 30_000 : random.below(300));
    this.#socket.send(JSON.stringify([':client', null, { run: this.name, n: this.#sent++, padding }, 1]));
    this.#socket.ping(String(this.#sent));
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Number of messages known to have been received at `time`. */
  arrivedBefore(time: number): number {
    return this.#arrived.findLast(({ at }) => at <= time)?.count ?? 0;
  }

  /** Time at which the client knew that more than `count` messages had been received. */
  arrivalAfter(count: number): number | undefined {
    return this.#arrived.find((entry) => entry.count > count)?.at;
  }
}

interface Round {
  readonly clients: readonly TrackingClient[];
  readonly killedAt: number;
}

/** Kills a gateway with SIGKILL at random moments, repeatedly on one data directory, then checks the stored dumps. */
export async function kills({ rounds, seed, environment = {}, onRound }: KillOptions): Promise<KillReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'rtcstats-kills-'));
  const data = join(scratch, 'data');
  const random = new Random(seed);
  try {
    const done: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const atStart = round > 0 && random.chance(KILL_AT_START_PROBABILITY);
      const after = random.below(atStart ? MAX_START_MS : MAX_ROUND_MS);
      const format = { RTCSTATS_STORAGE_COMPRESSION_FORMAT: FORMATS[round % FORMATS.length]! };
      const server = new ServerProcess(['--data', data], { ...environment, ...format });
      done.push(await (atStart ? killedAtStart(server, after) : killedInTheMiddle(server, after, round, random)));
      const took = Math.round(performance.now() - began);
      onRound?.(round, `${atStart ? 'at its start' : 'under load'}, after ${after} ms; ${took} ms in all`);
    }
    await finishRemaining(data, environment);
    return await checkStored(data, done);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function killedAtStart(server: ServerProcess, after: number): Promise<Round> {
  await pause(after);
  await server.kill('SIGKILL');
  return { clients: [], killedAt: performance.now() };
}

async function killedInTheMiddle(server: ServerProcess, after: number, round: number, random: Random): Promise<Round> {
  await server.listening();
  const clients: TrackingClient[] = [];
  const open: TrackingClient[] = [];
  const add = async (): Promise<void> => {
    const socket = await connect(`${server.url}/room`);
    const client = new TrackingClient(socket, `${round}/${clients.length}`);
    clients.push(client);
    open.push(client);
  };
  for (let client = 0; client < CLIENTS; client++) await add();
  const end = performance.now() + after;
  while (performance.now() < end) {
    for (const client of open) client.send(random);
    // Some clients leave and others join, so that the gateway is finishing sessions when it is killed.
    if (random.chance(0.2)) {
      open.splice(random.below(open.length), 1)[0]!.close();
      await add();
    }
    await pause(10);
  }
  const killedAt = performance.now();
  await server.kill('SIGKILL');
  return { clients, killedAt };
}

async function finishRemaining(data: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const server = new ServerProcess(['--data', data], environment);
  await server.listening();
  for (;;) {
    const metrics = await (await fetch(`${server.api}/metrics`)).text();
    const counts = [
      'rtcstats_sessions_unfinished',
      'rtcstats_spool_files{state="open"}',
      'rtcstats_spool_files{state="closed"}',
    ];
    if (counts.every((name) => metrics.includes(`\n${name} 0\n`))) break;
    await pause(50);
  }
  await server.kill('SIGTERM');
}

async function checkStored(data: string, rounds: readonly Round[]): Promise<KillReport> {
  const faults: string[] = [];
  const stored = new Map<string, number>();
  const dumps = await storedDumps(data);
  for (const path of dumps) {
    const lines = await readDump(path);
    const events = lines
      .slice(2, -1)
      .map((line) => (JSON.parse(line) as [string, null, { run: string; n: number }])[2]);
    const name = events[0]?.run ?? 'none';
    if (stored.has(name)) faults.push(`session ${name} is stored twice`);
    if (!lines.at(-1)?.startsWith('["close",null,')) faults.push(`session ${name} has no close event`);
    if (events.some((event, index) => event.n !== index || event.run !== name)) faults.push(`session ${name} has gaps`);
    stored.set(name, events.length);
  }
  let due = 0;
  let oldestLost = 0;
  for (const { clients, killedAt } of rounds) {
    for (const client of clients) {
      const wanted = client.arrivedBefore(killedAt - FLUSH_INTERVAL_MS);
      const found = stored.get(client.name) ?? 0;
      due += wanted;
      if (found < wanted) faults.push(`session ${client.name} has ${found} lines of ${wanted}`);
      const lost = client.arrivalAfter(found);
      if (lost !== undefined) oldestLost = Math.max(oldestLost, killedAt - lost);
    }
  }
  const names = await readdir(join(data, 'spool'), { recursive: true, withFileTypes: true });
  const left = names.filter((entry) => entry.isFile() && entry.name !== 'lock').map(({ name }) => name);
  if (left.length > 0) faults.push(`left in the spool: ${left.join(', ')}`);
  faults.push(...sessionsWithoutAnalysis(data), ...wrongCounts(data));
  const sessions = rounds.reduce((sum, { clients }) => sum + clients.length, 0);
  return { sessions, dumps: dumps.length, due, faults, oldestLost: Math.round(oldestLost) };
}

/** Row and analysis are written in one transaction, so a kill cannot separate them. */
function sessionsWithoutAnalysis(data: string): string[] {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  const rows = database
    .prepare(`select id from sessions where state = 'stored' and id not in (select session_id from analyses)`)
    .all();
  const failed = database.prepare('select session_id as id from analyses where failure is not null').all();
  database.close();
  return [
    ...rows.map(({ id }) => `session ${String(id)} is stored without an analysis`),
    ...failed.map(({ id }) => `the analysis of session ${String(id)} failed`),
  ];
}

/** The counts change in the transaction that writes an analysis, or later with the queue: once, whenever a kill comes. */
function wrongCounts(data: string): string[] {
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  const { analyzed, counted } = database
    .prepare(
      `select (select count(*) from analyses) as analyzed,
         (select coalesce(sum(calls), 0) from rollups where granularity = 'day' and dimension = 'all')
         + (select coalesce(sum(sign), 0) from rollup_changes) as counted`,
    )
    .get() as { analyzed: number; counted: number };
  database.close();
  return analyzed === counted ? [] : [`${analyzed} calls were analyzed, but ${counted} are counted`];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, seed: { type: 'string' }, processes: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const report = await kills({
    rounds: Number(values.rounds ?? 50),
    seed,
    environment: { RTCSTATS_SERVER_PROCESSES: values.processes ?? '1' },
    onRound: (round, description) => console.log(`round ${round + 1}: ${description}`),
  });
  console.log({ ...report, seed });
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}
