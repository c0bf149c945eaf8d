import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import type { FrozenDisk } from '@rtcstats-server/testing/frozen-disk';
import { readDump, ServerProcess, storedDumps } from '@rtcstats-server/testing/server';
import type { WebSocket } from 'ws';

/** Options of `freeze`. */
export interface FreezeOptions {
  readonly disk: FrozenDisk;
  /** How long the disk hangs at least: until the sessions that begin meanwhile have ended, but not much longer. */
  readonly seconds: number;
  /** Sessions that begin and end meanwhile. */
  readonly sessions: number;
  /** Sessions that last from before until after. */
  readonly lasting: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Result of `freeze`. Times in milliseconds. */
export interface FreezeReport {
  /** Longest time that an answer took while the disk hung. */
  readonly healthcheck: number;
  readonly metrics: number;
  /** Highest value of `rtcstats_spool_stall_seconds`. */
  readonly stallSeconds: number;
  /** Sessions that began and ended while the disk hung. */
  readonly meanwhile: number;
  /** Messages that were sent, and of them those that no dump has. */
  readonly sent: number;
  readonly lost: number;
  /** Resident memory before and at most, in MiB. */
  readonly memory: readonly [before: number, atMost: number];
  readonly exitCode: number | null;
  /** Duration of the stop after the disk answered again. */
  readonly stop: number;
}

const CONCURRENT = 50;
const PROBE_MS = 200;
/** A busy machine takes longer for the sessions than the disk has to hang. */
const PATIENCE_MS = 30_000;
const LIMITS = {
  RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND_PER_ADDRESS: '10000',
  RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_ADDRESS: '10000',
};

/** Runs a gateway whose disk hangs for a while, and compares what is stored afterwards with what was sent. */
export async function freeze({
  disk,
  seconds,
  sessions,
  lasting,
  environment = {},
}: FreezeOptions): Promise<FreezeReport> {
  const data = join(disk.directory, 'data');
  const server = new ServerProcess(['--data', data], { ...LIMITS, ...disk.environment, ...environment });
  try {
    await server.listening();
    const room = new Room(server);
    await room.begin(lasting);
    await room.send();
    const before = await residentMiB(server);
    disk.freeze();
    const meanwhile = room.comeAndGo(sessions);
    const until = ended(Promise.all([meanwhile, delay(seconds * 1000)]), seconds * 1000 + PATIENCE_MS);
    const probe = new Probe(server);
    const probing = probe.run(until);
    while (!until.aborted) {
      await room.send();
      await delay(PROBE_MS);
    }
    const { ended: endedMeanwhile } = room;
    await probing;
    disk.thaw();
    await meanwhile;
    await room.send();
    await room.leave();
    const began = performance.now();
    const exitCode = await server.kill('SIGTERM');
    const stop = Math.round(performance.now() - began);
    const lost = await room.lost(data);
    const { healthcheck, metrics, stallSeconds } = probe;
    const memory = [before, probe.memory] as const;
    const { sent } = room;
    return { healthcheck, metrics, stallSeconds, meanwhile: endedMeanwhile, sent, lost, memory, exitCode, stop };
  } finally {
    disk.thaw();
    await server.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  }
}

/** Aborts when the work has ended, after `milliseconds` at the latest. */
function ended(work: Promise<unknown>, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  void work.then(
    () => controller.abort(),
    () => controller.abort(),
  );
  return AbortSignal.any([controller.signal, AbortSignal.timeout(milliseconds)]);
}

/** The clients of one run. */
class Room {
  readonly #server: ServerProcess;
  readonly #lasting: WebSocket[] = [];
  readonly #sent = new Map<string, number>();
  /** Sessions that began and ended so far. */
  ended = 0;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  /** Messages so far. */
  get sent(): number {
    return [...this.#sent.values()].reduce((sum, count) => sum + count, 0);
  }

  async begin(count: number): Promise<void> {
    for (let n = 0; n < count; n++) this.#lasting.push(await connect(`${this.#server.url}/lasting`));
  }

  /** Each session that lasts sends a message. */
  async send(): Promise<void> {
    for (const [index, socket] of this.#lasting.entries()) this.#sendTo(socket, `lasting ${index}`);
  }

  /** Clients connect, send three messages and leave. */
  async comeAndGo(count: number): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        const name = `short ${next++}`;
        const socket = await connect(`${this.#server.url}/short`);
        for (let n = 0; n < 3; n++) this.#sendTo(socket, name);
        socket.close(1000);
        await closeCode(socket);
        this.ended++;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, work));
  }

  async leave(): Promise<void> {
    for (const socket of this.#lasting) {
      socket.close(1000);
      await closeCode(socket);
    }
  }

  /** Messages that no dump has, in order and without gaps. */
  async lost(data: string): Promise<number> {
    const missing = new Map(this.#sent);
    for (const path of await storedDumps(data)) {
      const events = (await readDump(path)).slice(2, -1).map((line) => JSON.parse(line) as [string, null, Message]);
      const { run } = events[0]![2];
      const inOrder = events.filter(([, , { n }], index) => n === index).length;
      missing.set(run, missing.get(run)! - inOrder);
    }
    return [...missing.values()].reduce((sum, count) => sum + count, 0);
  }

  #sendTo(socket: WebSocket, run: string): void {
    const n = this.#sent.get(run) ?? 0;
    socket.send(JSON.stringify([':client', null, { run, n, padding: 'x'.repeat(500) } satisfies Message, 1]));
    this.#sent.set(run, n + 1);
  }
}

interface Message {
  readonly run: string;
  readonly n: number;
  readonly padding: string;
}

/** Asks a gateway for its health and its metrics again and again. */
class Probe {
  readonly #server: ServerProcess;
  healthcheck = 0;
  metrics = 0;
  stallSeconds = 0;
  memory = 0;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  async run(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const health = await timed(`http://127.0.0.1:${this.#server.port}/healthcheck`);
      this.healthcheck = Math.max(this.healthcheck, health.milliseconds);
      const { milliseconds, text } = await timed(`${this.#server.api}/metrics`);
      this.metrics = Math.max(this.metrics, milliseconds);
      const stall = Number(/^rtcstats_spool_stall_seconds (\S+)$/m.exec(text)?.[1]);
      this.stallSeconds = Math.max(this.stallSeconds, stall);
      this.memory = Math.max(this.memory, await residentMiB(this.#server));
      await delay(PROBE_MS);
    }
  }
}

async function timed(url: string): Promise<{ milliseconds: number; text: string }> {
  const began = performance.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return { milliseconds: Math.round(performance.now() - began), text };
}

async function residentMiB(server: ServerProcess): Promise<number> {
  const { text } = await timed(`${server.api}/metrics`);
  return Math.round(Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20);
}
