import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import { type ServerProcess, scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { expect, it, vi } from 'vitest';

/** Values that cannot occur in a dump by chance. */
const PLANTED = ['203.0.113.77', '198.51.100.201', '192.0.2.133', '2001:db8:aa:bb:cc:dd:ee:4711', 'planted-token'];

const MESSAGES = [
  '[39,"PC_0",{"iceServers":[{"urls":"turn:198.51.100.201:3478"}]},1]',
  '[20,"PC_0",{"candidate":"candidate:1 1 udp 1 203.0.113.77 4711 typ srflx raddr 192.0.2.133 rport 9"},1]',
  '[7,"PC_0",{"type":"offer","sdp":"v=0\\r\\nc=IN IP6 2001:db8:aa:bb:cc:dd:ee:4711\\r\\n"},1]',
  '["g","PC_0",{"R1":{"134":"203.0.113.77"}},1]',
  '[":log",null,{"203.0.113.77":"\\u0031\\u0039\\u0032.0.2.133"},1]',
  '["publicIP",null,["203.0.113.77"],1]',
  // Not valid events: dropped, and not logged.
  'hello from 203.0.113.77',
  '{"address":"203.0.113.77"}',
  '[":torn",null,"203.0.113.77',
];

/** Contents of every file below the directory, and of the log, by name. */
async function textsAtRest(directory: string, server: ServerProcess): Promise<Map<string, string>> {
  const texts = new Map([['the log', server.output]]);
  for (const name of await readdir(directory, { recursive: true })) {
    const path = join(directory, name);
    if ((await stat(path)).isFile()) texts.set(name, (await readFile(path)).toString('latin1'));
  }
  return texts;
}

async function expectNothingRaw(directory: string, server: ServerProcess): Promise<void> {
  for (const [place, text] of await textsAtRest(directory, server)) {
    for (const planted of PLANTED) expect(text.includes(planted), `${planted} in ${place}`).toBe(false);
  }
}

it('writes no raw values to disk or log, neither during a session nor afterwards', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1' });
  const socket = await connect(`${server.url}/room/203.0.113.77?peer=192.0.2.133&rtcstats-token=planted-token`, {
    headers: {
      origin: 'https://198.51.100.201',
      'user-agent': 'Browser 203.0.113.77:80',
      'x-forwarded-for': '203.0.113.77',
    },
  });
  for (const message of MESSAGES) socket.send(message);
  socket.send(Buffer.from('binary from 203.0.113.77'));
  socket.send('[":last",null,"the last one",1]');

  const spool = join(data, 'spool');
  await vi.waitFor(async () => {
    const [name] = await readdir(spool);
    expect(await readFile(join(spool, name!), 'utf8')).toContain('the last one');
  });
  await vi.waitFor(async () => {
    const { sessions } = (await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: unknown[] };
    expect(sessions).toHaveLength(1);
  });
  await expectNothingRaw(data, server);

  // A message that is too large closes the connection; its content must not be in the log.
  socket.send(`[":large",null,"203.0.113.77 ${'x'.repeat(2_200_000)}",1]`);
  expect(await closeCode(socket)).toBe(1009);
  await server.logged('session finished');
  await expectNothingRaw(data, server);

  const { sessions } = (await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: object[] };
  expect(sessions[0]).toMatchObject({
    state: 'stored',
    closeCode: 1009,
    messages: 7,
    receipt: { dropped: { notJson: 2, notEvent: 1, binary: 1 }, verified: true, findings: 0, complete: true },
  });
  expect(await server.kill('SIGTERM')).toBe(0);
  await expectNothingRaw(data, server);
});
