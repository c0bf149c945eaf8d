import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';

it('closes every socket with 1001 and finishes every dump before it exits', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(`${server.url}/room`)));
  const silent = await connect(`${server.url}/room`);
  const codes = Promise.all([...sockets, silent].map(closeCode));
  // The server has received all messages, and the sessions are still open, when the signal arrives.
  for (const socket of sockets) for (let n = 0; n < 50; n++) socket.send(`[":drain",null,${n},1]`);
  const pongs = sockets.map((socket) => new Promise((resolve) => socket.once('pong', resolve)));
  for (const socket of sockets) socket.ping();
  await Promise.all(pongs);

  expect(await server.kill('SIGTERM')).toBe(0);
  expect(new Set(await codes)).toEqual(new Set([1001]));
  const dumps = await storedDumps(data);
  expect(dumps).toHaveLength(sockets.length);
  for (const path of dumps) {
    const lines = await readDump(path);
    expect(lines).toHaveLength(53);
    expect(lines.at(-1)).toMatch(/^\["close",null,1001,\d+\]$/);
  }
  expect(await readdir(join(data, 'spool'))).toEqual([]);
});

it('exits even if a client does not answer the close frame', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data);
  const socket = await connect(`${server.url}/room`);
  socket.send('[":deaf",null,0,1]');
  const pong = new Promise((resolve) => socket.once('pong', resolve));
  socket.ping();
  await pong;
  socket.pause();
  expect(await server.kill('SIGTERM')).toBe(0);
  socket.terminate();
  const [path] = await storedDumps(data);
  expect((await readDump(path!)).at(-1)).toMatch(/^\["close",null,1001,\d+\]$/);
});
