import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { spoolUsage } from './usage.ts';

it('adds up what lies in the spool', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-usage-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  expect(await spoolUsage(directory)).toEqual({
    bytes: 0,
    open: { files: 0, oldestSeconds: 0 },
    closed: { files: 0, oldestSeconds: 0 },
  });

  const now = Date.now();
  const names = ['1.journal', 'a.open', 'b.closed', 'b.gz', 'c.closed'];
  for (const name of names) await writeFile(join(directory, name), 'ten bytes.');
  // The spool of a worker.
  await mkdir(join(directory, '1'));
  await writeFile(join(directory, '1', 'd.open'), 'ten bytes.');
  for (let i = 0; i < 100; i++) await writeFile(join(directory, `${i}.open`), '');
  await utimes(join(directory, 'b.closed'), now / 1000, now / 1000 - 60);
  await utimes(join(directory, 'c.closed'), now / 1000, now / 1000 - 30);
  const usage = await spoolUsage(directory, now);
  expect(usage).toMatchObject({ bytes: 60, open: { files: 102 }, closed: { files: 2 } });
  expect(usage.closed.oldestSeconds).toBeCloseTo(60, 1);
});
