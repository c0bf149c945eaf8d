import { type EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer, type Server as WebSockets } from 'ws';
import type { ClientQuota } from '../admission/admission.ts';
import { Refusals } from '../admission/refusals.ts';
import { Counts } from '../metrics/counts.ts';
import { ClientSocket, type ConnectionOwner, type MessageSink } from './client-socket.ts';
import { type PartialFrame, releasePartial, takePartial } from './fast-path/partial-frames.ts';
import { readBuffer } from './fast-path/text-frames.ts';

const MESSAGE_BYTES = 1024 * 1024;

let server: WebSockets<typeof ClientSocket>;
let counts: Counts;
let connection: ClientSocket;
let client: WebSocket;
/** Messages that the session got. */
let messages: number;
let closed: PromiseWithResolvers<number>;

beforeEach(() => {
  counts = new Counts();
  messages = 0;
  closed = Promise.withResolvers();
});
afterEach(() => {
  client.terminate();
  server.close();
});

/** Opens both ends of a connection. The test calls `everySecond` itself. */
async function open(limits: Partial<ConnectionOwner['limits']> = {}, fastPath = true): Promise<void> {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, WebSocket: ClientSocket });
  await once(server, 'listening');
  const owner: ConnectionOwner = {
    counts,
    refusals: new Refusals(counts, pino({ level: 'silent' })),
    limits: { messagesPerSecond: 1000, bytesPerSecond: 1_000_000, idleSeconds: 3, ...limits },
    closed: () => {},
  };
  const { resolve } = closed;
  const session: MessageSink = {
    message: () => {
      messages++;
    },
    binary: () => {},
    busy: undefined,
    close: resolve,
  };
  server.on('connection', (socket: ClientSocket) => {
    connection = socket;
    socket.begin(owner, session, {} as ClientQuota);
    if (fastPath) socket.startFastPath(socketOf(socket), MESSAGE_BYTES);
    else socket.countBufferedBytes(socketOf(socket), MESSAGE_BYTES);
  });
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(client, 'open');
}

function socketOf(webSocket: WebSocket): Socket {
  return (webSocket as unknown as { readonly _socket: Socket })._socket;
}

/** Sends all in one write, so that they arrive together. */
function send(count: number, text = '[":a",null,0,1]'): void {
  const socket = socketOf(client);
  socket.cork();
  for (let i = 0; i < count; i++) client.send(text);
  socket.uncork();
}

describe('a client that sends too much', () => {
  it('is paused, and its messages arrive', async () => {
    await open({ messagesPerSecond: 5 });
    send(60);
    await vi.waitUntil(() => connection.isPaused);
    expect(messages).toBeGreaterThan(50);
    for (let second = 0; second < 5; second++) connection.everySecond();
    expect(connection.isPaused).toBe(false);
    await vi.waitUntil(() => messages === 60);
    expect(connection.readyState).toBe(WebSocket.OPEN);
    expect(counts.pauses).toBe(1);
  });

  it.each([
    ['messages', { messagesPerSecond: 1 }, 100, 1, 'messagesPerSecond'],
    ['bytes', { bytesPerSecond: 1024 }, 1, 40_000, 'bytesPerSecond'],
  ] as const)('is closed with 1008 when it goes on for ten seconds (%s)', async (_, limits, count, length, refusal) => {
    await open(limits);
    send(count, `[":a",null,"${'x'.repeat(length)}",1]`);
    await vi.waitUntil(() => connection.isPaused);
    for (let second = 0; second < 9; second++) connection.everySecond();
    expect(connection.readyState).toBe(WebSocket.OPEN);
    const answer = once(client, 'close');
    connection.everySecond();
    expect(counts.refusals[refusal]).toBe(1);
    // It is not read any more: the client gets the code, and the session ends when the socket is destroyed.
    connection.terminate();
    expect((await answer)[0]).toBe(1008);
    expect(await closed.promise).toBe(1008);
  });

  it('is read to its end when the gateway stops', async () => {
    await open({ messagesPerSecond: 5 });
    const text = `[":a",null,"${'x'.repeat(1000)}",1]`;
    send(1000, text);
    await vi.waitUntil(() => connection.isPaused);
    expect(messages).toBeLessThan(1000);
    connection.end('GOING_AWAY');
    expect(await closed.promise).toBe(1001);
    expect(messages).toBe(1000);
  });

  it('is not closed for bursts that were followed by pauses', async () => {
    await open({ messagesPerSecond: 5, idleSeconds: 1000 });
    for (let round = 0; round < 12; round++) {
      const expected = messages + 51;
      send(51);
      await vi.waitUntil(() => messages === expected);
      await vi.waitUntil(() => connection.isPaused);
      for (let second = 0; second < 11; second++) connection.everySecond();
    }
    expect(connection.readyState).toBe(WebSocket.OPEN);
  });

  it('pays for pings like for messages', async () => {
    await open({ messagesPerSecond: 2 });
    for (let i = 0; i < 30; i++) client.ping();
    await vi.waitUntil(() => connection.isPaused);
    expect(messages).toBe(0);
  });
});

it('reports the close code of a client that closed first', async () => {
  await open();
  // The client's frame is read, and the socket is not closed yet.
  const { _receiver: receiver } = connection as unknown as { readonly _receiver: EventEmitter };
  receiver.once('conclude', () => connection.end('GOING_AWAY'));
  client.close(1000);
  expect(await closed.promise).toBe(1000);
});

describe.each([true, false])('a quiet client (fast path: %s)', (fastPath) => {
  it('is pinged and stays', async () => {
    await open({ idleSeconds: 2 }, fastPath);
    for (let round = 0; round < 5; round++) {
      connection.everySecond();
      const pong = once(connection, 'pong');
      connection.everySecond();
      await pong;
    }
    expect(connection.readyState).toBe(WebSocket.OPEN);
  });

  it('is cut off when it does not answer', async () => {
    await open({ idleSeconds: 2 }, fastPath);
    client.pause();
    for (let second = 0; second < 3; second++) connection.everySecond();
    expect(connection.readyState).toBe(WebSocket.OPEN);
    connection.everySecond();
    expect(await closed.promise).toBe(1006);
    expect(counts.refusals.idleSeconds).toBe(1);
  });

  it('stays while it makes progress with a large message, in which it cannot answer', async () => {
    await open({ idleSeconds: 2 }, fastPath);
    const raw = socketOf(client);
    // RFC 6455, 5.2: a masked text frame of 60,000 bytes.
    raw.write(Buffer.from([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]));
    for (let round = 1; round <= 5; round++) {
      raw.write(Buffer.alloc(1000, 0x20));
      await vi.waitUntil(() => connection.bufferedBytes >= round * 1000);
      connection.everySecond();
      connection.everySecond();
    }
    expect(connection.readyState).toBe(WebSocket.OPEN);
    for (let second = 0; second < 4; second++) connection.everySecond();
    expect(await closed.promise).toBe(1006);
  });
});

it('counts the buffered bytes of an incomplete message, in one frame or in several', async () => {
  await open();
  client.send('x'.repeat(5000), { fin: false });
  await vi.waitUntil(() => connection.bufferedBytes === 5000);
  client.send('x'.repeat(5000), { fin: false });
  await vi.waitUntil(() => connection.bufferedBytes === 10_000);
  client.send('x', { fin: true });
  await vi.waitUntil(() => messages === 1);
  expect(connection.bufferedBytes).toBe(0);
});

it('buffers no more memory for a message than its bytes', async () => {
  await open();
  // RFC 6455, 5.2: a masked text frame of two bytes, and the beginning of the next.
  const buffer = readBuffer(64 * 1024);
  buffer.bytes.set([0x81, 0x82, 0, 0, 0, 0, 0x5b, 0x5d, 0x81, 0xfe, 0xea]);
  connection.read(buffer, 11);
  expect(messages).toBe(1);
  expect(connection.bufferedBytes).toBe(1);
  const { _receiver: receiver } = connection as unknown as { readonly _receiver: { readonly _buffers: Buffer[] } };
  expect(receiver._buffers.map(({ buffer }) => buffer.byteLength)).toEqual([3]);
});

it('assembles a message, and discards it when the connection ends in the middle', async () => {
  await open();
  const free = partials();
  const buffer = readBuffer(64 * 1024);
  // RFC 6455, 5.2: the beginning of a masked text frame of 20 bytes.
  buffer.bytes.set([0x81, 0x94, 0, 0, 0, 0, 0x5b]);
  connection.read(buffer, 7);
  expect(connection.bufferedBytes).toBe(7);
  expect(partials()).toBe(free - 1);
  buffer.bytes.fill(0x20);
  connection.read(buffer, 19);
  expect(messages).toBe(1);
  expect(connection.bufferedBytes).toBe(0);
  expect(partials()).toBe(free);
  buffer.bytes.set([0x81, 0x94, 0, 0, 0, 0, 0x5b]);
  connection.read(buffer, 7);
  expect(partials()).toBe(free - 1);
  client.terminate();
  await closed.promise;
  expect(connection.bufferedBytes).toBe(0);
  expect(partials()).toBe(free);
});

/** How many more messages could be assembled at the same time. */
function partials(): number {
  const taken: PartialFrame[] = [];
  for (let partial = takePartial(1); partial !== null; partial = takePartial(1)) taken.push(partial);
  for (const partial of taken) releasePartial(partial);
  return taken.length;
}
