import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { throttled } from './throttle.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('writes the first of many entries at once, and one more after each interval', () => {
  const written: number[] = [];
  const write = throttled((entry: number) => void written.push(entry), 1000);
  write(1);
  write(2);
  vi.advanceTimersByTime(999);
  write(3);
  vi.advanceTimersByTime(1);
  write(4);
  write(5);
  expect(written).toEqual([1, 4]);
});

it('counts each log entry separately', () => {
  const written: string[] = [];
  const [first, second] = ['first', 'second'].map((name) => throttled(() => void written.push(name)));
  first!();
  second!();
  first!();
  expect(written).toEqual(['first', 'second']);
});
