import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';
import { distinctLabels, isFlatZero, timeLabel } from './plot-values.ts';

const chart = (...values: number[][]) => ({
  id: 'PC_0/outgoing',
  title: 'Sent',
  unit: 'bit/s' as const,
  x: Float64Array.of(1_795_000_000, 1_795_000_001.5),
  lines: values.map((line, at) => ({ label: `video "${at}", mid`, values: Float64Array.from(line), stream: at })),
});

it('leaves out a label that repeats the one before it', () => {
  expect(distinctLabels(['0', '0', '1', '1', '0'])).toEqual(['0', '', '1', '', '0']);
});

it('shows milliseconds only where ticks are less than a second apart', () => {
  expect(timeLabel(1.25, 5)).toMatch(/:01$/);
  expect(timeLabel(1.25, 0.25)).toMatch(/:01\.250$/);
});

it('recognizes a plot that is nothing but zero', () => {
  expect(isFlatZero(chart([0, Number.NaN], [0, 0]))).toBe(true);
  expect(isFlatZero(chart([0, 0], [0, 0.1]))).toBe(false);
});

it('writes a chart as CSV with quoted names and empty gaps (RFC 4180)', () => {
  expect(csvOf(chart([1, Number.NaN], [0.5, 2]))).toBe(
    [
      'time,"video ""0"", mid (bit/s)","video ""1"", mid (bit/s)"',
      '2026-11-18T11:06:40.000Z,1,0.5',
      '2026-11-18T11:06:41.500Z,,2',
      '',
    ].join('\r\n'),
  );
});
