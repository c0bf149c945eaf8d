import { isFullStats, statsPropertyName, statsTypeName } from '@rtcstats-server/dump';
import { type Property, SLOT_COUNT, SLOTS, slotOf } from './properties.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Maximum reports per connection. Real connections have hundreds, so more are a leak or an attack. */
const MAX_REPORTS = 5000;

/** One report with its current values. */
export class Report {
  readonly id: string;
  type = '';
  /** The number of the getStats event that last changed it, counted from 1. */
  changedAt = 0;
  /** By the slots of properties. */
  readonly values: unknown[] = new Array(SLOT_COUNT).fill(undefined);

  constructor(id: string) {
    this.id = id;
  }

  number(name: Property): number | undefined {
    const value = this.values[SLOTS[name]];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  text(name: Property): string | undefined {
    const value = this.values[SLOTS[name]];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(name: Property): boolean | undefined {
    const value = this.values[SLOTS[name]];
    return typeof value === 'boolean' ? value : undefined;
  }
}

/** The slots of keys that occurred, of all stores, so that each key is decoded once. */
const slots = new Map<string, number>();
/** Keys come from the file, so only a limited number is remembered. */
const MAX_KEYS = 2000;

function slotOfKey(key: string): number {
  const slot = slotOf(key === 't' ? 'timestamp' : statsPropertyName(key));
  if (slots.size < MAX_KEYS) slots.set(key, slot);
  return slot;
}

/**
 * Applies the deltas of getStats events to the statistics of one connection, in place: only the current values are
 * held, so memory does not grow with the length of a call.
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
      const slot = slots.get(key) ?? slotOfKey(key);
      if (slot < 0) continue;
      const value = delta[key];
      if (slot === SLOTS.type) {
        if (typeof value === 'string' || typeof value === 'number') report.type = statsTypeName(value);
        continue;
      }
      if (slot === SLOTS.timestamp && typeof value === 'number') {
        timestamp = value;
        if (full && values[slot] !== value) report.changedAt = this.count;
      }
      values[slot] = value;
    }
    return timestamp;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
