import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustForComparisons, fisherTest, newcombeInterval, type Proportion } from './index.ts';

const of = (affected: number, total: number): Proportion => ({ affected, total });

/** The same by whole numbers of any size: the number of ways to draw each table. */
function exactTest(a: Proportion, b: Proportion): number {
  const affected = a.affected + b.affected;
  const ways = (count: number): bigint => choose(a.total, count) * choose(b.total, affected - count);
  const tables = Array.from({ length: a.total + 1 }, (_, count) => ways(count));
  const least = tables.filter((table) => table <= ways(a.affected)).reduce((sum, table) => sum + table, 0n);
  return Number((least * 10n ** 18n) / choose(a.total + b.total, affected)) / 1e18;
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let index = 1n; index <= BigInt(k); index++) result = (result * (BigInt(n) - index + 1n)) / index;
  return result;
}

describe('fisherTest', () => {
  it.each([
    // The lady who tastes tea: Fisher, The Design of Experiments (1935), chapter 2: 34 of 70.
    ['tea', of(3, 4), of(1, 4), 34 / 70],
    // Convictions of twins of criminals: Fisher, The Logic of Inductive Inference (1935); the documentation of R.
    ['twins', of(10, 13), of(2, 17), 0.0005367],
    // https://en.wikipedia.org/wiki/Fisher%27s_exact_test
    ['students', of(1, 12), of(9, 12), 0.002759456],
    // Made with scipy.stats.fisher_exact 1.17.
    ['many calls', of(101_200, 2_000_000), of(100_100, 2_000_000), 0.011951963],
    ['a rare fault', of(3, 900_000), of(19, 1_100_000), 0.0024319042],
    ['groups of different sizes', of(4, 9), of(1_500, 40_000), 0.00021532815],
  ])('gives the published value, or that of scipy: %s', (_, a, b, expected) => {
    expect(fisherTest(a, b) / expected).toBeCloseTo(1, 4);
    expect(fisherTest(b, a) / expected).toBeCloseTo(1, 4);
  });

  it('is exact for small counts', () => {
    const proportion = fc
      .integer({ min: 0, max: 40 })
      .chain((total) => fc.integer({ min: 0, max: total }).map((affected) => of(affected, total)));
    fc.assert(
      fc.property(proportion, proportion, (a, b) => {
        expect(fisherTest(a, b)).toBeCloseTo(exactTest(a, b), 12);
      }),
    );
  });

  it('gives a p-value for all counts, of empty groups and of the largest difference of many calls', () => {
    expect(fisherTest(of(0, 0), of(0, 0))).toBe(1);
    expect(fisherTest(of(5, 5), of(0, 0))).toBe(1);
    expect(fisherTest(of(0, 9), of(0, 7))).toBe(1);
    expect(fisherTest(of(5_000_000, 5_000_000), of(0, 5_000_000))).toBe(0);
    expect(fisherTest(of(2_500_000, 5_000_000), of(2_500_000, 5_000_000))).toBe(1);
  });

  it.each([[of(2, 1)], [of(-1, 1)], [of(0.5, 1)], [of(0, Number.NaN)]])('rejects %j', (a) => {
    expect(() => fisherTest(a, of(1, 2))).toThrow(RangeError);
  });
});

describe('newcombeInterval', () => {
  // R. G. Newcombe (1998), table II, method 10, with the first proportion as the later one.
  it.each([
    [of(56, 70), of(48, 80), 0.0524, 0.3339],
    [of(9, 10), of(3, 10), 0.1705, 0.809],
    [of(6, 7), of(2, 7), 0.0582, 0.8062],
    [of(5, 56), of(0, 29), -0.0381, 0.1926],
    [of(0, 10), of(0, 20), -0.1611, 0.2775],
    [of(0, 10), of(0, 10), -0.2775, 0.2775],
    [of(10, 10), of(0, 20), 0.6791, 1],
    [of(10, 10), of(0, 10), 0.6075, 1],
  ])('gives the published limits of %j less %j', (after, before, low, high) => {
    const interval = newcombeInterval(before, after);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it('contains the difference, within -1 and 1', () => {
    const proportion = fc
      .integer({ min: 1, max: 1e9 })
      .chain((total) => fc.integer({ min: 0, max: total }).map((affected) => of(affected, total)));
    fc.assert(
      fc.property(proportion, proportion, (before, after) => {
        const difference = after.affected / after.total - before.affected / before.total;
        const [low, high] = newcombeInterval(before, after);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('adjustForComparisons', () => {
  // The example of Benjamini and Hochberg (1995), section 4, which rejects the first four at 0.05.
  const published = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];

  it('finds what the published example finds, in any order', () => {
    expect(adjustForComparisons(published).filter((p) => p <= 0.05)).toHaveLength(4);
    const shuffled = published.toReversed();
    expect(adjustForComparisons(shuffled)).toEqual(adjustForComparisons(published).toReversed());
  });

  it('takes the least of what a value and the larger ones allow', () => {
    expect(adjustForComparisons([0.04, 0.03, 0.005])).toEqual([0.04, 0.04, 0.015]);
    expect(adjustForComparisons([1, 0.9])).toEqual([1, 1]);
    expect(adjustForComparisons([])).toEqual([]);
  });
});
