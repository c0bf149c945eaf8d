import { join } from 'node:path';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import { type ServerProcess, scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { expect, it, vi } from 'vitest';

async function sample(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${server.api}/metrics`)).text();
  const line = text.split('\n').find((found) => found.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

it('counts messages and their outcome, and exposes nothing that clients sent', async () => {
  const server = await startServer(join(await scratchDirectory(), 'data'));
  const messages = ['[":a",null,"203.0.113.77",1]', '[":b",null,1,2]', 'no event'];
  await sendSession(`${server.url}/private-room?rtcstats-token=private-token`, messages);
  await server.logged('session finished');
  const open = await connect(server.url);
  const metrics: readonly [string, number][] = [
    ['rtcstats_connections', 1],
    ['rtcstats_connections_accepted_total', 2],
    ['rtcstats_messages_total', 3],
    ['rtcstats_message_bytes_total', Buffer.byteLength(messages.join(''))],
    ['rtcstats_redactions_total{class="ipAddresses"}', 1],
    ['rtcstats_drops_total{reason="notJson"}', 1],
    ['rtcstats_sessions_total{state="recording"}', 1],
    ['rtcstats_sessions_total{state="closed"}', 1],
    ['rtcstats_sessions_total{state="stored"}', 1],
    ['rtcstats_sessions_total{state="quarantined"}', 0],
    ['rtcstats_closed_to_stored_seconds_count', 1],
    ['rtcstats_finish_seconds_count{step="pack"}', 1],
    ['rtcstats_finish_seconds_count{step="store"}', 1],
    ['rtcstats_finish_seconds_count{step="record"}', 1],
    ['rtcstats_sessions_unfinished', 0],
  ];
  for (const [name, value] of metrics) expect.soft([name, await sample(server, name)]).toEqual([name, value]);
  const text = await (await fetch(`${server.api}/metrics`)).text();
  expect(text).not.toMatch(/private|203\.0\.113|127\.0\.0\.1/);

  open.send(`[":large",null,"${'x'.repeat(3 * 1024 * 1024)}",1]`);
  expect(await closeCode(open)).toBe(1009);
  await vi.waitUntil(async () => (await sample(server, 'rtcstats_connections')) === 0);
  expect(await sample(server, 'rtcstats_refusals_total{reason="messageBytes"}')).toBe(1);
});

it('shows the name of an event only after 5 sessions of 3 networks have sent it', async () => {
  const server = await startServer(join(await scratchDirectory(), 'data'), {
    RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1',
    RTCSTATS_SERVER_UPLOAD_PATH: '/upload',
  });
  let sessions = 0;
  const send = async (address: string, events: readonly string[]): Promise<void> => {
    const headers = { 'x-forwarded-for': address };
    await sendSession(
      server.url,
      events.map((event) => `["${event}",null,{},1]`),
      { headers },
    );
    await server.logged('session finished', ++sessions);
  };
  const drift = async (): Promise<string[]> => {
    const text = await (await fetch(`${server.api}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith('rtcstats_drift_total'));
  };
  const invented = Array.from({ length: 100 }, (_, index) => `:room-${index}`);
  for (let at = 0; at < 100; at += 20) await send('203.0.113.7', invented.slice(at, at + 20));
  for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.8', '203.0.113.8']) await send(address, [':quality']);
  // An upload counts as one from the network of its uploader, whatever client the dump is of.
  const body = new FormData();
  const metadata = '{"fileFormat":3,"remoteAddresses":["198.51.100.9"]}';
  body.append('file', new Blob([`RTCStatsDump\n${metadata}\n[":quality",null,{},1]\n`]));
  const uploaded = await fetch(`http://127.0.0.1:${server.port}/upload`, {
    method: 'POST',
    body,
    headers: { 'x-forwarded-for': '203.0.113.8' },
  });
  expect(uploaded.status).toBe(200);
  await server.logged('session finished', ++sessions);
  expect(await drift()).toEqual(['rtcstats_drift_total{event="other",path="other",type="object"} 105']);
  await send('2001:db8::1', [':quality']);
  expect(await drift()).toEqual([
    'rtcstats_drift_total{event=":quality",path="",type="object"} 1',
    'rtcstats_drift_total{event="other",path="other",type="object"} 105',
  ]);
});

it('reports readiness with the result of each check', async () => {
  const server = await startServer(join(await scratchDirectory(), 'data'));
  const response = await fetch(`${server.api}/readyz`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    ready: true,
    checks: {
      accepting: { ok: true, required: true },
      spool: { ok: true, required: true },
      room: { ok: true, required: true },
      catalog: { ok: true, required: false },
      storage: { ok: true, required: false },
    },
  });
});
