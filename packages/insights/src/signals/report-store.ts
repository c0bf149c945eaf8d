import { isFullStats, statsPropertyName, statsTypeName } from '@rtcstats-server/dump';

type JsonObject = Readonly<Record<string, unknown>>;

/** Maximum reports per connection. Real connections have hundreds, so more are a leak or an attack. */
const MAX_REPORTS = 5000;
const MAX_NAMES = 2000;

/** One report with its current values. */
export class Report {
  readonly id: string;
  type = '';
  /** The number of the getStats event that last changed it, counted from 1. */
  changedAt = 0;
  readonly values = new Map<string, unknown>();

  constructor(id: string) {
    this.id = id;
  }

  number(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.values.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }
}

/**
 * Applies the deltas of getStats events to the statistics of one connection, in place: only the current values are
 * held, so memory does not grow with the length of a call. Properties that are not in `keep` are dropped.
 *
 * The client omits values that did not change, sends null for a report that was removed, and moves the newest timestamp
 * out of the reports to the key `t`.
 */
export class ReportStore {
  readonly reports = new Map<string, Report>();
  /** Number of getStats events applied. */
  count = 0;
  /** The browser's time of the newest statistics, in milliseconds since the epoch. */
  timestamp: number | undefined;
  /** Whether reports were dropped because there were too many. */
  overflowed = false;
  readonly #keep: ReadonlySet<string> | undefined;
  /** Names of keys that occurred; null for those that are dropped. */
  readonly #names: Map<string, string | null>;

  /** @param names shared by stores with the same `keep`, so that each key is looked up once */
  constructor(keep?: ReadonlySet<string>, names = new Map<string, string | null>()) {
    this.#keep = keep;
    this.#names = names;
  }

  /** Applies a value of a getStats event; returns false if it has no statistics, such as the error of a failed call. */
  apply(value: unknown): boolean {
    if (!isObject(value)) return false;
    this.count += 1;
    const full = isFullStats(value);
    if (full) for (const id of this.reports.keys()) if (!Object.hasOwn(value, id)) this.reports.delete(id);
    let newest = typeof value['t'] === 'number' ? value['t'] : undefined;
    for (const id in value) {
      const delta = value[id];
      if (delta === null) this.reports.delete(id);
      else if (isObject(delta)) {
        const own = this.#merge(id, delta, full);
        if (full && own !== undefined && (newest === undefined || own > newest)) newest = own;
      }
    }
    if (newest !== undefined) this.timestamp = newest;
    return true;
  }

  /** Merges a report; returns its timestamp. */
  #merge(id: string, delta: JsonObject, full: boolean): number | undefined {
    let report = this.reports.get(id);
    if (report === undefined) {
      if (this.reports.size >= MAX_REPORTS) {
        this.overflowed = true;
        return undefined;
      }
      report = new Report(id);
      this.reports.set(id, report);
    }
    const { values } = report;
    let timestamp: number | undefined;
    // A delta is present only if something changed; of full statistics the timestamp tells.
    if (!full) report.changedAt = this.count;
    for (const key in delta) {
      let name = this.#names.get(key);
      if (name === undefined) name = this.#nameOf(key);
      if (name === null) continue;
      const value = delta[key];
      if (name === 'type') {
        if (typeof value === 'string' || typeof value === 'number') report.type = statsTypeName(value);
        continue;
      }
      if (name === 'timestamp' && typeof value === 'number') {
        timestamp = value;
        if (full && values.get(name) !== value) report.changedAt = this.count;
      }
      values.set(name, value);
    }
    return timestamp;
  }

  #nameOf(key: string): string | null {
    const name = key === 't' ? 'timestamp' : statsPropertyName(key);
    const kept = this.#keep === undefined || name === 'type' || name === 'timestamp' || this.#keep.has(name);
    // Keys come from the file, so only a limited number is remembered.
    if (this.#names.size < MAX_NAMES) this.#names.set(key, kept ? name : null);
    return kept ? name : null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
