import { isFullStats, statsPropertyName, statsTypeName } from '@rtcstats-server/dump';
import { KEPT_PROPERTIES } from './kept-properties.ts';
import { Report } from './report.ts';
import { SampleCounts } from './sample-counts.ts';
import { isObject, type JsonObject } from './values.ts';

/** Maximum reports of a connection at a time. Real connections have hundreds, so more are a leak or an attack. */
const MAX_REPORTS = 5000;
const NONE: readonly Report[] = [];

/**
 * The current statistics of one connection, from the deltas of its getStats events. The rules are those of
 * `StatsDecompressor` of the dump package, which makes a copy of all statistics for each event; this class changes them
 * in place, because copies take most of the time of an analysis. It keeps only `KEPT_PROPERTIES`.
 */
export class ReportState {
  // An object, because reports have to be in the order of its keys: whole numbers first, in ascending order. An
  // extractor that holds reports in an object sees them this way, and features such as "the first transport" depend on
  // it.
  readonly #reports: Record<string, Report> = Object.create(null);
  #size = 0;
  /** The reports by type; undefined after one was added or removed. */
  #byType: Map<string, Report[]> | undefined;
  #events = 0;
  #hoisted: number | undefined;
  #hoistedAt = 0;
  readonly counts = new SampleCounts();

  /**
   * Applies the value of a getStats event at `time`. Returns false if it has no statistics, such as the error of a
   * failed call.
   */
  apply(value: unknown, time: number): boolean {
    if (!isObject(value)) return false;
    this.#events += 1;
    const full = isFullStats(value);
    if (full) for (const id in this.#reports) if (!Object.hasOwn(value, id)) this.#remove(id);
    if (typeof value['t'] === 'number') {
      this.#hoisted = value['t'];
      this.#hoistedAt = this.#events;
    }
    for (const id in value) {
      const delta = value[id];
      if (delta === null) this.#remove(id);
      else if (isObject(delta)) this.#merge(id, delta, full, time);
    }
    return true;
  }

  /** The reports of a type in order, see above. Do not change the list. */
  ofType(type: string): readonly Report[] {
    if (this.#byType === undefined) {
      this.#byType = new Map();
      for (const id in this.#reports) {
        const report = this.#reports[id]!;
        const list = this.#byType.get(report.type);
        if (list === undefined) this.#byType.set(report.type, [report]);
        else list.push(report);
      }
    }
    return this.#byType.get(type) ?? NONE;
  }

  /** The report with this id, if there is one now. */
  get(id: string | undefined): Report | undefined {
    return id === undefined ? undefined : this.#reports[id];
  }

  /** The time at which a report was collected: its own timestamp, or the one that was moved out of all reports. */
  timestampOf(report: Report): number | undefined {
    return report.timestamp !== undefined && report.timestampAt >= this.#hoistedAt ? report.timestamp : this.#hoisted;
  }

  /** Whether a report has the number of samples at which webrtc-internals drops the older ones, and came late. */
  hasTruncated(start: number): boolean {
    return this.counts.hasTruncated(start, this.#events);
  }

  #remove(id: string): void {
    if (this.#reports[id] === undefined) return;
    delete this.#reports[id];
    this.#size -= 1;
    this.#byType = undefined;
    this.counts.removed(id, this.#events);
  }

  #merge(id: string, delta: JsonObject, full: boolean, time: number): void {
    let report = this.#reports[id];
    if (report === undefined) {
      if (this.#size >= MAX_REPORTS) return;
      report = new Report(id);
      this.#reports[id] = report;
      this.#size += 1;
      this.#byType = undefined;
      this.counts.added(id, this.#events, time);
    } else if (full) {
      report.values.clear();
    }
    for (const key in delta) this.#set(report, statsPropertyName(key), delta[key]);
  }

  #set(report: Report, name: string, value: unknown): void {
    if (KEPT_PROPERTIES.has(name)) {
      const before = isObject(value) ? report.values.get(name) : undefined;
      report.values.set(name, isObject(before) ? { ...before, ...(value as JsonObject) } : value);
    } else if (name === 'timestamp') {
      if (typeof value !== 'number') return;
      report.timestamp = value;
      report.timestampAt = this.#events;
    } else if (name === 'type' && (typeof value === 'string' || typeof value === 'number')) {
      const type = statsTypeName(value);
      if (type !== report.type) this.#byType = undefined;
      report.type = type;
    }
  }
}
