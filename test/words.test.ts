import { describe, expect, it } from 'vitest';
import * as console from '../packages/console/src/ui/format.ts';
import { formatBytes, formatDuration, formatTime } from '../packages/server/src/terminal/formats.ts';

/** The command line and the console show the same times, durations and sizes. */
describe('the command line and the console agree on', () => {
  const now = Date.now();

  it.each([now, now - 40 * 86_400_000, now - 500 * 86_400_000, Date.UTC(2020, 1, 29, 23, 59, 59)])(
    'the time %i',
    (time) => {
      const iso = new Date(time).toISOString();
      const shown = `${console.formatDay(iso, now)} ${console.formatTime(iso)}`;
      expect(formatTime(iso, { utc: false, now })).toBe(shown);
    },
  );

  it.each([0, 1, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 1e9])('the duration %i', (milliseconds) => {
    expect(formatDuration(milliseconds)).toBe(console.formatDuration(milliseconds));
  });

  it.each([0, 1, 999, 999.6, 1000, 99_949, 99_951, 999_499, 999_500, 1e6, 1e12, 1e16])('the size %i', (bytes) => {
    expect(formatBytes(bytes)).toBe(console.formatBytes(bytes));
  });
});
