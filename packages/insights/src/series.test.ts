import { describe, expect, it } from 'vitest';
import { gapsOf, rateOf, ratioOf, timesOf, valuesOf, withGaps } from './series.ts';
import { StatsColumns } from './stats-columns.ts';

const floats = (...values: number[]): Float64Array => Float64Array.from(values);
const NONE = Number.NaN;

/** Statistics of one report `R` with one value of `bytesSent` per second; null: the report is removed. */
function counted(...values: (number | null)[]): StatsColumns {
  const stats = new StatsColumns();
  values.forEach((value, second) => {
    stats.add({ R: value === null ? null : { type: 'outbound-rtp', bytesSent: value }, t: 1000 * second }, 0);
  });
  return stats;
}

describe('rates of counters', () => {
  it.each([
    ['of a growing counter', [0, 100, 300], [NONE, 100, 200]],
    ['zero while the counter does not change', [5, 5, 5], [NONE, 0, 0]],
    ['none where the counter was reset', [100, 200, 10, 60], [NONE, 100, NONE, 50]],
    ['none across the absence of a report', [100, null, 300, 350], [NONE, NONE, NONE, 50]],
  ])('%s', (_, values, expected) => {
    const stats = counted(...values);
    const report = stats.reports.get('R')!;
    expect([...rateOf(valuesOf(stats, report, 'bytesSent')!, timesOf(stats, report))]).toEqual(expected);
  });

  it('use the timestamp of the report', () => {
    const stats = new StatsColumns();
    stats.add({ R: { bytesSent: 0, timestamp: 500 }, t: 1000 }, 0);
    stats.add({ R: { bytesSent: 100, timestamp: 1000 }, t: 3000 }, 0);
    // No news from the remote peer: the rate stays the same.
    stats.add({ t: 4000 }, 0);
    const report = stats.reports.get('R')!;
    expect([...rateOf(valuesOf(stats, report, 'bytesSent')!, timesOf(stats, report))]).toEqual([NONE, 200, 200]);
  });

  it('can be ratios of two counters', () => {
    expect([...ratioOf(floats(0, 1, 1, 3), floats(0, 10, 20, 24), 100)]).toEqual([NONE, 10, 0, 50]);
  });
});

describe('gaps', () => {
  it('are pauses much longer than usual, but not the timer throttling of hidden tabs', () => {
    expect(gapsOf(floats(0, 1000, 2000, 3000, 12_000, 13_000))).toEqual([4]);
    expect(gapsOf(floats(0, 100, 200, 300, 2000, 2100))).toEqual([]);
  });

  it('get a point without a value, which interrupts the line', () => {
    const { x, ys } = withGaps(floats(0, 1000, 9000), [2], [floats(1, 2, 3)]);
    expect([...x]).toEqual([0, 1, 5, 9]);
    expect([...ys[0]!]).toEqual([1, 2, NONE, 3]);
  });

  it('keep time ascending when a clock is set back', () => {
    expect([...withGaps(floats(1000, 3000, 2000), [], []).x]).toEqual([1, 3, 3]);
  });
});
