import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isUnread, type Reader, type SharedReads, shareReads, socketProblem } from './shared-reads.ts';

let server: Server;
const clients: Socket[] = [];

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
});

const UPGRADE = 'GET / HTTP/1.1\r\nHost: gateway\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Opens a connection and upgrades it. */
async function upgraded(early = ''): Promise<{ client: Socket; accepted: Duplex; head: Buffer }> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  client.write(UPGRADE + early);
  const [, accepted, head] = (await once(server, 'upgrade')) as [unknown, Duplex, Buffer];
  return { client, accepted, head };
}

async function shared(): Promise<{ client: Socket; reads: SharedReads }> {
  const { client, accepted } = await upgraded();
  expect(isUnread(accepted)).toBe(true);
  expect(socketProblem(accepted as Socket)).toBeNull();
  return { client, reads: shareReads(accepted as Socket) };
}

/** Resolves with what was read once it has that many bytes. */
function reading(reads: SharedReads, bytes: number): Promise<{ text: string; buffers: Set<Buffer> }> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; buffers: Set<Buffer> }>();
  const buffers = new Set<Buffer>();
  let text = '';
  const reader: Reader = {
    read: (buffer, count) => {
      buffers.add(buffer.bytes);
      text += buffer.bytes.toString('latin1', 0, count);
      if (text.length >= bytes) resolve({ text, buffers });
    },
  };
  reads.reader = reader;
  return promise;
}

it('reads every connection into the same buffer', async () => {
  const one = await shared();
  const two = await shared();
  const texts = Promise.all([reading(one.reads, 3), reading(two.reads, 100_000)]);
  one.client.write('abc');
  two.client.write('x'.repeat(100_000));
  const [first, second] = await texts;
  expect(first.text).toBe('abc');
  expect(second.text).toBe('x'.repeat(100_000));
  expect(new Set([...first.buffers, ...second.buffers]).size).toBe(1);
});

it('copies what it emits as data events', async () => {
  const { client, reads } = await shared();
  const chunks: Buffer[] = [];
  reads.socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const letter of ['a', 'b']) {
    client.write(letter);
    await once(reads.socket, 'data');
  }
  expect(String(Buffer.concat(chunks))).toBe('ab');
});

it('writes, and has the address of its peer', async () => {
  const { client, reads } = await shared();
  reads.socket.write('hello');
  expect(String((await once(client, 'data'))[0])).toBe('hello');
  expect((reads.socket as Socket).remotePort).toBe(client.localPort);
});

/** Data that other clients sent before this call has arrived when it resolves. */
async function roundTrip(): Promise<void> {
  const { client, reads } = await shared();
  const text = reading(reads, 1);
  client.write('.');
  await text;
}

it('reads nothing while it is paused, and loses nothing', async () => {
  const { client, reads } = await shared();
  const first = reading(reads, 1);
  client.write('a');
  await first;
  reads.socket.pause();
  const all = reading(reads, 100_000);
  client.write('b'.repeat(100_000));
  const whilePaused = Promise.race([all.then(() => 'read'), roundTrip()]);
  expect(await whilePaused).toBeUndefined();
  reads.socket.resume();
  expect((await all).text).toBe('b'.repeat(100_000));
});

it('emits end and close', async () => {
  const { client, reads } = await shared();
  reads.socket.resume();
  const ended = once(reads.socket, 'end');
  client.end();
  await ended;
  const closed = once(reads.socket, 'close');
  reads.socket.end();
  await closed;
});

it('emits an error when the connection is reset', async () => {
  const { client, reads } = await shared();
  reads.socket.resume();
  const failed = once(reads.socket, 'error');
  client.resetAndDestroy();
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
});

it('keeps a connection counted by its server until it is closed', async () => {
  const { reads } = await shared();
  const count = async (): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.getConnections((error, connections) => (error ? reject(error) : resolve(connections)));
    return await promise;
  };
  expect(await count()).toBe(1);
  let isClosed = false;
  const closed = once(server, 'close').then(() => {
    isClosed = true;
  });
  server.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  reads.socket.destroy();
  await closed;
});

it('does not take a socket of which something was read already', async () => {
  const { client, accepted } = await upgraded();
  client.write('early');
  await once(accepted, 'readable');
  expect(isUnread(accepted)).toBe(false);
  expect(String(accepted.read())).toBe('early');
});

it('does not take a socket that its client has ended', async () => {
  const { client, accepted } = await upgraded();
  client.end();
  await once(accepted, 'end');
  expect(isUnread(accepted)).toBe(false);
});

it('does not read again what came with the request', async () => {
  const { client, accepted, head } = await upgraded('early');
  expect(String(head)).toBe('early');
  const reads = shareReads(accepted as Socket);
  const text = reading(reads, 4);
  client.write('late');
  expect((await text).text).toBe('late');
});

it('does not take a socket that is closed or is not a TCP socket', async () => {
  const { accepted } = await upgraded();
  accepted.destroy();
  expect(isUnread(accepted)).toBe(false);
  expect(isUnread(new PassThrough())).toBe(false);
});
