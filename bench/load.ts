import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Clients } from './clients.ts';
import { median } from './measure.ts';
import { type ServerKind, ServerUnderLoad, withoutLimits } from './server-process.ts';

// npm run bench:load -- [--connections 300,1000,5000,10000] [--seconds 20] [--pairs 1] [--processes 1] [--pieces]
// [--json]

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '300,1000,5000,10000' },
    seconds: { type: 'string', default: '20' },
    pairs: { type: 'string', default: '1' },
    processes: { type: 'string', default: '1' },
    pieces: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const PAIRS = Number(values.pairs);
/** Sessions start in this time: the gateway creates files and writes rows. Measured separately, as `begin`. */
const WARM_UP_SECONDS = 15;
const CLOSES_PER_SECOND = 100;
const FLOOD = { connections: 200, seconds: 10 };
/** How long to wait for the last dumps before their messages count as lost. */
const STORE_TIMEOUT_MS = 120_000;

interface Paced {
  /** CPU seconds per 100,000 messages. */
  readonly per100k: number;
  /** CPU milliseconds per session in addition to its messages: connecting and starting the session. */
  readonly begin: number;
  /** Resident memory per idle connection, KiB. */
  readonly idleKiB: number;
}

interface Finished {
  /** Seconds from the end of a session to its stored dump. */
  readonly p50: number;
  readonly p99: number;
  /** Messages that were sent and are in no stored dump. */
  readonly lost: number;
  /** CPU milliseconds per session: closing, verifying, compressing, storing. */
  readonly finishMs: number;
}

/** Finished sessions according to the log and the API of the gateway. */
class FinishedSessions {
  readonly #storedAt = new Map<string, number>();

  log(entry: Record<string, unknown>): void {
    if (entry['msg'] === 'session finished') this.#storedAt.set(String(entry['session']), Number(entry['time']));
  }

  /** Waits for `count` sessions, up to the timeout. @returns whether all are finished */
  async complete(count: number): Promise<boolean> {
    for (let waited = 0; this.#storedAt.size < count && waited < STORE_TIMEOUT_MS; waited += 100) await pause(100);
    return this.#storedAt.size >= count;
  }

  /** Milliseconds from closed to stored for each session, sorted, and the messages and bytes of all sessions. */
  async read(adminPort: number): Promise<{ delays: number[]; messages: number; bytes: number }> {
    const delays: number[] = [];
    let messages = 0;
    let bytes = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await fetch(`http://127.0.0.1:${adminPort}/api/sessions?limit=1000${cursor && `&cursor=${cursor}`}`);
      const { sessions, nextCursor } = (await page.json()) as Page;
      for (const { id, state, endedAt, messages: kept, bytes: size } of sessions) {
        if (state !== 'stored' || endedAt === null) continue;
        messages += kept;
        bytes += size;
        delays.push(this.#storedAt.get(id)! - Date.parse(endedAt));
      }
      cursor = nextCursor;
    }
    return { delays: delays.sort((a, b) => a - b), messages, bytes };
  }
}

interface Page {
  readonly sessions: readonly {
    readonly id: string;
    readonly state: string;
    readonly endedAt: string | null;
    readonly messages: number;
    readonly bytes: number;
  }[];
  readonly nextCursor: string | null;
}

async function measure(kind: ServerKind, connections: number): Promise<Paced & Partial<Finished>> {
  const finished = new FinishedSessions();
  const server = await ServerUnderLoad.start(kind, withoutLimits(connections), (entry) => finished.log(entry));
  try {
    const atStart = { cpu: server.cpuSeconds, memory: server.residentKiB };
    const clients = await Clients.connect(server.port, connections, values.pieces);
    const idleKiB = (server.residentKiB - atStart.memory) / connections;
    await clients.pace(WARM_UP_SECONDS);
    const begun = { cpu: server.cpuSeconds, sent: clients.sent };
    await clients.pace(SECONDS);
    const perMessage = (server.cpuSeconds - begun.cpu) / (clients.sent - begun.sent);
    const begin = ((begun.cpu - atStart.cpu - begun.sent * perMessage) / connections) * 1000;
    const paced = { per100k: perMessage * 100_000, begin, idleKiB };
    if (kind === 'bare') {
      clients.terminate();
      return paced;
    }
    const atClose = server.cpuSeconds;
    await clients.close(CLOSES_PER_SECOND);
    await finished.complete(connections);
    const finishMs = ((server.cpuSeconds - atClose) / connections) * 1000;
    const { delays, messages } = await finished.read(server.adminPort);
    const at = (share: number): number => (delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN) / 1000;
    return { ...paced, p50: at(0.5), p99: at(0.99), lost: clients.sent - messages, finishMs };
  } finally {
    await server.stop();
  }
}

/**
 * Measures the highest rate at which the gateway receives, and how fast it stores the dumps when all sessions end at
 * once.
 */
async function flood(): Promise<Record<string, number>> {
  const finished = new FinishedSessions();
  const server = await ServerUnderLoad.start('gateway', withoutLimits(FLOOD.connections), (entry) =>
    finished.log(entry),
  );
  try {
    const clients = await Clients.connect(server.port, FLOOD.connections);
    const began = performance.now();
    await clients.flood(FLOOD.seconds);
    const seconds = (performance.now() - began) / 1000;
    const cpu = server.cpuSeconds;
    const closing = performance.now();
    await clients.close(Number.POSITIVE_INFINITY);
    await finished.complete(FLOOD.connections);
    const finishing = (performance.now() - closing) / 1000;
    const { messages, bytes } = await finished.read(server.adminPort);
    return {
      messagesPerSecond: clients.sent / seconds,
      megabytesPerSecond: clients.sentBytes / 1e6 / seconds,
      lost: clients.sent - messages,
      finishedMegabytes: bytes / 1e6,
      finishMegabytesPerSecond: bytes / 1e6 / finishing,
      finishMegabytesPerCpuSecond: bytes / 1e6 / (server.cpuSeconds - cpu),
    };
  } finally {
    await server.stop();
  }
}

if (process.platform !== 'linux') {
  console.error('bench:load runs on Linux only, because it reads CPU time and memory from /proc.');
  process.exit(2);
}
const rows: Record<string, number>[] = [];
for (const connections of values.connections.split(',').map(Number)) {
  const pairs: [Paced, Paced & Partial<Finished>][] = [];
  for (let i = 0; i < PAIRS; i++)
    pairs.push([await measure('bare', connections), await measure('gateway', connections)]);
  const of = (value: (bare: Paced, gateway: Paced & Partial<Finished>) => number): number =>
    median(pairs.map(([bare, gateway]) => value(bare, gateway)));
  rows.push({
    connections,
    cpuPer100k: of((_, gateway) => gateway.per100k),
    barePer100k: of((bare) => bare.per100k),
    ratio: of((bare, gateway) => gateway.per100k / bare.per100k),
    idleKiBAboveBare: of((bare, gateway) => gateway.idleKiB - bare.idleKiB),
    beginMs: of((_, gateway) => gateway.begin),
    finishMs: of((_, gateway) => gateway.finishMs!),
    p50: of((_, gateway) => gateway.p50!),
    p99: of((_, gateway) => gateway.p99!),
    lost: of((_, gateway) => gateway.lost!),
  });
  if (!values.json) console.log(line(rows.at(-1)!));
}
const floodResult = await flood();
if (values.json) console.log(JSON.stringify({ rows, floodResult }, null, 2));
else console.log(line(floodResult));

function line(row: Readonly<Record<string, number>>): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(2)}`)
    .join('   ');
}
