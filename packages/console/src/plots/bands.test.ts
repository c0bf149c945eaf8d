import { expect, it } from 'vitest';
import { formatTime } from '../ui/format.ts';
import { type Band, bandsAt, describeBands } from './bands.ts';

const band = (from: number, to: number, label = 'packet-loss'): Band => ({ from, to, label, tone: 'bad' });

it('names the bands at a time, both ends included', () => {
  const bands = [band(1000, 2000), band(1500, 1500, 'high-rtt'), band(1500, 3000)];
  expect(bandsAt(bands, 999)).toEqual([]);
  expect(bandsAt(bands, 1000)).toEqual(['packet-loss']);
  expect(bandsAt(bands, 1500)).toEqual(['packet-loss', 'high-rtt']);
});

it('describes bands for screen readers', () => {
  expect(describeBands([])).toBe('');
  const start = formatTime(0);
  expect(describeBands([band(0, 0)])).toBe(`; marked: packet-loss ${start}`);
  const text = `packet-loss ${start} for 12 s`;
  expect(describeBands(Array.from({ length: 5 }, () => band(0, 12_000)))).toBe(
    `; marked: ${[text, text, text].join(', ')} and 2 more`,
  );
});
