import { jsonOf, type Series, seriesOf } from './internals-places.ts';
import { isObject, type JsonObject } from './json-object.ts';

/** The statistics of one moment, as the value of a `getStats` event: changes since the previous one. */
export interface StatsRow {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly value: JsonObject;
}

/**
 * Reports that were collected together have times within this many milliseconds; webrtc-internals collects every
 * second.
 */
const SAME_ROW_MS = 250;
/** The times of these reports are from RTCP, so they are not when they were collected. */
const FROM_RTCP: ReadonlySet<string> = new Set(['remote-inbound-rtp', 'remote-outbound-rtp']);

/** The values of a property that differ from the one before; most properties hardly ever change. */
interface Column {
  readonly name: string;
  readonly values: readonly unknown[];
  /** The sample of each value. */
  readonly samples: readonly number[];
  /** The next value to take. */
  next: number;
}

interface Report {
  readonly id: string;
  readonly type: string;
  /** The time of each sample. */
  readonly times: readonly number[];
  readonly columns: readonly Column[];
  /** The row of each sample. */
  rows: readonly number[];
}

/**
 * The statistics of a connection of a webrtc-internals dump, in order of time. The dump has them by property; a value
 * has no time of its own, so it is put where the `timestamp` of its report says, or evenly between begin and end of its
 * series.
 */
export function* statsRows(connection: JsonObject): Generator<StatsRow, void> {
  const reports = reportsOf(connection);
  const times = rowTimes(reports);
  for (const report of reports) report.rows = rowsOf(report, times);
  for (const [row, time] of times.entries()) {
    const changes = reports.flatMap((report) => changeOf(report, row, time));
    if (changes.length > 0) yield { time, value: { ...Object.fromEntries(changes), t: time } };
  }
}

function reportsOf(connection: JsonObject): Report[] {
  const byReport = new Map<string, Series[]>();
  for (const series of seriesOf(connection)) {
    const known = byReport.get(series.report);
    if (known) known.push(series);
    else byReport.set(series.report, [series]);
  }
  // `t` is the time of all reports.
  byReport.delete('t');
  return Array.from(byReport, ([id, all]) => reportOf(id, all));
}

function reportOf(id: string, all: readonly Series[]): Report {
  const parsed = all.map((series) => ({ series, values: valuesOf(series) }));
  const longest = parsed.reduce((most, one) => (one.values.length > most.values.length ? one : most));
  const stamps = parsed.find(({ series }) => series.property === 'timestamp')?.values;
  const times =
    stamps && stamps.length === longest.values.length && stamps.every(isNumber)
      ? (stamps as number[])
      : evenly(longest.series, longest.values.length);
  const columns = parsed
    .filter(({ series, values }) => series.property !== 'timestamp' && values.length > 0)
    .map(({ series, values }) => columnOf(series, values, times));
  return { id, type: all[0]!.type, times, columns, rows: [] };
}

function columnOf(series: Series, values: readonly unknown[], times: readonly number[]): Column {
  const sampleOf = samplesOf(series, values.length, times);
  const column = { name: series.property, values: [] as unknown[], samples: [] as number[], next: 0 };
  let last: unknown;
  for (const [index, value] of values.entries()) {
    if (value === null || isSame(value, last)) continue;
    last = value;
    column.values.push(value);
    column.samples.push(sampleOf(index));
  }
  return column;
}

/** A property that appeared later or was missing for a while has fewer values than its report has samples. */
function samplesOf({ startTime, endTime }: Series, count: number, times: readonly number[]): (index: number) => number {
  if (count === times.length) return (index) => index;
  // `startTime` has whole milliseconds, `timestamp` has fractions.
  const found = times.findIndex((time) => time >= startTime - 1);
  const first = Math.max(0, found);
  const last = Math.max(
    first,
    times.findLastIndex((time) => time <= endTime + 1),
  );
  const step = count > 1 ? (last - first) / (count - 1) : 0;
  return (index) => Math.round(first + index * step);
}

function valuesOf({ values }: Series): readonly unknown[] {
  const list = jsonOf(values);
  return Array.isArray(list) ? list : [];
}

function evenly({ startTime, endTime }: Series, count: number): number[] {
  const step = count > 1 ? (endTime - startTime) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => startTime + index * step);
}

/** One time per moment at which reports were collected. */
function rowTimes(reports: readonly Report[]): number[] {
  const local = reports.filter(({ type }) => !FROM_RTCP.has(type));
  const all = (local.length > 0 ? local : reports).flatMap(({ times }) => times).sort((a, b) => a - b);
  const rows: number[] = [];
  for (const time of all) if (!(time - rows.at(-1)! < SAME_ROW_MS)) rows.push(time);
  return rows;
}

function rowsOf({ type, times }: Report, rowTimes: readonly number[]): number[] {
  const last = rowTimes.length - 1;
  if (FROM_RTCP.has(type)) {
    // It was collected at the first moment after its time, and at each one since.
    const found = rowTimes.findIndex((time) => time >= times[0]!);
    const first = found < 0 ? last : found;
    return times.map((_, index) => Math.min(first + index, last));
  }
  let row = 0;
  return times.map((time) => {
    while (row < last && Math.abs(rowTimes[row + 1]! - time) <= Math.abs(rowTimes[row]! - time)) row++;
    return row;
  });
}

/** What changed in a report at a row: nothing, the changed properties, or null after its last sample. */
function changeOf(
  { id, type, times, columns, rows }: Report,
  row: number,
  time: number,
): [string, JsonObject | null][] {
  if (rows.length === 0 || row < rows[0]! || row > rows.at(-1)! + 1) return [];
  if (row > rows.at(-1)!) return [[id, null]];
  const changes: [string, unknown][] = row === rows[0] ? [['type', type]] : [];
  for (const column of columns) {
    const before = column.next;
    while (column.next < column.values.length && rows[column.samples[column.next]!]! <= row) column.next++;
    if (column.next > before) changes.push([column.name, column.values[column.next - 1]]);
  }
  if (FROM_RTCP.has(type)) {
    const own = times[row - rows[0]!]!;
    if (Math.abs(own - time) > 1) changes.push(['timestamp', own]);
  }
  return changes.length === 0 ? [] : [[id, Object.fromEntries(changes)]];
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const areParts = (isObject(a) && isObject(b)) || (Array.isArray(a) && Array.isArray(b));
  return areParts && JSON.stringify(a) === JSON.stringify(b);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
