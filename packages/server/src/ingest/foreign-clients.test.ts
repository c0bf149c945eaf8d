import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDump, storedDumps } from '@rtcstats-server/testing/server';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';

const START = 1_795_800_000_000;

let data: string;
let gateway: Gateway;
let logged: string[];

beforeEach(async () => {
  logged = [];
  data = await mkdtemp(join(tmpdir(), 'rtcstats-foreign-'));
  const config = createConfig({ server: { port: 0 }, admin: { port: 0 }, dataDirectory: data });
  const write = (line: string): void => void logged.push(line);
  gateway = await startGateway(config, { log: pino({ level: 'trace' }, { write }) });
});
afterEach(async () => {
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
});

async function connect(protocol?: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.publicAddress.port}/room`, protocol);
  await once(socket, 'open');
  return socket;
}

async function send(protocol: string | undefined, messages: readonly (string | Buffer)[]): Promise<WebSocket> {
  const socket = await connect(protocol);
  for (const message of messages) socket.send(message);
  return socket;
}

/** Ends the session, and reads its dump as events. */
async function dumpOf(socket: WebSocket): Promise<{ metadata: Record<string, unknown>; events: unknown[] }> {
  socket.close(1000);
  const [path] = await vi.waitUntil(async () => {
    const dumps = await storedDumps(data).catch(() => []);
    return dumps.length > 0 && dumps;
  });
  const [, metadata, ...lines] = await readDump(path!);
  return {
    metadata: JSON.parse(metadata!) as Record<string, unknown>,
    events: lines.slice(0, -1).map((line) => JSON.parse(line) as unknown),
  };
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${gateway.adminAddress.port}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

describe('a client of another protocol', () => {
  it('is served if it offers the subprotocol of rtcstats 5', async () => {
    const socket = await send('2.0', [
      JSON.stringify(['identity', null, { user: 'anna' }, START]),
      JSON.stringify(['onsignalingstatechange', 'PC_0', 'stable', START + 20]),
      'not JSON',
      JSON.stringify(['close', 'PC_0', {}, START + 50]),
    ]);
    const { metadata, events } = await dumpOf(socket);
    expect(metadata).toMatchObject({ clientProtocol: 'rtcstats#5.0', convertedFrom: '2.0' });
    expect(events).toEqual([
      ['identity', null, { user: expect.stringMatching(/^user-/) }, START],
      [23, 'PC_0', 'stable', 20],
      [36, 'PC_0', {}, 30],
    ]);
    expect(await metric('rtcstats_foreign_connections_total{protocol="rtcstats2"}')).toBe(1);
    expect(await metric('rtcstats_drops_total{reason="notJson"}')).toBe(1);
  });

  it('is greeted and served if it offers the subprotocol of @jitsi/rtcstats', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.publicAddress.port}/room`, '3.1_STANDARD');
    const [greeting] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(greeting.toString())).toEqual({ type: 'sn', body: { value: 0, state: 'initial' } });
    socket.send(JSON.stringify({ statsSessionId: 'b', type: 'keepalive' }));
    socket.send(JSON.stringify({ statsSessionId: 'b', type: 'stats-entry', data: `["close","PC_0",null,${START},1]` }));
    const { metadata, events } = await dumpOf(socket);
    expect(metadata).toMatchObject({ clientProtocol: 'rtcstats#5.0', convertedFrom: '3.1_STANDARD' });
    expect(events).toEqual([[36, 'PC_0', null, START]]);
    expect(await metric('rtcstats_foreign_connections_total{protocol="jitsi"}')).toBe(1);
  });

  it('is served if only its first message is known', async () => {
    const data = `["close","PC_0",null,${START},1]`;
    const socket = await send('4.0_NEW', [JSON.stringify({ statsSessionId: 'b', type: 'stats-entry', data })]);
    const { metadata, events } = await dumpOf(socket);
    expect(metadata).toMatchObject({ clientProtocol: 'rtcstats#5.0', convertedFrom: '4.0_NEW' });
    expect(events).toEqual([[36, 'PC_0', null, START]]);
  });

  it.each([undefined, 'another'])('is one of this protocol if its first message is an event (%s)', async (protocol) => {
    const { metadata, events } = await dumpOf(await send(protocol, [`["close","PC_0",null,${START}]`, 'not JSON']));
    expect(metadata).toMatchObject({ clientProtocol: protocol ?? null });
    expect(metadata).not.toHaveProperty('convertedFrom');
    expect(events).toEqual([['close', 'PC_0', null, START]]);
    expect(await metric('rtcstats_drops_total{reason="notJson"}')).toBe(1);
  });

  it.each([
    [undefined, 'hello'],
    ['mqtt', Buffer.from([0x10, 0])],
    ['wamp.2.json', '[1,"realm1",{}]'],
    ['graphql-transport-ws', '{"type":"connection_init"}'],
    [undefined, '['.repeat(1_000_000)],
  ])('is closed with 1003 and the reason if it is not known (%s)', async (protocol, message) => {
    const socket = await send(protocol, [message, message, `["close","PC_0",null,${START}]`]);
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1003, 'The client does not send events of rtcstats']);
    expect(await metric('rtcstats_refusals_total{reason="foreignClient"}')).toBe(1);
    expect(await metric('rtcstats_sessions_total{state="recording"}')).toBe(0);
  });

  it('is logged once per address, and counted every time', async () => {
    for (let i = 0; i < 3; i++) await once(await send(undefined, ['{}']), 'close');
    expect(await metric('rtcstats_refusals_total{reason="foreignClient"}')).toBe(3);
    expect(logged.filter((line) => line.includes('foreignClient'))).toHaveLength(1);
  });
});
