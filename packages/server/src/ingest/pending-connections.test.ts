import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusals } from '../admission/refusals.ts';
import { Counts } from '../metrics/counts.ts';
import { PendingConnections } from './pending-connections.ts';

let server: Server;
let counts: Counts;
let handshakes: PendingConnections;
let accepted: Socket[];
let clients: Socket[];

beforeEach(async () => {
  counts = new Counts();
  handshakes = new PendingConnections(2, new Refusals(counts, pino({ level: 'silent' })));
  accepted = [];
  clients = [];
  server = createServer((socket) => {
    accepted.push(socket);
    handshakes.began(socket.on('error', () => {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  server.close();
});

async function come(count: number): Promise<void> {
  const expected = accepted.length + count;
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < count; i++) clients.push(connect(port, '127.0.0.1').on('error', () => {}));
  await vi.waitUntil(() => accepted.length === expected);
}

describe('PendingConnections', () => {
  it('closes those that have been pending longest, after their exemption', async () => {
    await come(5);
    handshakes.sweep();
    expect(handshakes.size).toBe(5);
    handshakes.sweep();
    expect(accepted.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false, false]);
    expect(handshakes.size).toBe(2);
    expect(counts.refusals.handshakes).toBe(3);
  });

  it('ignores those whose request has come', async () => {
    await come(3);
    handshakes.ended(accepted[0]!);
    for (let sweep = 0; sweep < 3; sweep++) handshakes.sweep();
    expect(accepted.some(({ destroyed }) => destroyed)).toBe(false);
  });

  it('forgets those that disconnect', async () => {
    await come(2);
    for (const client of clients) client.destroy();
    await vi.waitUntil(() => handshakes.size === 0);
  });

  it('accepts no more than a burst during the exemption', async () => {
    await come(12);
    expect(handshakes.size).toBe(10);
    expect(accepted.slice(10).every(({ destroyed }) => destroyed)).toBe(true);
  });
});
