import { StatsDelta, StatsProperties } from '@rtcstats-server/dump';
import { Floats } from './growable.ts';

/** The values of one property of one report: one entry per change. */
export interface Column {
  /** The row of each entry, which is the index of a getStats event of the connection. */
  readonly rows: Floats;
  /** Numbers. true is 1, false is 0; for texts, an index into `texts`. */
  readonly values: Floats;
  /** The distinct texts; undefined if the property is numeric. */
  readonly texts: string[] | undefined;
}

/** A report of a connection over its whole lifetime. */
export interface ReportColumns {
  readonly id: string;
  type: string;
  readonly columns: Map<string, Column>;
  /** The rows at which it appeared and disappeared, alternating. */
  readonly presence: number[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The statistics of one peer connection by column, which takes no more memory than the client's deltas. Full statistics
 * at every moment, as `StatsDecompressor` of the dump package returns them, would be many times larger and slower for a
 * dump of 100 MB.
 *
 *   times            row 0      row 1      row 2      row 3
 *   bytesSent        100        300        (same)     450
 *   -> rows [0, 1, 3], values [100, 300, 450]
 */
export class StatsColumns {
  /** Time of each row in milliseconds since the epoch; usually ascending. */
  readonly times = new Floats();
  readonly reports = new Map<string, ReportColumns>();

  readonly #delta: StatsDelta;

  /** @param delta reads all properties; may be shared by all connections of a recording */
  constructor(delta: StatsDelta = new StatsDelta(StatsProperties.all())) {
    this.#delta = delta;
  }

  /**
   * Adds the value of a getStats event.
   *
   * @param time time of the event, used if the statistics have no timestamp
   */
  add(value: unknown, time: number): void {
    const delta = this.#delta;
    if (!delta.read(value)) return;
    const row = this.times.length;
    this.times.push(delta.full ? newestTimestamp(delta, time) : (delta.timestamp ?? time));
    if (delta.full) this.#endOthers(new Set(delta.ids.slice(0, delta.reports)), row);
    let from = 0;
    for (let at = 0; at < delta.reports; at++) {
      const to = delta.ends[at]!;
      if (delta.removed[at]) this.#end(delta.ids[at]!, row);
      else this.#merge(at, from, to, row);
      from = to;
    }
  }

  #endOthers(present: ReadonlySet<string>, row: number): void {
    for (const [id, report] of this.reports) if (!present.has(id) && isPresent(report)) report.presence.push(row);
  }

  #end(id: string, row: number): void {
    const report = this.reports.get(id);
    if (report !== undefined && isPresent(report)) report.presence.push(row);
  }

  #merge(at: number, from: number, to: number, row: number): void {
    const { ids, types, slots, numbers, others, properties } = this.#delta;
    const id = ids[at]!;
    let report = this.reports.get(id);
    if (report === undefined) {
      report = { id, type: '', columns: new Map(), presence: [] };
      this.reports.set(id, report);
    }
    if (!isPresent(report)) report.presence.push(row);
    report.type = types[at] ?? report.type;
    for (let value = from; value < to; value++) {
      const number = numbers[value]!;
      put(report.columns, properties.names[slots[value]!]!, Number.isNaN(number) ? others[value] : number, row);
    }
  }
}

function put(columns: Map<string, Column>, name: string, value: unknown, row: number): void {
  switch (typeof value) {
    case 'number':
      append(columns, name, value, row);
      break;
    case 'boolean':
      append(columns, name, value ? 1 : 0, row);
      break;
    case 'string':
      append(columns, name, value, row);
      break;
    case 'object':
      if (isObject(value)) for (const key in value) put(columns, `${name}.${key}`, value[key], row);
      else if (value !== null) append(columns, name, JSON.stringify(value), row);
  }
}

function append(columns: Map<string, Column>, name: string, value: number | string, row: number): void {
  const isText = typeof value === 'string';
  let column = columns.get(name);
  if (column === undefined) {
    column = { rows: new Floats(), values: new Floats(), texts: isText ? [] : undefined };
    columns.set(name, column);
  }
  const number = isText ? textIndex(column, value) : value;
  const last = column.rows.length - 1;
  if (last >= 0 && column.values.at(last) === number) return;
  column.rows.push(row);
  column.values.push(number);
}

/** Browsers never mix texts and numbers in one property; if a dump does, the text is not plotted. */
function textIndex({ texts }: Column, text: string): number {
  if (texts === undefined) return Number.NaN;
  const known = texts.lastIndexOf(text);
  return known >= 0 ? known : texts.push(text) - 1;
}

function isPresent({ presence }: ReportColumns): boolean {
  return presence.length % 2 === 1;
}

function newestTimestamp({ timestamps, reports }: StatsDelta, otherwise: number): number {
  let newest = 0;
  for (let at = 0; at < reports; at++) if (timestamps[at]! > newest) newest = timestamps[at]!;
  return newest > 0 ? newest : otherwise;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
