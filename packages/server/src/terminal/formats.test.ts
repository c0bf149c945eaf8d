import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatTime, timeZone } from './formats.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

describe('times', () => {
  it('have no year in the current one', () => {
    expect(formatTime('2026-02-01T14:05:09.700Z', { utc: true, now })).toBe('01 Feb 14:05:09');
    expect(formatTime('2025-12-31T23:59:59Z', { utc: true, now })).toBe('31 Dec 2025 23:59:59');
  });

  it('name their zone', () => {
    expect(timeZone({ utc: true })).toBe('UTC');
    expect(timeZone({ utc: false })).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_500_000, '1.5 MB'],
  [5e15, '5000 TB'],
])('formatBytes of %i is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [-5, '0 ms'],
  [12_999, '12 s'],
  [245_000, '4 min 05 s'],
  [7_620_000, '2 h 07 min'],
])('formatDuration of %i is %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
