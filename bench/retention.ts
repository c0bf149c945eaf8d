import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { connect } from '@rtcstats-server/testing/client';
import { ServerProcess } from '@rtcstats-server/testing/server';
import type { WebSocket } from 'ws';
import { sqliteDatabase } from './made-catalog/database.ts';
import { makeSessions } from './made-catalog/make.ts';

const CLIENTS = 100;
/** Per client. */
const MESSAGE_EVERY_MS = 200;
/** Sessions that begin and end, per second. */
const SESSIONS_PER_SECOND = 20;
const WARM_UP_MS = 3000;
const MEASURED_MS = 20_000;

interface Measured {
  /** From sending a message to the answer of the ping after it, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest wait for the lock of the catalog. */
  readonly lock: number;
}

/**
 * Starts a gateway on a catalog of many sessions in a year, most of which are over their time, and compares how fast it
 * takes messages while it keeps everything and while it removes.
 *
 *     npm run bench:retention -- [number of sessions, default 1000000]
 */
async function benchRetention(sessions: number): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'rtcstats-retention-bench-'));
  const file = join(data, 'catalog.sqlite');
  try {
    const database = await sqliteDatabase(file);
    await makeSessions(database, sessions);
    const catalog = await database.open();
    // Kysely ends the thread of a catalog only if it was used; otherwise this process would not end.
    await catalog.migrate();
    await catalog.close();
    await database.close();
    for (const keeps of [true, false, true, false]) {
      const before = counts(file);
      const { p50, p99, max, lock } = await measure(data, file, keeps);
      const after = counts(file);
      const figures = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(0)} ms`;
      console.log(`${keeps ? 'keeps everything' : 'removes         '}: ${figures}; lock ${lock.toFixed(0)} ms`);
      if (!keeps) {
        console.log(
          `  erased ${after.erased - before.erased} more, ${after.sessions} of ${before.sessions} sessions left`,
        );
      }
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function measure(data: string, file: string, keeps: boolean): Promise<Measured> {
  const names = ['DUMPS', 'SESSIONS', 'DELIVERIES', 'INSIGHTS'];
  const forever = Object.fromEntries(names.map((name) => [`RTCSTATS_RETENTION_${name}`, 'forever']));
  const quiet = { RTCSTATS_LOG_LEVEL: 'info', RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_ADDRESS: '1000' };
  const server = new ServerProcess(['--data', data], { ...quiet, ...(keeps ? forever : {}) });
  await server.listening();
  const probe = new Worker(new URL('./lock-probe.ts', import.meta.url), { workerData: file });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(`${server.url}/room`)));
  const times: number[] = [];
  let measuring = false;
  for (const socket of clients) {
    socket.on('error', () => {});
    socket.on('pong', (began) => measuring && times.push(performance.now() - Number(began.toString())));
  }
  const send = (socket: WebSocket): void => {
    const began = performance.now();
    socket.send(JSON.stringify(['signalingStateChange', 'PC_0', 'stable', 1_795_800_000_000]));
    socket.ping(String(began));
  };
  const timers = clients.map((socket) => setInterval(() => send(socket), MESSAGE_EVERY_MS));
  timers.push(setInterval(() => void shortSession(server.url), 1000 / SESSIONS_PER_SECOND));
  await pause(WARM_UP_MS);
  probe.postMessage('reset');
  await once(probe, 'message');
  measuring = true;
  await pause(MEASURED_MS);
  measuring = false;
  probe.postMessage('longest');
  const [lock] = (await once(probe, 'message')) as [number];
  for (const timer of timers) clearInterval(timer);
  for (const socket of clients) socket.terminate();
  await probe.terminate();
  await server.kill('SIGTERM');
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: times.at(-1) ?? 0, lock };
}

async function shortSession(url: string): Promise<void> {
  // Those that are under way when the gateway is stopped fail.
  const socket = await connect(`${url}/room`).catch(() => undefined);
  socket?.on('error', () => {});
  socket?.send(JSON.stringify(['create', 'PC_0', {}, 1_795_800_000_000]));
  socket?.close(1000);
}

function counts(file: string): { readonly sessions: number; readonly erased: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  const count = (where: string): number =>
    Number(database.prepare(`select count(*) as count from sessions ${where}`).get()?.['count']);
  const result = { sessions: count(''), erased: count("where state = 'erased'") };
  database.close();
  return result;
}

await benchRetention(Number(process.argv[2] ?? 1_000_000));
