import type { InternalsDump } from './internals.ts';
import { entriesOf, listOf, seriesOf } from './internals-places.ts';

const QUARTER_MS = 15 * 60_000;
/** The largest offset from UTC is 14 hours (Line Islands). */
const MAX_OFFSET_MS = 14 * 60 * 60_000;

/** First and last time in a dump, in milliseconds since the epoch. */
export interface InternalsPeriod {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the times of a webrtc-internals dump. Newer versions of Chromium write milliseconds since the epoch. Older ones
 * write dates in the format of the browser's language and in its time zone, which is not in the dump. Statistics have
 * times in UTC, and begin within minutes of the first call of a connection, so the difference of both, rounded to a
 * quarter of an hour, is the offset of the time zone.
 */
export class InternalsTimes {
  readonly #offset: number;

  constructor(dump: InternalsDump) {
    this.#offset = offsetOf(dump);
  }

  /** Milliseconds since the epoch; undefined if the entry has no time that can be read. */
  of(entry: Readonly<Record<string, unknown>>): number | undefined {
    const { timestamp, time } = entry;
    if (typeof timestamp === 'number' && Number.isFinite(timestamp)) return timestamp;
    const local = typeof time === 'string' ? localTime(time) : undefined;
    return local === undefined ? undefined : local - this.#offset;
  }
}

/** The time that a dump is about: from the first to the last call, event or statistics; undefined if it has none. */
export function internalsPeriod(dump: InternalsDump): InternalsPeriod | undefined {
  const times = new InternalsTimes(dump);
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  const see = (time: number | undefined): void => {
    if (time === undefined || Number.isNaN(time)) return;
    start = Math.min(start, time);
    end = Math.max(end, time);
  };
  for (const entry of listOf(dump.getUserMedia)) see(times.of(entry));
  for (const [, connection] of entriesOf(dump.PeerConnections)) {
    for (const update of listOf(connection['updateLog'])) see(times.of(update));
    for (const { startTime, endTime } of seriesOf(connection)) {
      see(startTime);
      see(endTime);
    }
  }
  return start > end ? undefined : { start, end };
}

function offsetOf({ PeerConnections }: InternalsDump): number {
  for (const [, connection] of entriesOf(PeerConnections)) {
    const [first] = listOf(connection['updateLog']);
    const local = typeof first?.['time'] === 'string' ? localTime(first['time']) : undefined;
    if (local === undefined) continue;
    let stats = Number.POSITIVE_INFINITY;
    for (const { startTime } of seriesOf(connection)) stats = Math.min(stats, startTime);
    const offset = Math.round((local - stats) / QUARTER_MS) * QUARTER_MS;
    if (Math.abs(offset) <= MAX_OFFSET_MS) return offset;
  }
  return 0;
}

const DATE =
  /^[^\d]{0,16}(\d{1,4})([^\d]{1,4})(\d{1,4})[^\d]{1,4}(\d{1,4})[^\d]{1,16}(\d{1,2})[:.](\d{2})[:.](\d{2})([^\d]{0,16})$/u;

/** A date as `toLocaleString` writes it, read as if it were UTC; undefined if its form is not known. */
function localTime(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, first, separator, second, third, hours, minutes, seconds, rest] = match;
  const [year, month, day] = dateOf([Number(first), Number(second), Number(third)], separator!, rest!);
  const isAfternoon = /p\.?\s?m/i.test(rest!);
  const hour = /[ap]\.?\s?m/i.test(rest!) ? (Number(hours) % 12) + (isAfternoon ? 12 : 0) : Number(hours);
  return Date.UTC(year, month - 1, day, hour, Number(minutes), Number(seconds));
}

/**
 * Year, month and day. Only American English puts the month first; it is the language that writes AM and PM in
 * capitals.
 */
function dateOf(
  [first, second, third]: readonly [number, number, number],
  separator: string,
  rest: string,
): readonly [year: number, month: number, day: number] {
  if (first > 31) return [first, second, third];
  const isMonthFirst = first <= 12 && (second > 12 || (separator === '/' && /[AP]M/.test(rest)));
  return isMonthFirst ? [third, first, second] : [third, second, first];
}
