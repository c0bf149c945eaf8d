import type { RollupRange } from './rollups.ts';

/** Lengths of periods as text. */
export const DAY_LENGTH = '2026-03-01'.length;
export const MONTH_LENGTH = '2026-03'.length;

/** The lengths of the periods that calls are counted by. */
export type StoredGranularity = 'hour' | 'day' | 'month';

/** Periods of one length. */
export interface StoredPeriods {
  readonly granularity: StoredGranularity;
  readonly from: string;
  /** The first period after them. */
  readonly to: string;
}

/** The periods that make up a range, as few as possible: days before the first whole month, months, days after them. */
export function storedPeriods(range: RollupRange): readonly StoredPeriods[] {
  if (range.granularity === 'hour') return [range];
  const month = range.from.slice(0, MONTH_LENGTH);
  const first = range.from === firstDayOf(month) ? month : monthAfter(month);
  const end = range.to.slice(0, MONTH_LENGTH);
  if (first >= end) return [range];
  const parts: readonly StoredPeriods[] = [
    { granularity: 'day', from: range.from, to: firstDayOf(first) },
    { granularity: 'month', from: first, to: end },
    { granularity: 'day', from: firstDayOf(end), to: range.to },
  ];
  return parts.filter(({ from, to }) => from < to);
}

function firstDayOf(month: string): string {
  return `${month}-01`;
}

function monthAfter(month: string): string {
  const date = new Date(`${firstDayOf(month)}T00:00:00.000Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString().slice(0, MONTH_LENGTH);
}
