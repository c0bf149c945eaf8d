import type { Column, ReportColumns, StatsColumns } from './stats-columns.ts';

/** Values at the rows of a connection's statistics; NaN where there is none. */
export type Values = Float64Array;

/** What a property was at each row: the last value that was sent, while its report was there. */
export function valuesOf(stats: StatsColumns, report: ReportColumns, name: string): Values | undefined {
  const column = report.columns.get(name);
  if (column === undefined || column.texts !== undefined) return undefined;
  return spread(stats, report, column);
}

/** The same for a property that holds texts: positions in `texts`. */
export function textsOf(
  stats: StatsColumns,
  report: ReportColumns,
  name: string,
): { readonly positions: Values; readonly texts: readonly string[] } | undefined {
  const column = report.columns.get(name);
  if (column?.texts === undefined) return undefined;
  return { positions: spread(stats, report, column), texts: column.texts };
}

/** The last value of a property, or undefined. */
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
    // What was sent before it was gone is not what it is when it comes back.
    if (turn > 0) value = Number.NaN;
    for (let row = from; row < to; row++) {
      if (next < rows.length && rows.at(next) <= row) value = column.values.at(next++);
      values[row] = value;
    }
  }
  return values;
}

/** When a report's values are from: its own time where it says one (those of the other side do), else that of its row. */
export function timesOf(stats: StatsColumns, report: ReportColumns): Values {
  const own = valuesOf(stats, report, 'timestamp');
  const rows = stats.times.view();
  if (own === undefined) return rows;
  return own.map((time, row) => (Number.isNaN(time) ? rows[row]! : time));
}

/**
 * The change of a counter per second, as webrtc-internals shows `[bytesSent/s]`. There is none at its first value, and none
 * where the counter began anew. While a report repeats what it said before (same time), so does the rate.
 */
export function rateOf(counter: Values, times: Values): Values {
  return ratioOf(counter, times, 1000);
}

/** The change of one counter per change of another, `factor` times: the mean delay of a packet, the share that was lost. */
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

/** A pause this many times the usual one is a gap: nobody knows what was in between. */
const GAP_INTERVALS = 3;
/** Seconds hidden tabs leave between their timers are none yet. */
const MIN_GAP_MS = 2500;

/** Rows that stand behind a gap. */
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

/** Puts a point without a value into each gap, so that no line is drawn across; times are seconds then, ascending. */
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
    // A clock that was set back must not turn the line around.
    x[to] = Math.max(times[from]! / 1000, to > 0 ? x[to - 1]! : 0);
    for (let index = 0; index < ys.length; index++) ys[index]![to] = all[index]![from]!;
    to += 1;
  }
  return { x, ys };
}

export function hasValue(values: Values | undefined): values is Values {
  return values?.some((value) => !Number.isNaN(value)) ?? false;
}
