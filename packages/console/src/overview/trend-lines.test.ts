import { expect, it } from 'vitest';
import { countTop, labeledPeriods, linePath, shareTop } from './trend-lines.ts';

it('ends the axis at a round number that shows everything', () => {
  expect(shareTop([0.03, null, 0.041])).toBe(0.05);
  expect(shareTop([1])).toBe(1);
  expect(shareTop([null, 0])).toBe(0.01);
  expect([0, 1, 3, 12, 60, 1000, 1001].map((count) => countTop([count]))).toEqual([1, 1, 5, 20, 100, 1000, 2000]);
});

it('draws a line through the middles of the columns', () => {
  expect(linePath([0, 0.5, 1, 0.5], 1)).toBe('M12.5 100L37.5 50L62.5 0L87.5 50');
});

it('leaves a gap where nothing was judged, and draws a dot between two gaps', () => {
  expect(linePath([0.5, 0.5, null, 0.5, null], 1)).toBe('M10 50L30 50M70 50l0.01 0');
  expect(linePath([null, null], 1)).toBe('');
});

it('labels the last period, and as many before it as fit', () => {
  expect(labeledPeriods(7, 8)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(labeledPeriods(30, 6)).toEqual([5, 11, 17, 23, 29]);
  expect(labeledPeriods(1, 6)).toEqual([0]);
});
