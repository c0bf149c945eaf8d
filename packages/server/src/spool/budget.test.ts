import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SpoolBudget } from './budget.ts';

let logged = '';
const write = (line: string): void => {
  logged += line;
};
const log = pino({ level: 'trace' }, { write });

async function open(disk: { blocks: number; bavail: number }): Promise<SpoolBudget> {
  logged = '';
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-budget-'));
  const budget = await SpoolBudget.open({ directory, spoolBytes: 0, log, diskOf: () => Promise.resolve(disk) });
  onTestFinished(async () => {
    budget.close();
    await rm(directory, { recursive: true });
  });
  return budget;
}

it('leaves the last 5 % of the disk to sessions that are open', async () => {
  const disk = { blocks: 1000, bavail: 49 };
  const budget = await open(disk);
  expect(budget.shortage).toBe('disk');
  disk.bavail = 50;
  await vi.waitUntil(() => budget.shortage === null);
  await vi.waitUntil(() => logged.includes('taken again'));
  expect(logged.match(/refused/g)).toHaveLength(1);
});

it('asks nothing of a file system that does not know its size', async () => {
  expect((await open({ blocks: 0, bavail: 0 })).shortage).toBeNull();
});

it('refuses new sessions for some seconds after a session could not be written', async () => {
  const budget = await open({ blocks: 1000, bavail: 900 });
  expect(budget.shortage).toBeNull();
  budget.failed(Object.assign(new Error('what it quotes'), { code: 'EIO' }));
  expect(budget.shortage).toBe('writing');
  expect(logged).toContain('"code":"EIO"');
  expect(logged).not.toContain('what it quotes');
});
