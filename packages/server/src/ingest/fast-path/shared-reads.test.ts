import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Reader, type SharedReads, shareReads } from './shared-reads.ts';

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

/** Both ends of a connection that was upgraded. */
async function upgraded(early = ''): Promise<{ client: Socket; accepted: Duplex; head: Buffer }> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  client.write(UPGRADE + early);
  const [, accepted, head] = (await once(server, 'upgrade')) as [unknown, Duplex, Buffer];
  return { client, accepted, head };
}

async function shared(): Promise<{ client: Socket; reads: SharedReads }> {
  const { client, accepted } = await upgraded();
  const reads = shareReads(accepted);
  // Should this fail with another Node.js: what it is told by these names, it calls differently now.
  expect(reads).not.toBeNull();
  return { client, reads: reads! };
}

/** Resolves with what is read until there are so many bytes of it. */
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

it('gives bytes of their own to who listens for data', async () => {
  const { client, reads } = await shared();
  const chunks: Buffer[] = [];
  reads.socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const letter of ['a', 'b']) {
    client.write(letter);
    await once(reads.socket, 'data');
  }
  expect(String(Buffer.concat(chunks))).toBe('ab');
});

it('writes, and knows who is at the other end', async () => {
  const { client, reads } = await shared();
  reads.socket.write('hello');
  expect(String((await once(client, 'data'))[0])).toBe('hello');
  expect((reads.socket as Socket).remotePort).toBe(client.localPort);
});

/** When this was read, what others sent before it has arrived too. */
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

it('tells of the end and of the close', async () => {
  const { client, reads } = await shared();
  reads.socket.resume();
  const ended = once(reads.socket, 'end');
  client.end();
  await ended;
  const closed = once(reads.socket, 'close');
  reads.socket.end();
  await closed;
});

it('tells of a connection that was reset', async () => {
  const { client, reads } = await shared();
  reads.socket.resume();
  const failed = once(reads.socket, 'error');
  client.resetAndDestroy();
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
});

it('leaves a connection counted by its server until it is closed', async () => {
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

it('leaves a socket alone of which something was read already', async () => {
  const { client, accepted } = await upgraded();
  client.write('early');
  await once(accepted, 'readable');
  expect(shareReads(accepted)).toBeNull();
  expect(String(accepted.read())).toBe('early');
});

it('leaves a socket alone whose client has ended it', async () => {
  const { client, accepted } = await upgraded();
  client.end();
  await once(accepted, 'end');
  expect(shareReads(accepted)).toBeNull();
});

it('leaves what came with the request to who has it', async () => {
  const { client, accepted, head } = await upgraded('early');
  expect(String(head)).toBe('early');
  const reads = shareReads(accepted)!;
  const text = reading(reads, 4);
  client.write('late');
  expect((await text).text).toBe('late');
});

it('leaves a socket alone that is closed, or is none of the network', async () => {
  const { accepted } = await upgraded();
  accepted.destroy();
  expect(shareReads(accepted)).toBeNull();
  expect(shareReads(new PassThrough())).toBeNull();
});
