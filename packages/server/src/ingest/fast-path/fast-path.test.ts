import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Counts } from '../../metrics/counts.ts';
import { FastPath, type FastPathOptions } from './fast-path.ts';
import { ReadingSocket, receiverOf } from './reading-socket.ts';

const MESSAGE_BYTES = 2000;

class TestSocket extends ReadingSocket {
  readonly messages: string[] = [];

  received(data: Buffer): void {
    this.messages.push(data.toString());
  }
}

let server: Server;
let counts: Counts;
let logged: string[];
let clients: WebSocket[];
/** Doctors what the fast path gets. */
let doctorSocket: (socket: Socket) => Socket;
let doctorConnection: (connection: TestSocket) => { undo(): void };

beforeEach(() => {
  counts = new Counts();
  logged = [];
  clients = [];
  doctorSocket = (socket) => socket;
  doctorConnection = () => ({ undo: () => {} });
});
afterEach(() => {
  for (const client of clients) client.terminate();
  server.close();
});

async function start(options: Partial<FastPathOptions> = {}): Promise<FastPath> {
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const fastPath = new FastPath({ mode: 'auto', messageBytes: MESSAGE_BYTES, counts, log, ...options });
  const webSockets = new WebSocketServer({ noServer: true, WebSocket: TestSocket, maxPayload: MESSAGE_BYTES });
  server = createServer().on('upgrade', (request: IncomingMessage, socket: Socket, head) => {
    const upgraded = fastPath.prepare(doctorSocket(socket));
    webSockets.handleUpgrade(request, upgraded.socket, head, (connection) => {
      connection.on('message', (data) => connection.received(data as Buffer)).on('error', () => {});
      const doctored = doctorConnection(connection);
      fastPath.begin(connection, upgraded);
      doctored.undo();
      server.emit('test-connection', connection);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await fastPath.checked;
  return fastPath;
}

async function connect(): Promise<{ client: WebSocket; connection: TestSocket }> {
  const connected = once(server, 'test-connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  clients.push(client);
  const [[connection]] = await Promise.all([connected, once(client, 'open')]);
  return { client, connection: connection as TestSocket };
}

/** Messages arrive, buffered bytes are counted, and a message that is too long is rejected. */
async function expectServed(): Promise<void> {
  const { client, connection } = await connect();
  client.send('[":a",null,0,1]');
  client.send('x'.repeat(300), { fin: false });
  await vi.waitUntil(() => connection.bufferedBytes >= 300);
  expect(connection.bufferedBytes).toBeLessThan(400);
  client.send('y', { fin: true });
  await vi.waitUntil(() => connection.messages.length === 2);
  expect(connection.bufferedBytes).toBe(0);
  expect(connection.messages).toEqual(['[":a",null,0,1]', `${'x'.repeat(300)}y`]);
  const closed = once(client, 'close');
  client.send('x'.repeat(MESSAGE_BYTES + 1));
  expect((await closed)[0]).toBe(1009);
}

it('is active when the self-check passes', async () => {
  const fastPath = await start();
  expect(counts.fastPathActive).toBe(true);
  expect(fastPath.isActive).toBe(true);
  expect(logged).toEqual([]);
  const read = vi.spyOn(TestSocket.prototype, 'read');
  await expectServed();
  expect(read).toHaveBeenCalled();
  read.mockRestore();
});

it('is not used when it is switched off by the setting', async () => {
  await start({ mode: 'off', check: () => Promise.reject(new Error('not called')) });
  expect(counts.fastPathActive).toBe(false);
  expect(logged).toEqual([]);
  const read = vi.spyOn(TestSocket.prototype, 'read');
  await expectServed();
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});

it('is switched off with one warning when the self-check finds a problem', async () => {
  await start({ check: () => Promise.resolve('Receiver._state of ws is undefined where 0 is expected') });
  expect(counts.fastPathActive).toBe(false);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0]!)).toMatchObject({
    level: 40,
    problem: 'Receiver._state of ws is undefined where 0 is expected',
    msg: expect.stringContaining('the fast path is switched off'),
  });
  await expectServed();
});

it.each(['_state', '_bufferedBytes', '_messageLength', '_fragmented'] as const)(
  'is switched off by the first connection whose receiver has no number in %s',
  async (field) => {
    await start();
    doctorConnection = (connection) => {
      // Afterwards ws goes on with its own receiver.
      const receiver = receiverOf(connection);
      Object.assign(connection, { _receiver: Object.create(receiver, { [field]: { value: undefined } }) });
      return { undo: () => void Object.assign(connection, { _receiver: receiver }) };
    };
    await expectServed();
    expect(counts.fastPathActive).toBe(false);
    await expectServed();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(`Receiver.${field} of ws is undefined where 0 is expected`);
  },
);

it.each([
  ['_handle', undefined, 'Socket._handle of Node.js is undefined'],
  ['_handle', {}, 'Socket._handle.useUserBuffer of Node.js is undefined'],
  ['_server', undefined, 'Socket._server of Node.js is undefined'],
])('is switched off by the first socket whose %s is %o', async (field, value, problem) => {
  await start();
  doctorSocket = (socket) => {
    const get = (target: Socket, name: string): unknown => {
      if (name === field) return value;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    };
    return new Proxy(socket, { get: get as ProxyHandler<Socket>['get'] } as ProxyHandler<Socket>);
  };
  await expectServed();
  expect(counts.fastPathActive).toBe(false);
  await expectServed();
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain(problem);
});
