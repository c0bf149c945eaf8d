import { changes as changesSchema } from '@rtcstats-server/api';
import { describe, expect, it } from 'vitest';
import type { RollupDimension } from '../catalog/contribution.ts';
import type { RollupRange, ValueCounts } from '../catalog/rollups.ts';
import { type ChangesRequest, RangeComparison } from './range-comparison.ts';

const NOW = new Date('2026-03-10T12:30:00.000Z');
const NOTHING = { good: 0, degraded: 0, bad: 0, failed: 0, notJudged: 0 };

const group = (value: string, calls: number, verdicts: Partial<typeof NOTHING> = {}): ValueCounts => {
  const rest = calls - Object.values(verdicts).reduce((sum, count) => sum + count, 0);
  return { value, calls, verdicts: { ...NOTHING, good: rest, ...verdicts } };
};

/** Counts by dimension, in the week before and in this week. */
type Weeks = Partial<Record<RollupDimension, readonly [before: readonly ValueCounts[], after: readonly ValueCounts[]]>>;

async function changes(weeks: Weeks, request: ChangesRequest = {}, minimumGroup = 5) {
  const byValue = (range: RollupRange, dimension: RollupDimension) =>
    Promise.resolve(weeks[dimension]?.[range.from < '2026-03-04' ? 0 : 1] ?? []);
  const comparison = new RangeComparison({ byValue }, { minimumGroup, now: () => NOW });
  return changesSchema.parse(await comparison.changes(request));
}

it('says honestly that there are no calls', async () => {
  const answer = await changes({});
  expect(answer).toMatchObject({
    before: { calls: 0 },
    after: { calls: 0 },
    comparisons: 0,
    significant: 0,
    changes: [],
  });
});

it('compares seven days with the seven before, the smallest p-value first, with the numbers of calls', async () => {
  const answer = await changes({
    all: [[group('', 1000, { bad: 20 })], [group('', 1000, { bad: 60, failed: 5, notJudged: 100 })]],
    browser: [
      [group('Chrome 156', 500, { bad: 10 }), group('Firefox 150', 100, { bad: 3 })],
      [group('Chrome 156', 500, { bad: 55 }), group('Firefox 150', 100, { bad: 2 })],
    ],
  });
  expect(answer.before).toEqual({ from: '2026-02-25T00:00:00.000Z', to: '2026-03-04T00:00:00.000Z', calls: 1000 });
  expect(answer.after).toEqual({ from: answer.before.to, to: '2026-03-11T00:00:00.000Z', calls: 1000 });
  expect(answer.changes.map(({ measure, value }) => [measure, value])).toEqual([
    ['badShare', 'Chrome 156'],
    ['badShare', null],
    ['setupFailureShare', null],
    ['badShare', 'Firefox 150'],
  ]);
  const [first, total, setup, last] = answer.changes;
  expect(first).toMatchObject({
    dimension: 'browser',
    problem: null,
    before: { calls: 500, judged: 500, affected: 10, share: 0.02 },
    after: { calls: 500, judged: 500, affected: 55, share: 0.11 },
    difference: 0.09,
    significant: true,
  });
  expect(first!.differenceLow).toBeGreaterThan(0.05);
  expect(first!.differenceHigh).toBeLessThan(0.13);
  expect(first!.pValue).toBeLessThan(1e-7);
  expect(first!.adjustedPValue).toBe(first!.pValue * 4);
  expect(total).toMatchObject({ dimension: null, after: { calls: 1000, judged: 900, affected: 65 } });
  expect(setup).toMatchObject({ before: { affected: 0, share: 0 }, after: { affected: 5 } });
  expect(last).toMatchObject({ pValue: 1, significant: false });
  expect(answer).toMatchObject({ comparisons: 4, significant: 3, onlyBefore: 0, onlyAfter: 0 });
});

it('corrects for the number of comparisons', async () => {
  const values = Array.from({ length: 40 }, (_, index) => `C${index}`);
  const quiet = values.map((value) => group(value, 100, { bad: 5 }));
  const loud = [group('C0', 100, { bad: 15 }), ...quiet.slice(1)];
  const alone = await changes({ country: [quiet.slice(0, 1), loud.slice(0, 1)] });
  expect(alone.changes[0]).toMatchObject({ value: 'C0', significant: true });
  const among = await changes({ country: [quiet, loud] });
  expect(among.changes[0]).toMatchObject({ value: 'C0', pValue: alone.changes[0]!.pValue, significant: false });
  expect(among).toMatchObject({ comparisons: 40, significant: 0 });
});

it('sorts significant changes by the difference, compares by one dimension, and gives as many as asked for', async () => {
  const weeks: Weeks = {
    all: [[group('', 9000)], [group('', 9000)]],
    os: [
      [group('Linux', 1000, { bad: 10 }), group('Windows', 9000, { bad: 90 }), group('macOS', 6, { bad: 1 })],
      [group('Linux', 1000, { bad: 110 }), group('Windows', 9000, { bad: 720 }), group('macOS', 6, { bad: 4 })],
    ],
    route: [[group('relay', 50, { bad: 1 })], [group('relay', 50, { bad: 2 })]],
  };
  const order = async (request: ChangesRequest) => (await changes(weeks, request)).changes.map(({ value }) => value);
  expect(await order({ by: 'os' })).toEqual(['Windows', 'Linux', 'macOS']);
  expect(await order({ by: 'os', sort: 'difference' })).toEqual(['Linux', 'Windows', 'macOS']);
  expect(await order({ sort: 'difference', limit: 1 })).toEqual(['Linux']);
  expect(await changes(weeks, { limit: 1 })).toMatchObject({ comparisons: 4, significant: 2 });
});

describe('groups below the minimum', () => {
  it('are not shown, in either range, nor is what could be computed from the others', async () => {
    const before = [
      group('A', 90, { bad: 9 }),
      group('B', 60, { bad: 9 }),
      group('C', 4, { bad: 4 }),
      group('other', 70),
    ];
    const after = [
      group('A', 90, { bad: 9 }),
      group('B', 60, { bad: 9 }),
      group('C', 90, { bad: 9 }),
      group('other', 99),
    ];
    const answer = await changes({ origin: [before, after] });
    expect(answer.changes.map(({ value }) => value)).toEqual(['A', 'B']);
    expect(answer).toMatchObject({ onlyBefore: 0, onlyAfter: 1 });
    // B would be what is left of all calls without A and C, if only C were hidden.
    expect((await changes({ origin: [before.slice(0, 3), after] })).changes.map(({ value }) => value)).toEqual(['A']);
  });

  it('hide all calls and problems if there are few calls', async () => {
    const few = [group('', 4, { bad: 4 })];
    const answer = await changes({ all: [few, [group('', 90)]], observation: [[], [group('packet-loss', 50)]] });
    expect(answer).toMatchObject({ comparisons: 0, before: { calls: 4 } });
  });
});

describe('problems', () => {
  const all: Weeks['all'] = [[group('', 1000, { notJudged: 10 })], [group('', 1200)]];
  const compare = async (before: number, after: number, minimum = 5) => {
    const observation = [[group('turn-refused', before)], [group('turn-refused', after)]] as const;
    return (await changes({ all, observation }, {}, minimum)).changes;
  };

  it('are compared as parts of the judged calls', async () => {
    expect(await compare(100, 60)).toMatchObject([
      {
        measure: 'problemShare',
        problem: 'turn-refused',
        dimension: null,
        value: null,
        before: { calls: 1000, judged: 990, affected: 100 },
        after: { calls: 1200, judged: 1200, affected: 60, share: 0.05 },
        significant: true,
      },
    ]);
  });

  it('of few calls have no number, and the same answer whatever it is', async () => {
    const [change] = await compare(3, 200);
    expect(change).toMatchObject({
      before: { affected: null, share: null },
      after: { affected: 200 },
      significant: true,
    });
    expect(change!.difference).toBeCloseTo(200 / 1200 - 4 / 990, 10);
    expect(await compare(0, 200)).toEqual([change]);
    expect(await compare(4, 4)).toEqual([]);
    expect((await compare(0, 1, 1))[0]).toMatchObject({ before: { affected: 0 }, after: { affected: 1 } });
  });

  it('of few calls are left out if the share could be the larger one', async () => {
    const small = [group('', 10)];
    const observation = [[group('packet-loss', 1)], [group('packet-loss', 100)]] as const;
    expect((await changes({ all: [small, [group('', 1000)]], observation })).changes).toEqual([]);
  });
});

it('takes counts that do not add up, because a call was moved to other', async () => {
  const odd = group('A', 9, { bad: -2, failed: 12, notJudged: -1 });
  const answer = await changes({ country: [[odd], [group('A', 9, { bad: 9 })]] });
  expect(answer.comparisons).toBe(2);
});
