import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from '@rtcstats-server/testing/client';
import { readDump, ServerProcess, storedDumps } from '@rtcstats-server/testing/server';
import type { WebSocket } from 'ws';
import { Random } from '../fuzz/random.ts';

/** What was received so long before a kill has to be in a dump afterwards, in milliseconds. */
const FLUSH_INTERVAL_MS = 1000;
const CLIENTS = 12;
const MAX_ROUND_MS = 1700;
/** Some rounds end before the server listens: in the middle of recovering what the round before left. */
const KILLED_AT_START = 0.2;
const MAX_START_MS = 700;

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly environment?: Readonly<Record<string, string>>;
  onRound?(round: number, description: string): void;
}

export interface KillReport {
  readonly sessions: number;
  readonly dumps: number;
  /** Lines that were known to have arrived a flush interval before the kill of their round. */
  readonly due: number;
  /** What is wrong; empty when nothing was lost, torn, stored twice or left behind. */
  readonly faults: readonly string[];
  /** Of all lines known to have arrived that are in no dump: how long before the kill the oldest arrived, in milliseconds. */
  readonly oldestLost: number;
}

/** A client that knows what the server has received: a pong answers a ping only after all that was sent before it. */
class Ledger {
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
    // Long and short ones, so that a cut falls in the middle of a line.
    const filling = 'x'.repeat(random.chance(0.1) ? 30_000 : random.below(300));
    this.#socket.send(JSON.stringify([':ledger', null, { name: this.name, n: this.#sent++, filling }, 1]));
    this.#socket.ping(String(this.#sent));
  }

  close(): void {
    this.#socket.close(1000);
  }

  arrivedBefore(time: number): number {
    return this.#arrived.findLast(({ at }) => at <= time)?.count ?? 0;
  }

  /** When it was known that more than `count` had arrived. */
  arrivalAfter(count: number): number | undefined {
    return this.#arrived.find((entry) => entry.count > count)?.at;
  }
}

interface Round {
  readonly ledgers: readonly Ledger[];
  readonly killedAt: number;
}

/** Kills a gateway with SIGKILL at random moments, again and again on one data directory, then looks at what is stored. */
export async function kills({ rounds, seed, environment = {}, onRound }: KillOptions): Promise<KillReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'rtcstats-kills-'));
  const data = join(scratch, 'data');
  const random = new Random(seed);
  try {
    const done: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      const atStart = round > 0 && random.chance(KILLED_AT_START);
      const after = random.below(atStart ? MAX_START_MS : MAX_ROUND_MS);
      const server = new ServerProcess(['--data', data], environment);
      done.push(await (atStart ? killedAtStart(server, after) : killedInTheMiddle(server, after, round, random)));
      const took = Math.round(performance.now() - began);
      onRound?.(round, `${atStart ? 'at its start' : 'under load'}, after ${after} ms; ${took} ms in all`);
    }
    await finishRest(data, environment);
    return await examine(data, done);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function killedAtStart(server: ServerProcess, after: number): Promise<Round> {
  await pause(after);
  await server.kill('SIGKILL');
  return { ledgers: [], killedAt: performance.now() };
}

async function killedInTheMiddle(server: ServerProcess, after: number, round: number, random: Random): Promise<Round> {
  await server.listening();
  const ledgers: Ledger[] = [];
  const open: Ledger[] = [];
  const add = async (): Promise<void> => {
    const socket = await connect(`${server.url}/room`);
    const ledger = new Ledger(socket, `${round}/${ledgers.length}`);
    ledgers.push(ledger);
    open.push(ledger);
  };
  for (let client = 0; client < CLIENTS; client++) await add();
  const end = performance.now() + after;
  while (performance.now() < end) {
    for (const ledger of open) ledger.send(random);
    // Some end and others come, so that finishing is under way when the kill comes.
    if (random.chance(0.2)) {
      open.splice(random.below(open.length), 1)[0]!.close();
      await add();
    }
    await pause(10);
  }
  const killedAt = performance.now();
  await server.kill('SIGKILL');
  return { ledgers, killedAt };
}

async function finishRest(data: string, environment: Readonly<Record<string, string>>): Promise<void> {
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

async function examine(data: string, rounds: readonly Round[]): Promise<KillReport> {
  const faults: string[] = [];
  const stored = new Map<string, number>();
  const dumps = await storedDumps(data);
  for (const path of dumps) {
    const lines = await readDump(path);
    const events = lines
      .slice(2, -1)
      .map((line) => (JSON.parse(line) as [string, null, { name: string; n: number }])[2]);
    const name = events[0]?.name ?? 'none';
    if (stored.has(name)) faults.push(`session ${name} is stored twice`);
    if (!lines.at(-1)?.startsWith('["close",null,')) faults.push(`session ${name} has no close event`);
    if (events.some((event, index) => event.n !== index || event.name !== name))
      faults.push(`session ${name} has gaps`);
    stored.set(name, events.length);
  }
  let due = 0;
  let oldestLost = 0;
  for (const { ledgers, killedAt } of rounds) {
    for (const ledger of ledgers) {
      const wanted = ledger.arrivedBefore(killedAt - FLUSH_INTERVAL_MS);
      const found = stored.get(ledger.name) ?? 0;
      due += wanted;
      if (found < wanted) faults.push(`session ${ledger.name} has ${found} lines of ${wanted}`);
      const lost = ledger.arrivalAfter(found);
      if (lost !== undefined) oldestLost = Math.max(oldestLost, killedAt - lost);
    }
  }
  const names = await readdir(join(data, 'spool'), { recursive: true, withFileTypes: true });
  const left = names.filter((entry) => entry.isFile() && entry.name !== 'lock').map(({ name }) => name);
  if (left.length > 0) faults.push(`left in the spool: ${left.join(', ')}`);
  const sessions = rounds.reduce((sum, { ledgers }) => sum + ledgers.length, 0);
  return { sessions, dumps: dumps.length, due, faults, oldestLost: Math.round(oldestLost) };
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
