import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backEnds } from '@rtcstats-server/testing/back-ends';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { TcpProxy } from '@rtcstats-server/testing/proxy';
import { TestS3 } from '@rtcstats-server/testing/s3';
import { type ServerProcess, scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { beforeAll, expect, it, vi } from 'vitest';
import type { SessionPage, SessionRow } from '../packages/server/src/catalog/sessions.ts';

/** Length of the outage. Set OUTAGE_SECONDS to test a longer one, such as 120. */
const OUTAGE_SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 3);
const SESSIONS_PER_SECOND = 20;

let postgres: TestPostgres;
let s3: TestS3;
beforeAll(async () => {
  [postgres, s3] = await Promise.all([TestPostgres.start(), TestS3.start()]);
});

const messages = (number: number): string[] =>
  Array.from({ length: 5 }, (_, n) => JSON.stringify([':outage', null, { number, n }, 1795800000000]));

async function allSessions({ api }: ServerProcess): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await fetch(`${api}/api/sessions?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const { sessions, nextCursor } = (await page.json()) as SessionPage;
    rows.push(...sessions);
    cursor = nextCursor;
  }
  return rows;
}

async function pendingSessions(server: ServerProcess): Promise<number> {
  const text = await (await fetch(`${server.api}/metrics`)).text();
  return Number(/^rtcstats_sessions_unfinished (\d+)$/m.exec(text)?.[1]);
}

it(
  'loses no session while storage and catalog are unavailable, even if it restarts during the outage',
  async () => {
    const data = join(await scratchDirectory(), 'data');
    const [postgresProxy, s3Proxy] = [await TcpProxy.start(postgres.port), await TcpProxy.start(s3.port)];
    const { environment } = await backEnds({
      postgres,
      s3,
      postgresPort: postgresProxy.port,
      s3Port: s3Proxy.port,
    });
    const first = await startServer(data, environment);
    await sendSession(first.url, messages(0));
    await first.logged('session finished');

    await Promise.all([postgresProxy.refuse(), s3Proxy.hang()]);
    let sent = 1;
    const sendFor = async (server: ServerProcess, seconds: number): Promise<void> => {
      const sending: Promise<void>[] = [];
      for (let tick = 0; tick < seconds * SESSIONS_PER_SECOND; tick++) {
        sending.push(sendSession(server.url, messages(sent++)));
        await pause(1000 / SESSIONS_PER_SECOND);
      }
      await Promise.all(sending);
    };
    await sendFor(first, OUTAGE_SECONDS / 2);
    expect((await fetch(`${first.api}/readyz`)).status).toBe(200);
    expect(await pendingSessions(first)).toBe(sent - 1);
    await first.kill('SIGKILL');
    const second = await startServer(data, environment);
    await sendFor(second, OUTAGE_SECONDS / 2);
    const open = await connect(`${second.url}/room`);
    open.send(messages(sent++)[0]!);

    await Promise.all([postgresProxy.pass(), s3Proxy.pass()]);
    open.close(1000);
    await closeCode(open);
    await vi.waitUntil(async () => (await pendingSessions(second)) === 0, { interval: 200 });
    const rows = await allSessions(second);
    expect(rows).toHaveLength(sent);
    const numbers = new Set<number>();
    for (const { id, state } of rows) {
      expect(state).toBe('stored');
      const lines = (await (await fetch(`${second.api}/api/sessions/${id}/dump`)).text()).split('\n');
      const [, , { number }] = JSON.parse(lines[2]!) as [string, null, { number: number }];
      numbers.add(number);
      expect(lines.slice(2, -2)).toEqual(messages(number).slice(0, number === sent - 1 ? 1 : 5));
    }
    expect(numbers.size).toBe(sent);
    expect(await second.kill('SIGTERM')).toBe(0);
    expect(await readdir(join(data, 'spool'))).toEqual([]);
  },
  180_000 + 2000 * OUTAGE_SECONDS,
);

it('stops in time although the storage hangs, and finishes the remaining sessions after the next start', async () => {
  const data = join(await scratchDirectory(), 'data');
  const s3Proxy = await TcpProxy.start(s3.port);
  const { bucket, environment } = await backEnds({ postgres, s3, s3Port: s3Proxy.port });
  const short = { ...environment, RTCSTATS_SERVER_DRAIN_SECONDS: '1' };
  const first = await startServer(data, short);
  await s3Proxy.hang();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(`${first.url}/room`)));
  for (const [number, socket] of sockets.entries()) for (const message of messages(number)) socket.send(message);
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('pong', resolve).ping())));
  expect(await first.kill('SIGTERM')).toBe(0);
  expect(first.entries('sessions are left in the spool for the next start')[0]).toMatchObject({ sessions: 10 });

  await s3Proxy.pass();
  const second = await startServer(data, short);
  await second.logged('session finished', 10);
  expect(await second.kill('SIGTERM')).toBe(0);
  expect(await s3.keys(bucket)).toHaveLength(10);
  expect(await readdir(join(data, 'spool'))).toEqual([]);
});
