import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';

let data: string;
let gateway: Gateway;
let logged: string;

beforeEach(async () => {
  logged = '';
  data = await mkdtemp(join(tmpdir(), 'rtcstats-limits-'));
});
afterEach(async () => {
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
});

async function start(server: Readonly<Record<string, unknown>>): Promise<void> {
  const config = createConfig({ server: { port: 0, ...server }, admin: { port: 0 }, dataDirectory: data });
  const write = (line: string): void => {
    logged += line;
  };
  gateway = await startGateway(config, { log: pino({ level: 'trace' }, { write }) });
}

async function connect(options: ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.publicAddress.port}/`, 'rtcstats#5.0', options);
  await once(socket, 'open');
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

async function tcp(): Promise<Socket> {
  const socket = connectTcp(gateway.publicAddress.port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function refusals(reason: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.adminAddress.port}/metrics`)).text();
  return Number(new RegExp(`^rtcstats_refusals_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

const from = (address: string): ClientOptions => ({ headers: { 'x-forwarded-for': address } });

describe('admission', () => {
  it('counts the clients behind a trusted proxy one by one', async () => {
    await start({ trustedProxies: ['127.0.0.1'], limits: { connectionsPerAddress: 1 } });
    const first = await connect(from('2001:db8::1'));
    expect(await closeCode(await connect(from('2001:db8::2')))).toBe(1013);
    await connect(from('2001:db8:0:1::1'));
    expect(await refusals('connectionsPerAddress')).toBe(1);
    first.close();
    await closeCode(first);
    expect((await connect(from('2001:db8::3'))).readyState).toBe(WebSocket.OPEN);
  });

  it('ignores X-Forwarded-For from other peers', async () => {
    await start({ limits: { connectionsPerAddress: 1 } });
    await connect(from('192.0.2.1'));
    expect(await closeCode(await connect(from('192.0.2.2')))).toBe(1013);
    expect(logged).toContain('name it in server.trustedProxies');
    // The line `listening` names the addresses of the gateway itself.
    const others = logged.split('\n').filter((line) => !line.includes('"msg":"listening"'));
    expect(others.join('\n')).not.toMatch(/192\.0\.2|127\.0\.0\.1/);
  });

  it('releases the quota of a client that is refused later', async () => {
    await start({ limits: { connectionsPerAddress: 1 } });
    // No key, so that ws refuses it.
    const socket = await tcp();
    socket.end('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n').resume();
    await once(socket, 'close');
    expect((await connect()).readyState).toBe(WebSocket.OPEN);
  });

  it('admits only pages of allowed origins', async () => {
    await start({ allowedOrigins: ['https://*.example.com'] });
    expect((await connect({ origin: 'https://app.example.com' })).readyState).toBe(WebSocket.OPEN);
    expect(await closeCode(await connect({ origin: 'https://evil.example' }))).toBe(1008);
    expect(await closeCode(await connect())).toBe(1008);
    expect(await refusals('origin')).toBe(2);
  });

  it('closes a socket without a request, and one whose request is too slow', async () => {
    await start({ limits: { handshakeSeconds: 1 } });
    const silent = await tcp();
    const slow = await tcp();
    slow.write('GET / HTTP/1.1\r\nHost: ');
    await Promise.all([silent, slow].map((socket) => once(socket.resume(), 'close')));
    expect(await refusals('handshakeSeconds')).toBe(2);
  });

  it('answers an invalid HTTP request with a status and closes', async () => {
    await start({});
    const socket = await tcp();
    socket.write('nonsense\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    await once(socket, 'close');
    expect(await refusals('badRequest')).toBe(1);
  });
});

it('cuts off the connection with most buffered bytes when incomplete messages take too much memory', async () => {
  await start({ limits: { unfinishedBytes: 1024 * 1024 } });
  const [small, large] = [await connect(), await connect()];
  small.send('x'.repeat(400_000), { fin: false });
  large.send('x'.repeat(800_000), { fin: false });
  expect(await closeCode(large)).toBe(1006);
  expect(await refusals('unfinishedBytes')).toBe(1);
  expect(small.readyState).toBe(WebSocket.OPEN);
});

describe('with compression', () => {
  const compressed: ClientOptions = { perMessageDeflate: { threshold: 0 } };

  it('accepts compressed messages', async () => {
    await start({ compression: true });
    const socket = await connect(compressed);
    expect(socket.extensions).toBe('permessage-deflate');
    for (let i = 0; i < 3; i++) socket.send(`[":a",null,"${'x'.repeat(1000)}",${i}]`);
    socket.close(1000);
    await closeCode(socket);
    const api = `http://127.0.0.1:${gateway.adminAddress.port}/api/sessions`;
    const row = await vi.waitUntil(async () => {
      const { sessions } = (await (await fetch(api)).json()) as { sessions: { state: string; messages: number }[] };
      return sessions.find(({ state }) => state === 'stored');
    });
    expect(row.messages).toBe(3);
  });

  it('applies the limit of a message to its inflated size', async () => {
    await start({ compression: true, limits: { messageBytes: 65_536 } });
    const socket = await connect(compressed);
    socket.send('x'.repeat(1_000_000));
    expect(await closeCode(socket)).toBe(1009);
    expect(await refusals('messageBytes')).toBe(1);
  });

  it('closes with 1007 if a message cannot be inflated', async () => {
    await start({ compression: true });
    const socket = await connect(compressed);
    const raw = (socket as unknown as { _socket: Socket })._socket;
    // RFC 6455, 5.2 and RFC 7692, 7.2: a compressed text frame, mask 0, with a reserved block type in it.
    raw.write(Buffer.from([0xc1, 0x82, 0, 0, 0, 0, 0xff, 0xff]));
    expect(await closeCode(socket)).toBe(1007);
    expect(await refusals('protocol')).toBe(1);
  });
});
