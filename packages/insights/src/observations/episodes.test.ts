import { describe, expect, it } from 'vitest';
import { Episodes } from './episodes.ts';
import { Quantiles, SlidingWindow } from './windows.ts';

const threshold = { on: 10, off: 5, unit: 'ms', window: 0, minimum: 2000 };

function episodes(values: readonly (number | undefined)[]): [number, number, number][] {
  const found = new Episodes(threshold);
  for (const [second, value] of values.entries()) found.add(second * 1000, (second + 1) * 1000, value);
  return found.finish().map(({ from, to, peak }) => [from, to, peak]);
}

describe('Episodes', () => {
  it('begin at the upper and end below the lower threshold', () => {
    expect(episodes([1, 9, 10, 20, 6, 5, 4, 9, 9])).toEqual([[2000, 6000, 20]]);
  });

  it('do not count when they are short', () => {
    expect(episodes([1, 20, 1, 1, 1, 1, 1, 1])).toEqual([]);
  });

  it('go on over values that cannot be measured', () => {
    expect(episodes([20, undefined, undefined, 20, 1])).toEqual([[0, 4000, 20]]);
  });

  it('are joined when they are close together', () => {
    expect(episodes([20, 20, 1, 1, 30, 30, 1])).toEqual([[0, 6000, 30]]);
    expect(episodes([20, 20, 1, 1, 1, 1, 1, 1, 1, 30, 30, 1])).toHaveLength(2);
  });

  it('are limited in number', () => {
    const found = new Episodes({ ...threshold, minimum: 0 });
    for (let step = 0; step < 1000; step++) found.add(step * 20_000, step * 20_000 + 1000, step % 2 === 0 ? 20 : 0);
    const all = found.finish();
    expect(all.length).toBeLessThanOrEqual(100);
    expect(all.at(-1)!.to).toBe(998 * 20_000 + 1000);
  });
});

describe('SlidingWindow', () => {
  it('forgets what is older than its length', () => {
    const window = new SlidingWindow(3000);
    for (let second = 0; second < 10; second++) window.add(second * 1000, (second + 1) * 1000, second, 1);
    expect([window.part, window.whole, window.ratio()]).toEqual([7 + 8 + 9, 3, 8]);
    expect(window.covered).toBe(3000);
  });

  it('has no ratio without a whole', () => {
    expect(new SlidingWindow(1000).ratio()).toBeUndefined();
  });
});

describe('Quantiles', () => {
  it('are right to 5 %', () => {
    const quantiles = new Quantiles();
    for (let value = 1; value <= 1000; value++) quantiles.add(value);
    for (const share of [0.1, 0.5, 0.9]) {
      const value = quantiles.at(share)!;
      expect(Math.abs(value / (share * 1000) - 1)).toBeLessThan(0.05);
    }
  });

  it('are unknown until there are enough values', () => {
    const quantiles = new Quantiles();
    expect(quantiles.at(0.5)).toBeUndefined();
    quantiles.add(1);
    expect(quantiles.at(0.5, 2)).toBeUndefined();
  });
});
