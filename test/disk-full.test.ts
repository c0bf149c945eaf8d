import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it, onTestFinished, vi } from 'vitest';

const DISK_BYTES = 6 * 1024 * 1024;
const FILLER_BYTES = 2 * 1024 * 1024;

/** Mounts a small file system. @returns its path; undefined if this process is not permitted to mount */
async function smallDisk(): Promise<string | undefined> {
  const directory = join(await scratchDirectory(), 'disk');
  await mkdir(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
  return directory;
}

it('keeps running when the disk is full, reports it, and finishes all sessions once there is space', async (context) => {
  const disk = await smallDisk();
  if (disk === undefined) context.skip('not permitted to mount a file system');
  const filler = join(disk!, 'filler');
  writeFileSync(filler, Buffer.alloc(FILLER_BYTES));
  const data = join(disk!, 'data');
  const server = await startServer(data);
  const ready = async (): Promise<number> => (await fetch(`${server.api}/readyz`)).status;

  const quiet = await connect(`${server.url}/quiet`);
  const quietClosed = Promise.all([closeCode(quiet)]);
  for (let n = 0; n < 10; n++) quiet.send(JSON.stringify([':quiet', null, n, 1]));
  const loud = await connect(`${server.url}/loud`);
  const refused = closeCode(loud);
  // Send more than the disk can hold, in lines that do not compress well.
  let sent = 0;
  const sending = setInterval(() => {
    const padding = Array.from({ length: 3000 }, (_, i) => ((sent + 1) * (i + 7) * 2654435761) % 1e9).join(' ');
    loud.send(JSON.stringify([':loud', null, { n: sent++, padding }, 1]));
  }, 5);
  expect(await refused).toBe(1011);
  clearInterval(sending);

  await server.logged('new sessions are refused: the spool has no room');
  await vi.waitUntil(async () => (await ready()) === 503);
  expect((await fetch(`${server.url.replace('ws', 'http')}/healthcheck`)).status).toBe(200);
  expect(await closeCode(await connect(`${server.url}/late`))).toBe(1013);

  rmSync(filler);
  await vi.waitUntil(async () => (await ready()) === 200);
  quiet.close(1000);
  await quietClosed;
  await server.logged('session finished', 2);
  await sendSession(server.url, ['[":after",null,0,1]']);
  await server.logged('session finished', 3);
  expect(await server.kill('SIGTERM')).toBe(0);

  const dumps = new Map<string, unknown[]>();
  for (const path of await storedDumps(data)) {
    const events = (await readDump(path)).slice(2, -1).map((line) => JSON.parse(line) as [string, null, unknown]);
    dumps.set(
      events[0]![0],
      events.map(([, , value]) => value),
    );
  }
  expect([...dumps.keys()].sort()).toEqual([':after', ':loud', ':quiet']);
  expect(dumps.get(':quiet')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const numbers = dumps.get(':loud')!.map((value) => (value as { n: number }).n);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  // Everything that fit on the disk, and what was buffered in memory.
  expect(numbers.length).toBeGreaterThan(50);
  expect(await readdir(join(data, 'spool'))).toEqual([]);
});
