import { overview as overviewSchema } from '@rtcstats-server/api';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { type OverviewRequest, Overviews } from './overviews.ts';

const NOW = new Date('2026-03-10T12:30:00.000Z');

let catalog: Catalog;
let number: number;
beforeEach(async () => {
  number = 0;
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
});
afterEach(() => catalog.close());

async function put(calls: number, session: Partial<SessionRow>, analysis: Partial<AnalysisRow> = {}): Promise<void> {
  const ids = Array.from({ length: calls }, () => `s${number++}`);
  await Promise.all(ids.map((id) => catalog.sessions.put(sessionRow(id, session), analysisRow(analysis))));
  while ((await catalog.rollups.fold(100, NOW.toISOString())) > 0);
}

async function overview(request: OverviewRequest, minimumGroup = 5) {
  const answer = await new Overviews(catalog.rollups, { minimumGroup, now: () => NOW }).overview(request);
  return overviewSchema.parse(answer);
}

const MARCH_9 = { from: '2026-03-09T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' };
const startedAt = '2026-03-09T10:20:00.000Z';
const GOOD = { verdict: 'good', experience: 95, problems: [] } as const;
const FAILED = { verdict: 'failed', experience: 0, problems: [] } as const;

it('says honestly that there are no calls', async () => {
  const answer = await overview({ by: 'browser' });
  expect(answer.total).toMatchObject({
    calls: 0,
    judged: 0,
    badShare: null,
    medianExperience: null,
    medianSetupMs: null,
  });
  expect(answer.previous?.total.calls).toBe(0);
  expect(answer.trend).toHaveLength(8);
  expect(answer.problems).toEqual([]);
  expect(answer.breakdown).toEqual({ by: 'browser', groups: [], other: null });
});

it('counts calls with their shares, medians, problems and trend, and compares them with the range before', async () => {
  await put(6, { startedAt });
  await put(3, { startedAt }, GOOD);
  await put(1, { startedAt }, FAILED);
  await put(5, { startedAt: '2026-03-08T10:00:00.000Z' });
  const answer = await overview(MARCH_9);
  expect(answer).toMatchObject({ ...MARCH_9, granularity: 'hour', minimumGroup: 5, breakdown: null });
  expect(answer.total).toMatchObject({
    calls: 10,
    verdicts: { good: 3, degraded: 0, bad: 6, failed: 1, notJudged: 0 },
    judged: 10,
    badShare: 0.7,
    setupFailures: 1,
    setupFailureShare: 0.1,
    medianExperience: 55,
  });
  // 850 ms, to within 2 %.
  expect(Math.abs((answer.total.medianSetupMs ?? 0) / 850 - 1)).toBeLessThan(0.021);
  expect(answer.previous).toMatchObject({ from: '2026-03-08T00:00:00.000Z', to: MARCH_9.from, total: { calls: 5 } });
  expect(answer.problems).toEqual([{ name: 'packet-loss', calls: 6, share: 0.6, previousShare: 1 }]);
  expect(answer.trend).toHaveLength(24);
  expect(answer.trend[10]).toMatchObject({ at: '2026-03-09T10:00:00.000Z', calls: 10 });
  expect((await overview({ ...MARCH_9, compare: 'none' })).previous).toBeNull();
});

it('breaks the figures down by a dimension, each group compared with itself', async () => {
  await put(6, { startedAt, country: 'DE' });
  await put(5, { startedAt, country: 'FR' }, GOOD);
  await put(7, { startedAt: '2026-03-08T10:00:00.000Z', country: 'DE' });
  const { breakdown } = await overview({ ...MARCH_9, by: 'country' });
  expect(breakdown?.groups).toMatchObject([
    { value: 'DE', calls: 6, badShare: 1, medianExperience: 55, previous: { calls: 7 } },
    { value: 'FR', calls: 5, badShare: 0, medianExperience: 95, previous: null },
  ]);
  expect(breakdown?.other).toBeNull();
});

describe('groups below the minimum', () => {
  it('are part of other, also in the range before and among the problems', async () => {
    await put(9, { startedAt, country: 'DE' }, GOOD);
    await put(3, { startedAt, country: 'FR' }, GOOD);
    await put(4, { startedAt, country: 'IT' });
    await put(4, { startedAt: '2026-03-08T10:00:00.000Z', country: 'DE' });
    const { breakdown, problems } = await overview({ ...MARCH_9, by: 'country' });
    expect(breakdown?.groups).toMatchObject([{ value: 'DE', previous: null }]);
    expect(breakdown?.other).toMatchObject({ values: 2, calls: 7, badShare: 4 / 7 });
    expect(problems).toEqual([]);
    expect((await overview({ ...MARCH_9, by: 'country' }, 1)).breakdown?.groups).toHaveLength(3);
  });

  it('cannot be computed from the total: other is never smaller than the minimum', async () => {
    await put(9, { startedAt, country: 'DE' });
    await put(5, { startedAt, country: 'FR' });
    await put(1, { startedAt, country: 'IT' });
    const { breakdown } = await overview({ ...MARCH_9, by: 'country' });
    expect(breakdown?.groups).toMatchObject([{ value: 'DE' }]);
    expect(breakdown?.other).toMatchObject({ values: 2, calls: 6 });
  });
});

it('extends ranges to whole hours, and to whole days if they are long or old', async () => {
  expect(await overview({ from: '2026-03-09T10:59:59.000Z', to: '2026-03-09T11:00:01.000Z' })).toMatchObject({
    granularity: 'hour',
    from: '2026-03-09T10:00:00.000Z',
    to: '2026-03-09T12:00:00.000Z',
  });
  const days = { granularity: 'day', from: '2026-01-05T00:00:00.000Z', to: '2026-01-06T00:00:00.000Z' };
  expect(await overview({ from: '2026-01-05T10:00:00.000Z', to: '2026-01-05T12:00:00.000Z' })).toMatchObject(days);
  expect((await overview({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-05T00:00:00.000Z' })).granularity).toBe(
    'day',
  );
});

it.each([
  ['an empty range', { from: MARCH_9.to, to: MARCH_9.from }],
  ['a range of many years', { from: '2000-01-01T00:00:00.000Z' }],
])('rejects %s', async (_, request) => {
  await expect(overview(request)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
