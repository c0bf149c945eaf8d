import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from './gateway.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-gateway-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function start(enabled: boolean): Promise<Gateway> {
  const insights = { parquet: { enabled } };
  const config = createConfig({ server: { port: 0 }, admin: { port: 0 }, dataDirectory: data, insights });
  return await startGateway(config, { log: pino({ level: 'silent' }) });
}

async function files(): Promise<string[]> {
  const names = await readdir(join(data, 'dumps'), { recursive: true });
  return names.filter((name) => name.endsWith('.parquet')).sort();
}

it('exports the calls of earlier runs when it starts, where that is switched on', async () => {
  const first = await start(false);
  const socket = new WebSocket(`ws://127.0.0.1:${first.publicAddress.port}/`, 'rtcstats#5.0');
  await once(socket, 'open');
  socket.send(JSON.stringify(['getUserMedia', null, { audio: true }, 1_795_800_000_000]));
  socket.close();
  await once(socket, 'close');
  await first.stop();
  expect(await files()).toEqual([]);
  const second = await start(true);
  await vi.waitUntil(async () => (await files()).length === 4);
  await second.stop();
  const [calls] = await files();
  expect(calls).toMatch(/^insights\/calls\/day=\d{4}-\d\d-\d\d\/[0-9a-f]{24}\.parquet$/);
});
