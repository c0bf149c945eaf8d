import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@rtcstats-server/testing/client';
import { canFreezeDisks, FrozenDisk } from '@rtcstats-server/testing/frozen-disk';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freeze } from './frozen-disk/frozen-disk.ts';

describe.skipIf(!canFreezeDisks())('while the disk hangs', () => {
  it('answers, serves sessions and loses nothing', async () => {
    const disk = new FrozenDisk(await scratchDirectory());
    const report = await freeze({ disk, seconds: 3, sessions: 100, lasting: 10 });
    expect(report).toMatchObject({ meanwhile: 100, lost: 0, exitCode: 0 });
    expect(report.stallSeconds).toBeGreaterThan(1);
  });

  it('stops in time, says what is lost, and finishes at the next start what the disk has', async () => {
    const disk = new FrozenDisk(await scratchDirectory());
    onTestFinished(() => disk.thaw());
    const data = join(disk.directory, 'data');
    const server = await startServer(data, { ...disk.environment, RTCSTATS_SERVER_DRAIN_SECONDS: '2' });
    const socket = await connect(`${server.url}/room`);
    socket.send('[":before",null,1,1795800000000]');
    const onDisk = async (): Promise<boolean> =>
      (await readdir(join(data, 'spool'))).some((name) => name.endsWith('.journal'));
    await vi.waitUntil(onDisk);

    disk.freeze();
    socket.send('[":during",null,1,1]');
    const pong = once(socket, 'pong');
    socket.ping();
    await pong;
    await server.logged('the disk of the spool does not answer: what clients send waits in memory');
    expect(await server.kill('SIGTERM')).toBe(1);
    const [entry] = server.entries('the gateway did not stop in order');
    expect(entry).toMatchObject({ level: 'error', code: 'SPOOL_NOT_WRITTEN' });

    disk.thaw();
    const next = await startServer(data);
    await next.logged('session finished');
    const [path] = await storedDumps(data);
    const lines = await readDump(path!);
    expect(lines[2]).toBe('[":before",null,1,1795800000000]');
    expect(lines.at(-1)).toBe('["close",null,1006,0]');
  });
});
