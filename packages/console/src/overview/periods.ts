import type { Overview } from '@rtcstats-server/api';
import { formatTime } from '../ui/format.ts';

const HOUR_MS = 3_600_000;
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', timeZone: 'UTC' });
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: '2-digit', month: 'short', timeZone: 'UTC' });
const LOCAL_DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: '2-digit', month: 'short' });

type Granularity = Overview['granularity'];

/** Length of a period in milliseconds. */
export function periodLength(granularity: Granularity): number {
  return granularity === 'hour' ? HOUR_MS : 24 * HOUR_MS;
}

/** A period on an axis: `26 Nov`, or for an hour its local time, `14:00`. */
export function periodLabel(at: string, granularity: Granularity): string {
  return granularity === 'day' ? DAY.format(new Date(at)) : formatTime(at).slice(0, 5);
}

/** A period in full: `Thu 26 Nov`, `Thu 26 Nov, 14:00`. Days are those of UTC, hours are in local time. */
export function periodName(at: string, granularity: Granularity): string {
  const time = new Date(at);
  return granularity === 'day'
    ? WEEKDAY.format(time).replace(',', '')
    : `${LOCAL_DAY.format(time).replace(',', '')}, ${formatTime(at).slice(0, 5)}`;
}

/** `22 Nov to 28 Nov`; for hours `Thu 26 Nov, 14:00 to Fri 27 Nov, 14:00`. @param to not included */
export function rangeName(from: string, to: string, granularity: Granularity): string {
  if (granularity === 'hour') return `${periodName(from, granularity)} to ${periodName(to, granularity)}`;
  const last = new Date(Date.parse(to) - periodLength(granularity)).toISOString();
  const [first, end] = [periodLabel(from, granularity), periodLabel(last, granularity)];
  return first === end ? first : `${first} to ${end}`;
}
