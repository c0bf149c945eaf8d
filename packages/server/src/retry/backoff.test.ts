import { afterEach, expect, it, vi } from 'vitest';
import { backoff } from './backoff.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('doubles with every try, up to the maximum', () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  expect([0, 1, 2, 3, 4, 2000].map((tries) => backoff(tries, 1000, 10_000))).toEqual([
    1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
});

it('takes 50 to 100 % of that at random', () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  expect(backoff(1, 1000, 10_000)).toBe(1000);
  random.mockReturnValue(0.5);
  expect(backoff(1, 1000, 10_000)).toBe(1500);
});
