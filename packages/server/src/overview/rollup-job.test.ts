import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import type { Rollups } from '../catalog/rollups.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { RollupJob } from './rollup-job.ts';

let catalog: Catalog;
let logged: string[];
beforeEach(async () => {
  logged = [];
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
});
afterEach(() => catalog.close());

const log = pino({}, { write: (line: string) => void logged.push(line) });
const DAY = { granularity: 'day', from: '2026-03-01', to: '2026-03-02' } as const;
const calls = async (): Promise<number | undefined> => (await catalog.rollups.byPeriod(DAY))[0]?.calls;
const put = (id: string): Promise<void> => catalog.sessions.put(sessionRow(id), analysisRow());

it('counts calls again and again, in batches', async () => {
  const job = new RollupJob(catalog.rollups, log, 5);
  await Promise.all(Array.from({ length: 450 }, (_, index) => put(`s${index}`)));
  job.start();
  await expect.poll(calls).toBe(450);
  await put('a');
  await expect.poll(calls).toBe(451);
  await job.stop();
});

it('counts the rest when it stops, and nothing after; stops twice, and before it was started', async () => {
  const job = new RollupJob(catalog.rollups, log);
  await put('a');
  await Promise.all([job.stop(), job.stop()]);
  expect(await calls()).toBe(1);
  job.start();
  await put('b');
  expect(await calls()).toBe(1);
});

it('goes on after an outage, which it logs once', async () => {
  let outage = 2;
  const fold: Rollups['fold'] = (limit, now) => {
    if (outage-- > 0) return Promise.reject(new Error('away'));
    return catalog.rollups.fold(limit, now);
  };
  const job = new RollupJob({ fold, prune: () => Promise.resolve() }, log);
  await put('a');
  await job.run();
  await job.run();
  expect(await calls()).toBeUndefined();
  await job.run();
  expect(await calls()).toBe(1);
  expect(logged).toHaveLength(1);
});
