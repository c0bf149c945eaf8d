import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusals } from '../admission/refusals.ts';
import { Counts } from '../metrics/counts.ts';
import { PendingConnections, type PendingLimits } from './pending-connections.ts';

let server: Server;
let counts: Counts;
let handshakes: PendingConnections;
let accepted: Socket[];
let clients: Socket[];

beforeEach(async () => {
  counts = new Counts();
  handshakes = createPending();
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

function createPending(limits: Partial<PendingLimits> = {}): PendingConnections {
  const all = { handshakes: 2, handshakesPerAddress: 100, isProxy: () => false, ...limits };
  return new PendingConnections(all, new Refusals(counts, pino({ level: 'silent' })));
}

/** @param from an address of the loopback network, all of which belong to this machine on Linux */
async function come(count: number, from = '127.0.0.1'): Promise<void> {
  const expected = accepted.length + count;
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < count; i++) {
    clients.push(connect({ port, host: '127.0.0.1', localAddress: from }).on('error', () => {}));
  }
  await vi.waitUntil(() => accepted.length === expected);
}

function open(): Socket[] {
  return accepted.filter(({ destroyed }) => !destroyed);
}

function openFrom(address: string): number {
  return open().filter(({ remoteAddress }) => remoteAddress === address).length;
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

  it('accepts no more than a burst during the exemption, and then closes the oldest instead of the newest', async () => {
    await come(12);
    expect(handshakes.size).toBe(10);
    expect(open()).toEqual(accepted.slice(2));
  });

  it('closes a socket of the address that has most when the table is full, not the newcomer', async () => {
    await come(1, '127.0.0.2');
    await come(9, '127.0.0.1');
    await come(3, '127.0.0.3');
    expect(handshakes.size).toBe(10);
    expect(openFrom('127.0.0.1')).toBe(6);
    expect(openFrom('127.0.0.2')).toBe(1);
    expect(openFrom('127.0.0.3')).toBe(3);
  });

  it('takes from the address that has most in a sweep, too', async () => {
    await come(1, '127.0.0.2');
    await come(8, '127.0.0.1');
    handshakes.sweep();
    handshakes.sweep();
    expect([openFrom('127.0.0.1'), openFrom('127.0.0.2')]).toEqual([1, 1]);
  });

  it('limits the sockets of an address, except for those of a proxy, once they had the time for a request', async () => {
    handshakes = createPending({ handshakes: 100, handshakesPerAddress: 2, isProxy: (at) => at === '127.0.0.3' });
    for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) await come(address === '127.0.0.2' ? 2 : 5, address);
    handshakes.sweep();
    expect(open()).toEqual(accepted);
    handshakes.sweep();
    expect(openFrom('127.0.0.1')).toBe(2);
    expect(openFrom('127.0.0.2')).toBe(2);
    expect(openFrom('127.0.0.3')).toBe(5);
    expect(counts.refusals).toMatchObject({ handshakes: 0, handshakesPerAddress: 3 });
  });
});
