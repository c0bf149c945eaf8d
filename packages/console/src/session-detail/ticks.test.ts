import { expect, it } from 'vitest';
import { ticksOf } from './ticks.ts';

it.each([
  [0, 10_000, 5, ['0:00', '0:02', '0:04', '0:06', '0:08', '0:10']],
  [130, 900, 4, ['0:00.2', '0:00.4', '0:00.6', '0:00.8']],
  [3_590_000, 3_720_000, 5, ['1:00:00', '1:00:30', '1:01:00', '1:01:30', '1:02:00']],
  [-1_500, 1_500, 3, ['−0:01', '0:00', '0:01']],
])('puts ticks from %i to %i ms at round times', (from, to, most, labels) => {
  const start = 1_795_000_000_123;
  const ticks = ticksOf({ from: start + from, to: start + to }, start, most);
  expect(ticks.map(({ label }) => label)).toEqual(labels);
});
