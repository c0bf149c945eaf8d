import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import {
  readDump,
  runCommand,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
  untilSpooled,
} from '@rtcstats-server/testing/server';
import { expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';

const WORKERS = { RTCSTATS_SERVER_PROCESSES: '2' };

async function workersOf({ pid }: ServerProcess): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

async function metric(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${server.api}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
}

/** The messages of a client, which differ from those of the others. */
function messagesOf(number: number): string[] {
  return Array.from({ length: 5 }, (_, n) => JSON.stringify([':worker', null, { number, n }, 1795800000000]));
}

/** A connection whose messages have arrived. */
async function recording(server: ServerProcess, number: number): Promise<WebSocket> {
  const socket = await connect(`${server.url}/room`);
  socket.on('error', () => {});
  for (const message of messagesOf(number)) socket.send(message);
  const pong = new Promise((resolve) => socket.once('pong', resolve));
  socket.ping();
  await pong;
  return socket;
}

/** Waits until the messages of the clients from 0 on survive a kill. */
async function spooled(data: string, clients: number): Promise<void> {
  await untilSpooled(data, Array.from({ length: clients }, (_, number) => messagesOf(number)).flat());
}

/** Names of the files in the spool, except the lock files of the workers. */
async function spoolFiles(data: string): Promise<string[]> {
  const entries = await readdir(join(data, 'spool'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'lock').map(({ name }) => name);
}

it('distributes clients among the workers, and combines their state in the admin API', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, WORKERS);
  const sockets = await Promise.all(Array.from({ length: 8 }, (_, number) => recording(server, number)));
  expect(await metric(server, 'rtcstats_connections')).toBe(8);
  expect(await metric(server, 'rtcstats_messages_total')).toBe(40);
  const logDirectories = ['1', '2'].map((slot) => join(data, 'spool', slot));
  for (const path of logDirectories) await vi.waitUntil(async () => (await readdir(path)).includes('1.journal'));
  const api = `${server.api}/api/sessions`;
  const listed = async (state: string): Promise<number> => {
    const { sessions } = (await (await fetch(`${api}?state=${state}`)).json()) as { sessions: unknown[] };
    return sessions.length;
  };
  await vi.waitUntil(async () => (await listed('recording')) === 8);
  for (const socket of sockets) socket.close(1000);
  await vi.waitUntil(async () => (await listed('stored')) === 8);
  expect((await runCommand('serve', '--port', '0', '--admin-port', '0', '--data', data)).output).toContain(
    'DATA_DIRECTORY_IN_USE',
  );
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(await spoolFiles(data)).toEqual([]);
});

it('replaces a killed worker and finishes its sessions immediately, while the other one continues', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, WORKERS);
  const sockets = await Promise.all(Array.from({ length: 8 }, (_, number) => recording(server, number)));
  const closed = Promise.all(sockets.map(closeCode));
  await spooled(data, 8);
  const [victim] = await workersOf(server);
  process.kill(victim!, 'SIGKILL');
  const cut = (await server.logged('a worker was replaced'))[0]!['sessions'] as number;
  // The primary finishes them without a restart of the gateway.
  await server.logged('session finished', cut);
  expect(await workersOf(server)).toHaveLength(2);
  await sendSession(server.url, ['[":after",null,0,1]']);

  expect(await server.kill('SIGTERM')).toBe(0);
  const codes = await closed;
  expect(new Set(codes)).toEqual(new Set([1001, 1006]));
  const dumps = await storedDumps(data);
  expect(dumps).toHaveLength(9);
  const ends = await Promise.all(dumps.map(async (path) => (await readDump(path)).at(-1)!.slice(14, 18)));
  expect(ends.map(Number).sort()).toEqual([1000, ...codes].sort());
  expect(await spoolFiles(data)).toEqual([]);
});

it('finishes the sessions of workers that no longer exist after a restart with fewer processes', async () => {
  const data = join(await scratchDirectory(), 'data');
  const first = await startServer(data, WORKERS);
  await Promise.all(Array.from({ length: 6 }, (_, number) => recording(first, number)));
  await spooled(data, 6);
  await first.kill('SIGKILL');
  const second = await startServer(data);
  await second.logged('session finished', 6);
  expect(await second.kill('SIGTERM')).toBe(0);
  expect(await storedDumps(data)).toHaveLength(6);
  expect(await spoolFiles(data)).toEqual([]);
});
