import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from './gateway.ts';

const log = pino({ level: 'silent' });
let data: string;
let gateway: Gateway | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-gateway-'));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await rm(data, { recursive: true, force: true });
});

type Values = Readonly<Record<string, unknown>>;

async function start({ server = {}, ...rest }: { server?: Values; admin?: Values } = {}): Promise<Gateway> {
  const config = createConfig({ server: { port: 0, ...server }, admin: { port: 0 }, dataDirectory: data, ...rest });
  gateway = await startGateway(config, { log });
  return gateway;
}

async function connect(path = '/', protocols: string | string[] = 'rtcstats#5.0', headers = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway!.publicAddress.port}${path}`, protocols, { headers });
  await once(socket, 'open');
  return socket;
}

/** The row and the dump of the only session, once it is stored. */
async function theDump(): Promise<{ row: Record<string, unknown>; lines: string[] }> {
  const api = `http://127.0.0.1:${gateway!.adminAddress.port}/api/sessions`;
  const row = await vi.waitUntil(async () => {
    const { sessions } = (await (await fetch(api)).json()) as { sessions: Record<string, unknown>[] };
    return sessions.find(({ state }) => state === 'stored');
  });
  const lines = (await (await fetch(`${api}/${row['id']}/dump`)).text()).trimEnd().split('\n');
  return { row, lines };
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

describe('the public listener', () => {
  it('answers GET and HEAD on /healthcheck, with or without a query, and nothing else', async () => {
    await start();
    const url = `http://127.0.0.1:${gateway!.publicAddress.port}`;
    expect((await fetch(`${url}/healthcheck`)).status).toBe(200);
    expect((await fetch(`${url}/healthcheck?from=balancer`)).status).toBe(200);
    const head = await fetch(`${url}/healthcheck`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${url}/healthcheck/`)).status).toBe(426);
    expect((await fetch(`${url}/api/sessions`)).status).toBe(426);
    expect((await fetch(`${url}/`)).status).toBe(426);
    expect((await fetch(`${url}/healthcheck`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/api/sessions/1`, { method: 'DELETE' })).status).toBe(404);
  });

  it('selects the first subprotocol that the client offers, or none when it offers none', async () => {
    await start();
    expect((await connect('/', 'rtcstats#5.0')).protocol).toBe('rtcstats#5.0');
    expect((await connect('/any/path', ['rtcstats#6.1', 'x'])).protocol).toBe('rtcstats#6.1');
    expect((await connect('/', [])).protocol).toBe('');
  });

  it('refuses compression, which costs memory per connection', async () => {
    await start();
    expect((await connect()).extensions).toBe('');
  });

  it('closes a connection whose message is too large with 1009, and stores the messages before it', async () => {
    await start({ server: { limits: { messageBytes: 1024 } } });
    const socket = await connect();
    socket.send('[":small",null,0,1795800000000]');
    socket.send(`[":large",null,"${'x'.repeat(2000)}",1]`);
    expect(await closeCode(socket)).toBe(1009);
    const { lines } = await theDump();
    expect(lines[2]).toBe('[":small",null,0,1795800000000]');
    expect(lines[3]).toMatch(/^\["close",null,1009,\d+\]$/);
  });

  it('closes a connection whose dump reaches the limit with 1009, and stores the dump', async () => {
    await start({ server: { limits: { dumpBytes: 65536 } } });
    const socket = await connect();
    for (let count = 0; count < 200; count++) socket.send(`[":part",null,"${'x'.repeat(1000)}",1]`);
    expect(await closeCode(socket)).toBe(1009);
    const { row, lines } = await theDump();
    expect(lines.length).toBeLessThan(75);
    expect(row).toMatchObject({ closeCode: 1009, messages: lines.length - 3 });
  });

  it('rejects connections above the limit with 1013, until one is closed', async () => {
    await start({ server: { limits: { connections: 1 } } });
    const first = await connect();
    expect(await closeCode(await connect())).toBe(1013);
    first.close();
    await closeCode(first);
    const next = await connect();
    next.send('[":next",null,0,1795800000000]');
    next.close(1000);
    expect((await theDump()).lines[2]).toBe('[":next",null,0,1795800000000]');
  });

  it.each([
    [4001, 4001],
    [undefined, 1005],
  ])('records the client’s close code %s as %i', async (sent, written) => {
    await start();
    const socket = await connect();
    socket.send('[":a",null,0,1795800000000]');
    socket.close(sent);
    expect((await theDump()).lines.at(-1)).toMatch(new RegExp(`^\\["close",null,${written},\\d+\\]$`));
  });

  it('records 1006 for a connection that breaks', async () => {
    await start();
    const socket = await connect();
    socket.send('[":a",null,0,1795800000000]');
    socket.ping();
    await once(socket, 'pong');
    socket.terminate();
    expect((await theDump()).lines.at(-1)).toMatch(/^\["close",null,1006,\d+\]$/);
  });

  it('stores no dump without a message', async () => {
    await start();
    const socket = await connect();
    socket.send('no event');
    socket.send(Buffer.from('binary'));
    socket.close(1000);
    await closeCode(socket);
    await gateway!.stop();
    expect(await readdir(join(data, 'spool'))).toEqual([]);
    expect((await readdir(join(data, 'dumps'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('uses X-Forwarded-For of a trusted proxy', async () => {
    await start({ server: { trustedProxies: ['127.0.0.1'] } });
    const socket = await connect('/', 'rtcstats#5.0', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' });
    socket.send('[":a",null,0,1795800000000]');
    socket.close(1000);
    const metadata = JSON.parse((await theDump()).lines[1]!) as { remoteAddresses: string[] };
    expect(metadata.remoteAddresses).toEqual(['203.0.113.x']);
  });

  it('survives an invalid upgrade request, and a client that disconnects during one', async () => {
    await start();
    const { port } = gateway!.publicAddress;
    const { connect: tcp } = await import('node:net');
    for (const text of ['GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'nonsense\r\n\r\n']) {
      const socket = tcp(port, '127.0.0.1').end(text);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await connect()).readyState).toBe(WebSocket.OPEN);
  });

  it('closes the connection with 1011 when the spool cannot be written', async () => {
    await start();
    const socket = await connect();
    await rm(join(data, 'spool'), { recursive: true });
    socket.send('[":a",null,0,1795800000000]');
    expect(await closeCode(socket)).toBe(1011);
    expect(await closeCode(await connect())).toBe(1013);
  });

  it('rejects new sessions with 1013 and is not ready while the spool is full; open sessions go on', async () => {
    await start({ server: { limits: { spoolBytes: 1000 } } });
    const socket = await connect();
    const ready = `http://127.0.0.1:${gateway!.adminAddress.port}/readyz`;
    expect((await fetch(ready)).status).toBe(200);
    socket.send(`[":large",null,"${'x'.repeat(2000)}",1]`);
    await vi.waitUntil(async () => (await fetch(ready)).status === 503);
    expect(await (await fetch(ready)).json()).toMatchObject({ checks: { room: { ok: false, code: 'SPOOL_FULL' } } });
    expect(await closeCode(await connect())).toBe(1013);
    socket.send('[":more",null,0,1795800000000]');
    socket.close(1000);
    expect((await theDump()).lines[3]).toBe('[":more",null,0,1795800000000]');
  });
});

describe('the gateway', () => {
  it('rejects a data directory that is in use, and can be started again after a stop', async () => {
    const first = await start();
    const config = createConfig({ server: { port: 0 }, admin: { port: 0 }, dataDirectory: data });
    await expect(startGateway(config, { log })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
    await Promise.all([first.stop(), first.stop()]);
    await start();
  });

  it.each([
    ['server', 'server.port'],
    ['admin', 'admin.port'],
  ])('reports that the port of the %s listener is in use, and leaves nothing running', async (listener, setting) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = start({ server: { host: '127.0.0.1' }, [listener]: { host: '127.0.0.1', port } });
    await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(setting) });
    other.close();
    await start();
  });

  it('is not ready once it begins to stop', async () => {
    await start();
    const url = `http://127.0.0.1:${gateway!.adminAddress.port}/readyz`;
    expect((await fetch(url)).status).toBe(200);
    const socket = await connect();
    // Does not answer the close frame, so that the gateway has to wait for it.
    socket.pause();
    const stopped = gateway!.stop();
    expect((await fetch(url)).status).toBe(503);
    socket.terminate();
    await stopped;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('does not start with a signal that is aborted', async () => {
    const config = createConfig({ server: { port: 0 }, admin: { port: 0 }, dataDirectory: data });
    await expect(startGateway(config, { log, signal: AbortSignal.abort() })).rejects.toThrow();
    await start();
  });
});
