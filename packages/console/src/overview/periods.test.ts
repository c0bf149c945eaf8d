import { expect, it } from 'vitest';
import { periodLabel, periodName, rangeName } from './periods.ts';

it('names days in UTC, whatever the zone of the browser', () => {
  expect(periodLabel('2026-11-26T00:00:00.000Z', 'day')).toBe('26 Nov');
  expect(periodName('2026-11-26T00:00:00.000Z', 'day')).toBe('Thu 26 Nov');
  expect(rangeName('2026-11-22T00:00:00.000Z', '2026-11-29T00:00:00.000Z', 'day')).toBe('22 Nov to 28 Nov');
  expect(rangeName('2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day')).toBe('22 Nov');
});

it('names hours in local time', () => {
  const at = new Date(2026, 10, 26, 14).toISOString();
  const to = new Date(2026, 10, 27, 14).toISOString();
  expect(periodLabel(at, 'hour')).toBe('14:00');
  expect(periodName(at, 'hour')).toBe('Thu 26 Nov, 14:00');
  expect(rangeName(at, to, 'hour')).toBe('Thu 26 Nov, 14:00 to Fri 27 Nov, 14:00');
});
