import { firstHourKept, type RollupRange } from '../catalog/rollups.ts';
import { GatewayError } from '../errors/gateway-error.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer ranges are counted per day. */
const MAX_HOURS_RANGE_MS = 3 * DAY_MS;
const DEFAULT_RANGE_MS = 7 * DAY_MS;
const MAX_RANGE_MS = 400 * DAY_MS;

/** A range of whole periods, in milliseconds since the epoch. */
export interface TimeRange {
  readonly granularity: 'hour' | 'day';
  readonly from: number;
  readonly to: number;
}

/**
 * The whole hours or days that contain a range.
 *
 * @throws GatewayError BAD_REQUEST if it is empty or too long
 */
export function timeRange(query: { readonly from?: string; readonly to?: string }, now: Date): TimeRange {
  const to = query.to === undefined ? now.getTime() : Date.parse(query.to);
  const from = query.from === undefined ? to - DEFAULT_RANGE_MS : Date.parse(query.from);
  if (from >= to) throw new GatewayError('BAD_REQUEST', 'from: a time before `to` is needed');
  if (to - from > MAX_RANGE_MS) {
    throw new GatewayError('BAD_REQUEST', `from: at most ${MAX_RANGE_MS / DAY_MS} days before \`to\``);
  }
  const hoursFrom = Date.parse(`${firstHourKept(now.toISOString())}:00:00.000Z`);
  // The range before must have its hours as well.
  const hasHours = to - from <= MAX_HOURS_RANGE_MS && from - (to - from) - HOUR_MS >= hoursFrom;
  const granularity = hasHours ? 'hour' : 'day';
  const unit = periodMs(granularity);
  return { granularity, from: Math.floor(from / unit) * unit, to: Math.ceil(to / unit) * unit };
}

/**
 * The begin, in ISO 8601, of the seven days that end with the day of `to`. In whole weeks, each range has every day of
 * the week once.
 */
export function weekUntil(to: string | undefined, now: Date): string {
  const end = to === undefined ? now.getTime() : Date.parse(to);
  return new Date(Math.ceil(end / DAY_MS) * DAY_MS - 7 * DAY_MS).toISOString();
}

/** The range of the same length before. */
export function previousRange({ granularity, from, to }: TimeRange): TimeRange {
  return { granularity, from: from - (to - from), to: from };
}

/** The range in ISO 8601. */
export function isoRange({ from, to }: TimeRange): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** The begin of every period of a range. */
export function periodsOf({ granularity, from, to }: TimeRange): readonly number[] {
  const unit = periodMs(granularity);
  return Array.from({ length: (to - from) / unit }, (_, index) => from + index * unit);
}

export function rollupRange({ granularity, from, to }: TimeRange): RollupRange {
  return { granularity, from: periodName(granularity, from), to: periodName(granularity, to) };
}

/** The name of a period in the rollups: `2026-03-01T10` or `2026-03-01`. */
export function periodName(granularity: TimeRange['granularity'], at: number): string {
  return new Date(at).toISOString().slice(0, granularity === 'hour' ? 13 : 10);
}

function periodMs(granularity: TimeRange['granularity']): number {
  return granularity === 'hour' ? HOUR_MS : DAY_MS;
}
