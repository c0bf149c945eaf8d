import { LISTED_IDS, mergedValue, type StatsDelta } from '@rtcstats-server/dump';
import { NUMBERS } from './properties.ts';
import { Report } from './report.ts';
import { ReportList } from './report-list.ts';
import { ReportPool } from './report-pool.ts';

/** Maximum reports of a connection at a time. Real connections have hundreds, so more are a leak or an attack. */
const MAX_REPORTS = 5000;
const NONE: readonly Report[] = [];

/** Is told which reports a connection has. `event` is the number of the getStats event, counted from 1. */
export interface ReportWatcher {
  added(id: string, event: number, time: number): void;
  removed(id: string, event: number): void;
}

/**
 * The current statistics of one connection, which the changes of each getStats event update in place: copies would take
 * most of the time of an analysis. Memory does not grow with the length of a call.
 *
 * A reader may keep a report. It changes as long as its id is in the statistics; once it is removed, its last values
 * stay. Lists of reports are valid until the next `apply`.
 *
 * Reports are in the order of the keys of a JavaScript object: those whose ids are whole numbers come first, ascending.
 * Extractors that hold reports in an object see them this way, and features such as "the first transport" depend on it.
 */
export class ReportStore {
  readonly #reports = new Map<string, Report>();
  /** Those with ids that are small numbers, by id: looking up all reports of an event takes longer in a map. */
  readonly #listed: (Report | undefined)[] = [];
  readonly #byType = new Map<string, ReportList>();
  readonly #pool: ReportPool;
  readonly #watcher: ReportWatcher | undefined;
  #hoisted: number | undefined;
  #hoistedAt = 0;
  #added = 0;
  /** Number of getStats events applied. */
  events = 0;
  /** The browser's time of the newest statistics, in milliseconds since the epoch. */
  timestamp: number | undefined;
  /** Whether reports were dropped because there were too many. */
  overflowed = false;

  /** @param pool limits the reports of several connections together */
  constructor(pool: ReportPool = new ReportPool(), watcher?: ReportWatcher) {
    this.#pool = pool;
    this.#watcher = watcher;
  }

  get size(): number {
    return this.#reports.size;
  }

  /** Applies the changes of a getStats event at `time`. */
  apply(delta: StatsDelta, time: number): void {
    const { full, ids, removed, timestamps, timestamp } = delta;
    this.events += 1;
    if (full) this.#removeOthers(new Set(ids.slice(0, delta.reports)));
    if (timestamp !== undefined) {
      this.#hoisted = timestamp;
      this.#hoistedAt = this.events;
    }
    let newest = timestamp;
    let from = 0;
    for (let at = 0; at < delta.reports; at++) {
      const to = delta.ends[at]!;
      if (removed[at]) this.#remove(ids[at]!);
      else if (this.#merge(delta, at, from, to, time) && full && (newest === undefined || timestamps[at]! > newest)) {
        if (!Number.isNaN(timestamps[at]!)) newest = timestamps[at];
      }
      from = to;
    }
    if (newest !== undefined) this.timestamp = newest;
  }

  /** The reports of a type in order, see above. */
  ofType(type: string): readonly Report[] {
    return this.#byType.get(type)?.reports ?? NONE;
  }

  has(id: string): boolean {
    return this.#reports.has(id);
  }

  /** The report with this id, if there is one now. */
  get(id: string | undefined): Report | undefined {
    return id === undefined ? undefined : this.#reports.get(id);
  }

  /** The time at which a report was collected: its own timestamp, or the one that was moved out of all reports. */
  timestampOf(report: Report): number | undefined {
    return report.timestamp !== undefined && report.timestampAt >= this.#hoistedAt ? report.timestamp : this.#hoisted;
  }

  /** Gives the reports back to the pool. Do not apply anything after that. */
  close(): void {
    this.#pool.give(this.#reports.size);
    this.#reports.clear();
    this.#listed.length = 0;
    this.#byType.clear();
  }

  #removeOthers(present: ReadonlySet<string>): void {
    for (const id of this.#reports.keys()) if (!present.has(id)) this.#remove(id);
  }

  #remove(id: string): void {
    const report = this.#reports.get(id);
    if (report === undefined) return;
    this.#reports.delete(id);
    if (report.order < LISTED_IDS) this.#listed[report.order] = undefined;
    this.#pool.give(1);
    this.#leaveType(report);
    this.#watcher?.removed(id, this.events);
  }

  #add(id: string, time: number): Report | undefined {
    if (this.#reports.size >= MAX_REPORTS || !this.#pool.take()) {
      this.overflowed = true;
      return undefined;
    }
    this.#added += 1;
    const report = new Report(id, orderOf(id, this.#added));
    this.#reports.set(id, report);
    if (report.order < LISTED_IDS) {
      // A list with holes far behind its end would become slow.
      while (this.#listed.length <= report.order) this.#listed.push(undefined);
      this.#listed[report.order] = report;
    }
    this.#joinType(report);
    this.#watcher?.added(id, this.events, time);
    return report;
  }

  /** Returns false if there are too many reports. */
  #merge(delta: StatsDelta, at: number, from: number, to: number, time: number): boolean {
    const id = delta.ids[at]!;
    const number = delta.numericIds[at]!;
    const known = number < 0 ? this.#reports.get(id) : this.#listed[number];
    const report = known ?? this.#add(id, time);
    if (report === undefined) return false;
    if (delta.full && known !== undefined) report.clear();
    const own = delta.timestamps[at]!;
    const hasTimestamp = !Number.isNaN(own);
    // A delta is present only if something changed; of full statistics the timestamp tells.
    if (!delta.full || (hasTimestamp && report.timestamp !== own)) report.changedAt = this.events;
    if (hasTimestamp) {
      report.timestamp = own;
      report.timestampAt = this.events;
    }
    const type = delta.types[at];
    if (type !== undefined && type !== report.type) {
      this.#leaveType(report);
      report.type = type;
      this.#joinType(report);
    }
    const { numbers, others } = report;
    const { slots, numbers: changes } = delta;
    for (let value = from; value < to; value++) {
      const slot = slots[value]!;
      const number = changes[value]!;
      if (slot < NUMBERS) numbers[slot] = number;
      else {
        const index = slot - NUMBERS;
        others[index] = Number.isNaN(number) ? mergedValue(others[index], delta.others[value]) : number;
      }
    }
    return true;
  }

  #joinType(report: Report): void {
    const list = this.#byType.get(report.type);
    if (list !== undefined) list.add(report);
    else this.#byType.set(report.type, new ReportList(report));
  }

  #leaveType(report: Report): void {
    const list = this.#byType.get(report.type);
    list?.remove(report);
    // Types come from the file, so empty lists must not stay.
    if (list?.reports.length === 0) this.#byType.delete(report.type);
  }
}

/** The largest array index plus 1: larger numbers are not sorted as numbers by JavaScript. */
const MAX_INDEX = 2 ** 32 - 1;

function orderOf(id: string, added: number): number {
  const number = Number(id);
  return Number.isInteger(number) && number >= 0 && number < MAX_INDEX && String(number) === id
    ? number
    : MAX_INDEX + added;
}
