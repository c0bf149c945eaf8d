import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { sendSession } from '@rtcstats-server/testing/client';
import {
  readDump,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
  withNumberedFoundations,
} from '@rtcstats-server/testing/server';
import { SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';

const RECORDINGS = join(import.meta.dirname, 'recordings');
const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly [key: string]: unknown;
}

async function start(
  environment: Record<string, string> = {},
): Promise<{ server: ServerProcess; data: string; upload: string }> {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_SERVER_UPLOAD_PATH: '/upload', ...environment });
  return { server, data, upload: `http://127.0.0.1:${server.port}/upload` };
}

async function rows(server: ServerProcess): Promise<Row[]> {
  return ((await (await fetch(`${server.api}/api/sessions`)).json()) as { sessions: Row[] }).sessions;
}

function form(content: string | Uint8Array, name = 'call.txt'): FormData {
  const data = new FormData();
  data.append('file', new Blob([Buffer.from(content)]), name);
  return data;
}

async function post(url: string, body: FormData | string | undefined, headers = {}): Promise<[number, string]> {
  const answer = await fetch(url, { method: 'POST', ...(body !== undefined && { body }), headers });
  const { code, clientId } = (await answer.json()) as { code?: string; clientId?: string };
  return [answer.status, code ?? clientId ?? ''];
}

async function expectNothingLeft(server: ServerProcess, data: string): Promise<void> {
  expect(await rows(server)).toEqual([]);
  expect(await server.kill('SIGTERM')).toBe(0);
  expect((await readdir(join(data, 'spool'))).filter((name) => !name.endsWith('.journal'))).toEqual([]);
  expect(await storedDumps(data)).toEqual([]);
}

/** Milliseconds from the first to the last event. */
function callLength(messages: readonly string[]): number {
  const deltas = messages.map((line) => (JSON.parse(line) as unknown[]).at(-1) as number);
  return deltas.slice(1).reduce((sum, delta) => sum + delta, 0);
}

it('accepts a dump from curl, plain or gzipped, and stores the same events as over a WebSocket', async () => {
  const { server, data, upload } = await start();
  const recorded = (await readFile(join(RECORDINGS, 'chromium-loopback.raw'), 'utf8')).split('\n');
  const messages = recorded.filter((line) => line.startsWith('['));
  await sendSession(`${server.url}/room`, messages);
  await server.logged('session finished');

  const file = join(await scratchDirectory(), 'call.txt');
  const metadata = {
    fileFormat: 3,
    url: '/room?rtcstats-token=SECRET',
    startTime: 1_700_000_000_000,
    remoteAddresses: ['81.2.69.142'],
    privacy: { policy: 'made up' },
    locations: ['made up'],
    note: 'made up',
  };
  await writeFile(file, `RTCStatsDump\n${JSON.stringify(metadata)}\n${messages.join('\n')}\n["close",null,1001,5]\n`);
  const packed = `${file}.gz`;
  // With the byte order mark that some editors write.
  await writeFile(packed, gzipSync(`\uFEFF${await readFile(file, 'utf8')}`));
  const ids: string[] = [];
  for (const path of [file, packed]) {
    const { stdout } = await promisify(execFile)('curl', ['-sS', '-F', `file=@${path}`, upload]);
    const { message, clientId } = JSON.parse(stdout) as { message: string; clientId: string };
    expect(message).not.toBe('');
    ids.push(clientId);
  }
  await server.logged('session finished', 3);
  const all = await rows(server);
  expect(all.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
  // The list is by the start of the call, which was long ago.
  expect(all.slice(1).map(({ id }) => id)).toEqual(ids.reverse());
  for (const row of all.slice(1)) {
    expect(row['startedAt']).toBe(new Date(1_700_000_000_000).toISOString());
    expect(Date.parse(row['endedAt'] as string) - 1_700_000_000_000).toBe(callLength(messages) + 5);
  }
  expect(new Set(all.map(({ messages: count }) => count)).size).toBe(1);
  expect(await server.kill('SIGTERM')).toBe(0);

  // The keys begin with the date of the call.
  const dumps = await Promise.all((await storedDumps(data)).sort().map(readDump));
  const streamed = dumps.at(-1);
  const uploaded = dumps.slice(0, -1);
  for (const dump of uploaded) {
    expect(withNumberedFoundations(dump.slice(2, -1))).toEqual(withNumberedFoundations(streamed!.slice(2, -1)));
    expect(dump.at(-1)).toBe('["close",null,1001,5]');
    expect(JSON.parse(dump[1]!)).toEqual({
      ...(JSON.parse(streamed![1]!) as object),
      origin: null,
      userAgent: null,
      clientProtocol: null,
      startTime: 1_700_000_000_000,
      remoteAddresses: ['81.2.69.x'],
      locations: [
        {
          continent: { code: 'EU', names: { en: 'Europe' } },
          country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
        },
      ],
    });
  }
});

it('accepts webrtc-internals dumps and keeps their format', async () => {
  const { server, data, upload } = await start();
  const plain = await readFile(join(RECORDINGS, 'chromium-loopback.webrtc_internals_dump.txt'));
  const results = [await post(upload, form(plain)), await post(upload, form(gzipSync(plain)))];
  expect(results.map(([status]) => status)).toEqual([200, 200]);
  await server.logged('session finished', 2);
  const all = await rows(server);
  // The times are those of the call in the dump.
  const call = { startedAt: '2026-11-22T16:42:48.188Z', endedAt: '2026-11-22T16:43:21.469Z' };
  expect(all).toMatchObject([
    { state: 'stored', ...call },
    { state: 'stored', ...call },
  ]);
  const metrics = await (await fetch(`${server.api}/metrics`)).text();
  // Measured from the upload, not from the end of the call.
  expect(metrics).toContain('rtcstats_closed_to_stored_seconds_bucket{le="60"} 2');
  expect(await server.kill('SIGTERM')).toBe(0);
  for (const path of await storedDumps(data)) {
    const dump = JSON.parse((await readDump(path)).join('\n')) as object;
    expect(Object.keys(dump)).toEqual(Object.keys(JSON.parse(plain.toString()) as object));
  }
});

it('accepts a recording, one message per line without head and metadata', async () => {
  const { server, data, upload } = await start();
  const recording = await readFile(join(RECORDINGS, 'chromium-loopback.raw'), 'utf8');
  const messages = recording.split('\n').filter((line) => line.startsWith('['));
  await sendSession(server.url, messages);
  await server.logged('session finished');
  expect((await post(`${upload}?userId=anna`, form(gzipSync(recording))))[0]).toBe(200);
  await server.logged('session finished', 2);
  const uploaded = (await rows(server)).find(({ user }) => user !== null);
  const begin = (JSON.parse(messages[0]!) as unknown[]).at(-1) as number;
  expect(uploaded).toMatchObject({
    state: 'stored',
    closeCode: 1005,
    startedAt: new Date(begin).toISOString(),
    endedAt: new Date(begin + callLength(messages)).toISOString(),
  });
  expect(await server.kill('SIGTERM')).toBe(0);
  const [one, other] = await Promise.all((await storedDumps(data)).map(readDump));
  expect(withNumberedFoundations(one!.slice(2, -1))).toEqual(withNumberedFoundations(other!.slice(2, -1)));
});

it('says what is accepted, and that the page about:webrtc is not', async () => {
  const { upload } = await start();
  const message = async (content: string): Promise<string> => {
    const answer = await fetch(upload, { method: 'POST', body: form(content) });
    expect(answer.status).toBe(400);
    return ((await answer.json()) as { error: string }).error;
  };
  const accepted = /rtcstats dumps of file format 3, recordings \(one message per line\) and webrtc-internals dumps/;
  for (const content of ['hello', '{"fileFormat":2}\n', 'RTCStatsDump\n[]\n'])
    expect(await message(content)).toMatch(accepted);
  for (const content of ['<!DOCTYPE html><title>about:webrtc</title>', '{"pcid":"{1}","iceStats":[]}']) {
    const text = await message(content);
    expect(text).toMatch(/Firefox's about:webrtc, which is not supported/);
    expect(text).toMatch(accepted);
  }
});

it('requires a token in the URL or in the Authorization header', async () => {
  const secret = 'a secret of the application, long enough';
  const { server, upload } = await start({ RTCSTATS_AUTHORIZATION_JWT_SECRET: secret });
  const token = await new SignJWT({ rtcStats: { user: 'anna', privacy: 'strict' } })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
  const dump = `${HEAD}["publicIP",null,["203.0.113.7"],1]\n`;
  expect(await post(upload, form(dump))).toEqual([403, 'UNAUTHORIZED']);
  expect(await post(upload, form(dump), { authorization: `Bearer ${token}x` })).toEqual([403, 'UNAUTHORIZED']);
  expect((await post(upload, form(dump), { authorization: `Bearer ${token}` }))[0]).toBe(200);
  expect((await post(`${upload}?rtcstats-token=${token}`, form(dump)))[0]).toBe(200);
  await server.logged('session finished', 2);
  const [row, other] = await rows(server);
  expect(row).toMatchObject({
    user: expect.stringMatching(/^user-/),
    signed: ['user'],
    receipt: { policy: expect.stringMatching(/^strict@/) },
  });
  expect(other).toMatchObject({ user: row!['user'] });
  expect(server.output).not.toContain(token);
});

it('rejects anything but a complete dump with a reason, and stores nothing of it', async () => {
  const { server, data, upload } = await start({
    RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES: '2048',
    RTCSTATS_SERVER_LIMITS_DUMP_BYTES: String(12 * 1024 * 1024),
    RTCSTATS_SERVER_LIMITS_INTERNALS_BYTES: String(1024 * 1024),
  });
  const line = '[":x",null,1,1]\n';
  const dump = `${HEAD}${line.repeat(20_000)}`;
  const packed = gzipSync(
    `${HEAD}${Array.from({ length: 5000 }, (_, index) => `[":x",null,${Math.sin(index)},1]\n`).join('')}`,
  );
  const twoFiles = form(dump);
  twoFiles.append('other', new Blob([dump]), 'other.txt');
  const noFile = new FormData();
  noFile.append('field', 'value');

  const cases: [string, FormData | string | undefined, object, number, string][] = [
    ['no form', dump, { 'content-type': 'text/plain' }, 400, 'UPLOAD_MALFORMED'],
    ['no body', undefined, {}, 400, 'UPLOAD_MALFORMED'],
    ['no boundary', dump, { 'content-type': 'multipart/form-data' }, 400, 'UPLOAD_MALFORMED'],
    ['no file', noFile, {}, 400, 'UPLOAD_MALFORMED'],
    ['two files', twoFiles, {}, 400, 'UPLOAD_MALFORMED'],
    ['an empty file', form(''), {}, 400, 'UPLOAD_TRUNCATED'],
    ['text', form('203.0.113.7 something else'), {}, 400, 'NOT_A_DUMP'],
    ['a recording without events', form('[1]\n[2]\n'), {}, 422, 'UPLOAD_EMPTY'],
    ['a torn recording', form(`${line}${line.slice(0, -5)}`), {}, 400, 'UPLOAD_TRUNCATED'],
    ['the page about:webrtc', form('<!DOCTYPE html><title>about:webrtc</title>'), {}, 400, 'NOT_A_DUMP'],
    ['an old file format', form(`RTCStatsDump\n{"fileFormat":2}\n${line}`), {}, 400, 'NOT_A_DUMP'],
    ['no metadata', form(`RTCStatsDump\n${line}`), {}, 400, 'NOT_A_DUMP'],
    ['a torn last line', form(dump.slice(0, -5)), {}, 400, 'UPLOAD_TRUNCATED'],
    ['torn gzip', form(packed.subarray(0, -9)), {}, 400, 'UPLOAD_TRUNCATED'],
    ['broken gzip', form(Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)])), {}, 400, 'NOT_A_DUMP'],
    ['torn webrtc-internals', form('{"PeerConnections": {"1": {'), {}, 400, 'UPLOAD_TRUNCATED'],
    ['another JSON', form('{"UserAgent": "x"}'), {}, 400, 'NOT_A_DUMP'],
    ['no events', form(HEAD), {}, 422, 'UPLOAD_EMPTY'],
    ['no events that are kept', form(`${HEAD}nonsense\n{}\n["close",null,1000,1]\n`), {}, 422, 'UPLOAD_EMPTY'],
    ['an empty webrtc-internals dump', form('{"PeerConnections":{},"UserAgent":"x"}'), {}, 422, 'UPLOAD_EMPTY'],
    ['a long message', form(`${HEAD}${line}[":x",null,"${'x'.repeat(3000)}",1]\n`), {}, 413, 'MESSAGE_TOO_LARGE'],
    [
      'too many messages',
      form(gzipSync(`${HEAD}${`[":x",null,"${'x'.repeat(1000)}",1]\n`.repeat(13_000)}`)),
      {},
      413,
      'DUMP_TOO_LARGE',
    ],
    ['a bomb', form(gzipSync(Buffer.alloc(10 * 1024 * 1024, line))), {}, 413, 'DUMP_TOO_LARGE'],
    [
      'a bomb in a dump',
      form(gzipSync(Buffer.concat([Buffer.from(HEAD), Buffer.alloc(10 * 1024 * 1024, line)]))),
      {},
      413,
      'DUMP_TOO_LARGE',
    ],
    [
      'a large webrtc-internals dump',
      form(`{"PeerConnections":{"a":{}},"getUserMedia":[{"x":"${'x'.repeat(1024 * 1024)}"}]}`),
      {},
      413,
      'DUMP_TOO_LARGE',
    ],
    [
      'a webrtc-internals dump that is small until it is parsed',
      form(`{"PeerConnections":{"a":{}},"getUserMedia":[${'[],'.repeat(100_000)}1]}`),
      {},
      413,
      'DUMP_TOO_LARGE',
    ],
    [
      'a bomb of webrtc-internals',
      form(gzipSync(`{"PeerConnections":{"a":"${'x'.repeat(10 * 1024 * 1024)}"}}`)),
      {},
      413,
      'DUMP_TOO_LARGE',
    ],
  ];
  for (const [name, body, headers, status, code] of cases) {
    expect([name, ...(await post(upload, body, headers))]).toEqual([name, status, code]);
  }
  const empty = await fetch(upload, { method: 'POST', body: form(`${HEAD}nonsense\n`) });
  expect(await empty.json()).toMatchObject({ error: expect.stringContaining('some lines are not events (1)') });
  for (const [path, method] of [
    ['/upload/', 'POST'],
    ['/', 'POST'],
    ['/upload', 'PUT'],
  ] as const) {
    expect((await fetch(new URL(path, upload), { method })).status).toBe(404);
  }
  expect(server.output).not.toContain('203.0.113');
  await expectNothingLeft(server, data);
});

it('stores nothing of an interrupted upload, even if the gateway is killed meanwhile', async () => {
  const { server, data, upload } = await start();
  const begin = `--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n${HEAD}`;
  const lines = '[":x",null,"something to be written to the disk",1]\n'.repeat(20_000);
  const head = (length: number): string =>
    `POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n`;

  // The body is as long as announced, but the form has no closing boundary.
  const body = begin + lines;
  const answer = await fetch(upload, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body,
  });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'UPLOAD_TRUNCATED']);

  const gone = connect(server.port, '127.0.0.1');
  gone.write(head(body.length * 2) + body, () => gone.destroy());
  await server.logged('upload refused', 2);
  expect(await rows(server)).toEqual([]);

  const cut = connect(server.port, '127.0.0.1');
  cut.on('error', () => {});
  cut.write(head(body.length * 2) + body);
  await expect.poll(async () => (await readdir(join(data, 'spool'))).some((name) => name.endsWith('.open'))).toBe(true);
  await server.kill('SIGKILL');
  const next = await startServer(data);
  await expectNothingLeft(next, data);
});

it('ends pending uploads when the gateway stops', async () => {
  const { server, data } = await start();
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    'POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999999\r\n\r\n',
  );
  socket.write(
    `--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n${HEAD}${'[":x",null,1,1]\n'.repeat(20_000)}`,
  );
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  await expect.poll(async () => (await readdir(join(data, 'spool'))).length).toBeGreaterThan(0);
  await expectNothingLeft(server, data);
  expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*GOING_AWAY/);
});

it('does not let one address block uploads from others', async () => {
  const { server, upload } = await start({ RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1' });
  const dump = `${HEAD}[":x",null,1,1]\n`;
  const begun = (): Socket => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.write(
      'POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999\r\n\r\n',
    );
    return socket;
  };
  const [first, ...others] = Array.from({ length: 8 }, begun);
  const own = async (): Promise<unknown> => await post(upload, form(dump));
  await expect.poll(own).toEqual([503, 'TRY_AGAIN_LATER']);
  expect((await post(upload, form(dump), { 'x-forwarded-for': '203.0.113.9' }))[0]).toBe(200);
  first!.destroy();
  await server.logged('upload refused', 2);
  await expect.poll(async () => (await post(upload, form(dump)))[0]).toBe(200);
  for (const socket of others) socket.destroy();
});

it('accepts uploads while two addresses have as many slow ones as they may', async () => {
  const { server, upload } = await start({ RTCSTATS_SERVER_TRUSTED_PROXIES: '127.0.0.1' });
  const slow = async (address: string): Promise<void> => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.write(
      `POST /upload HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
        'Content-Length: 9999\r\nExpect: 100-continue\r\n\r\n',
    );
    // The gateway asks for the form once it has taken the request.
    expect((await once(socket, 'data')).toString()).toMatch(/^HTTP\/1\.1 100 /);
    onTestFinished(() => void socket.destroy());
  };
  for (const address of ['192.0.2.1', '192.0.2.2']) await Promise.all(Array.from({ length: 8 }, () => slow(address)));
  const answer = await post(upload, form(`${HEAD}[":x",null,1,1]\n`), { 'x-forwarded-for': '203.0.113.9' });
  expect(answer[0]).toBe(200);
  const [line] = await server.logged('upload refused');
  expect(line).toMatchObject({ code: 'TRY_AGAIN_LATER' });
});
