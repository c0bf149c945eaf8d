import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';

const MORE_DESCRIPTORS = 40;
const ROUNDS = 5;
/** Long enough that the gateway writes to a session's file during the recording. */
const PADDING = 'x '.repeat(20_000);

/** Limits the open descriptors of a process. @returns false if this process is not permitted to do that */
function limitDescriptors(pid: number, descriptors: number): boolean {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${descriptors}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('records all accepted connections when they use up the file descriptors', async (context) => {
  const data = await scratchDirectory();
  const server = await startServer(data);
  const open = readdirSync(`/proc/${server.pid}/fd`).length;
  if (!limitDescriptors(server.pid, open + MORE_DESCRIPTORS)) context.skip('not permitted to set limits (prlimit)');

  const clients: WebSocket[] = [];
  const refused = async (): Promise<boolean> => {
    try {
      clients.push(await connect(`${server.url}/${clients.length}`));
      return false;
    } catch {
      return true;
    }
  };
  while (!(await refused()));
  expect(clients.length).toBeGreaterThan(MORE_DESCRIPTORS / 2);
  const codes = clients.map((client) => closeCode(client));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, client] of clients.entries()) {
      client.send(JSON.stringify([`:${index}`, null, { round, padding: PADDING }, 1]));
    }
  }
  for (const client of clients) client.close(1000);
  expect(await Promise.all(codes)).toEqual(clients.map(() => 1000));
  await server.logged('session finished', clients.length);

  const rounds = new Map<string, number[]>();
  for (const path of await storedDumps(data)) {
    const lines = (await readDump(path)).slice(2, -1);
    const events = lines.map((line) => JSON.parse(line) as [string, null, { round: number }]);
    rounds.set(
      events[0]![0],
      events.map(([, , { round }]) => round),
    );
  }
  expect(rounds.size).toBe(clients.length);
  for (const numbers of rounds.values()) expect(numbers).toEqual([0, 1, 2, 3, 4]);
});
