import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { recordings } from './corpus.ts';
import { median } from './measure.ts';

const CONNECTIONS = 5000;
const SECONDS = 20;
/** Sessions begin in these: files are made, rows are written. Not counted in the figure of the messages. */
const WARM_UP_SECONDS = 5;
const PAIRS = 3;
/** Sockets that are opened at the same time. */
const OPENING = 200;
const CLOCK_TICKS = 100;
/** All connections come from one address here, and all at once. */
const ONE_CLIENT = {
  RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_ADDRESS: String(CONNECTIONS),
  RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND: String(CONNECTIONS),
  RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND_PER_ADDRESS: String(CONNECTIONS),
};

interface Load {
  /** CPU seconds of the server, user and system, while the messages came. */
  readonly cpu: number;
  /** Resident KiB an idle connection costs. */
  readonly idle: number;
  readonly messages: number;
}

/** The gateway beside a server that discards every message, each in a process of its own, under the same load. */
export async function benchIngest(): Promise<void> {
  console.log(
    `Ingest, ${CONNECTIONS} connections sending once a second for ${SECONDS} s (after ${WARM_UP_SECONDS} s in which they begin), median of ${PAIRS} pairs`,
  );
  const pairs: [Load, Load][] = [];
  for (let i = 0; i < PAIRS; i++) pairs.push([await measure(bareServer), await measure(gateway)]);
  const of = (value: (pair: [Load, Load]) => number): number => median(pairs.map(value));
  const per100k = ({ cpu, messages }: Load): number => (cpu / messages) * 100_000;
  console.log(
    `    CPU seconds per 100,000 messages ${of(([, load]) => per100k(load)).toFixed(2)}, bare ${of(([bare]) => per100k(bare)).toFixed(2)}: ` +
      `${of(([bare, load]) => per100k(load) / per100k(bare)).toFixed(2)} times`,
  );
  console.log(
    `    an idle connection ${of(([, load]) => load.idle).toFixed(1)} KiB, bare ${of(([bare]) => bare.idle).toFixed(1)} KiB: ` +
      `${of(([bare, load]) => load.idle - bare.idle).toFixed(1)} KiB more`,
  );
}

type Start = (directory: string) => ChildProcess;

function bareServer(): ChildProcess {
  return start([join(import.meta.dirname, 'bare-server.ts')]);
}

function gateway(directory: string): ChildProcess {
  const main = join(import.meta.dirname, '../packages/server/src/main.ts');
  const flags = ['--host', '127.0.0.1', '--port', '0', '--admin-port', '0', '--data', directory];
  return start([main, 'serve', ...flags]);
}

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, RTCSTATS_LOG_FORMAT: 'json', ...ONE_CLIENT };
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function measure(startServer: Start): Promise<Load> {
  const directory = mkdtempSync(join(tmpdir(), 'rtcstats-bench-'));
  const server = startServer(directory);
  try {
    const port = await listening(server);
    const before = residentKiB(server);
    const sockets = await connect(port);
    const idle = (residentKiB(server) - before) / CONNECTIONS;
    await send(sockets, WARM_UP_SECONDS);
    const started = cpuSeconds(server);
    const messages = await send(sockets, SECONDS);
    const cpu = cpuSeconds(server) - started;
    for (const socket of sockets) socket.terminate();
    return { cpu, idle, messages };
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function listening(server: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const entry = JSON.parse(line) as { msg?: string; port?: number };
    if (entry.msg !== 'listening') continue;
    // What it still has to say must not fill the pipe.
    server.stdout!.resume();
    return entry.port!;
  }
  throw new Error('the server ended before it listened');
}

async function connect(port: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < CONNECTIONS) {
    const batch = Array.from({ length: Math.min(OPENING, CONNECTIONS - sockets.length) }, () => {
      return new WebSocket(`ws://127.0.0.1:${port}/bench`, 'rtcstats#5.0', { perMessageDeflate: false });
    });
    await Promise.all(batch.map((socket) => once(socket, 'open')));
    sockets.push(...batch);
  }
  return sockets;
}

/** Each socket sends one message of a recording a second; the sockets take turns, so that the load is even. */
async function send(sockets: readonly WebSocket[], seconds: number): Promise<number> {
  const lines = recordings().flatMap(({ bytes }) => bytes.toString('utf8').trimEnd().split('\n'));
  const statistics = lines.filter((line) => line.startsWith('["g"'));
  const TICKS = 50;
  let sent = 0;
  const began = performance.now();
  for (let tick = 0; tick < seconds * TICKS; tick++) {
    for (let i = tick % TICKS; i < sockets.length; i += TICKS) {
      sockets[i]!.send(statistics[(i + Math.floor(tick / TICKS)) % statistics.length]!);
      sent++;
    }
    const wait = began + ((tick + 1) * 1000) / TICKS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return sent;
}

function cpuSeconds({ pid }: ChildProcess): number {
  // proc(5): fields 14 and 15, counted behind the name in brackets.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

function residentKiB({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}
