import type { Column, ReportColumns, StatsColumns } from './stats-columns.ts';

/** One value per row of a connection's statistics; NaN where there is none. */
export type Values = Float64Array;

/**
 * The values of a numeric property: at each row the last value sent, while the report exists. Undefined if the property
 * is missing or has texts.
 */
export function valuesOf(stats: StatsColumns, report: ReportColumns, name: string): Values | undefined {
  const column = report.columns.get(name);
  if (column === undefined || column.texts !== undefined) return undefined;
  return spread(stats, report, column);
}

/** The same for a property with texts, as indexes into `texts`. */
export function textsOf(
  stats: StatsColumns,
  report: ReportColumns,
  name: string,
): { readonly positions: Values; readonly texts: readonly string[] } | undefined {
  const column = report.columns.get(name);
  if (column?.texts === undefined) return undefined;
  return { positions: spread(stats, report, column), texts: column.texts };
}

/** The last value of a property; undefined if there is none. */
export function lastOf(report: ReportColumns | undefined, name: string): number | string | undefined {
  const column = report?.columns.get(name);
  if (column === undefined || column.values.length === 0) return undefined;
  const value = column.values.at(column.values.length - 1);
  return column.texts === undefined ? value : column.texts[value];
}

function spread(stats: StatsColumns, report: ReportColumns, column: Column): Values {
  const length = stats.times.length;
  const values = new Float64Array(length).fill(Number.NaN);
  const { rows } = column;
  let next = 0;
  let value = Number.NaN;
  for (let turn = 0; turn < report.presence.length; turn += 2) {
    const from = report.presence[turn]!;
    const to = report.presence[turn + 1] ?? length;
    // After a report was removed and came back, its old values no longer apply.
    if (turn > 0) value = Number.NaN;
    for (let row = from; row < to; row++) {
      if (next < rows.length && rows.at(next) <= row) value = column.values.at(next++);
      values[row] = value;
    }
  }
  return values;
}

/**
 * The times of a report's values: its own timestamps if it has any (reports about the remote peer do), otherwise those
 * of the rows.
 */
export function timesOf(stats: StatsColumns, report: ReportColumns): Values {
  const own = valuesOf(stats, report, 'timestamp');
  const rows = stats.times.view();
  if (own === undefined) return rows;
  return own.map((time, row) => (Number.isNaN(time) ? rows[row]! : time));
}

/**
 * The change of a counter per second, like `[bytesSent/s]` in webrtc-internals. There is no rate at the first value and
 * where the counter was reset. While a report is repeated (same timestamp), the rate is repeated too.
 */
export function rateOf(counter: Values, times: Values): Values {
  return ratioOf(counter, times, 1000);
}

/**
 * The change of one counter divided by the change of another, times `factor`: such as the mean delay per packet, or the
 * share of lost packets.
 */
export function ratioOf(counter: Values, per: Values, factor: number): Values {
  const rate = new Float64Array(counter.length).fill(Number.NaN);
  let last = -1;
  for (let row = 0; row < counter.length; row++) {
    if (Number.isNaN(counter[row]!) || Number.isNaN(per[row]!)) {
      last = -1;
      continue;
    }
    if (last >= 0) {
      const change = counter[row]! - counter[last]!;
      const step = per[row]! - per[last]!;
      if (step === 0 && change === 0) {
        rate[row] = rate[row - 1]!;
        continue;
      }
      if (change >= 0 && step > 0) rate[row] = (change / step) * factor;
    }
    last = row;
  }
  return rate;
}

export function scale(values: Values, factor: number): Values {
  return values.map((value) => value * factor);
}

/** A pause longer than this many usual intervals is a gap, for which nothing is known. */
const GAP_INTERVALS = 3;
/** Minimum length of a gap: timers of hidden tabs run only once per second. */
const MIN_GAP_MS = 2500;

/** The rows that come after a gap. */
export function gapsOf(times: Values): number[] {
  if (times.length < 3) return [];
  const steps = new Float64Array(times.length - 1);
  for (let row = 1; row < times.length; row++) steps[row - 1] = times[row]! - times[row - 1]!;
  const usual = Float64Array.from(steps).sort()[steps.length >> 1]!;
  const limit = Math.max(usual * GAP_INTERVALS, MIN_GAP_MS);
  const gaps: number[] = [];
  for (let row = 1; row < times.length; row++) if (steps[row - 1]! > limit) gaps.push(row);
  return gaps;
}

/**
 * Inserts a point without a value into each gap, so that lines are interrupted. The resulting times are in seconds and
 * ascending.
 */
export function withGaps(times: Values, gaps: readonly number[], all: readonly Values[]): { x: Values; ys: Values[] } {
  const length = times.length + gaps.length;
  const x = new Float64Array(length);
  const ys = all.map(() => new Float64Array(length));
  let to = 0;
  let gap = 0;
  for (let from = 0; from < times.length; from++) {
    if (gaps[gap] === from) {
      x[to] = (times[from - 1]! + times[from]!) / 2000;
      for (const y of ys) y[to] = Number.NaN;
      to += 1;
      gap += 1;
    }
    // Keep times ascending even if the clock was set back.
    x[to] = Math.max(times[from]! / 1000, to > 0 ? x[to - 1]! : 0);
    for (let index = 0; index < ys.length; index++) ys[index]![to] = all[index]![from]!;
    to += 1;
  }
  return { x, ys };
}

export function hasValue(values: Values | undefined): values is Values {
  return values?.some((value) => !Number.isNaN(value)) ?? false;
}
