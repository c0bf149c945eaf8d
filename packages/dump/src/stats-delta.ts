import { isObject, type JsonObject } from './json-object.ts';
import { statsTypeName } from './names.ts';
import { ID, type StatsProperties, TIMESTAMP, TYPE, UNREAD } from './stats-properties.ts';

/** Values of one event that stay allocated; the memory of larger ones is given back before the next. */
const MAX_KEPT_VALUES = 65_536;
const FIRST_CAPACITY = 256;
/** Clients number the reports of a connection from 0, so nearly all ids are smaller. */
export const LISTED_IDS = 1024;

/**
 * The changes of one getStats event, by column, because an object for each report takes most of the time of reading
 * statistics. It is the one place that knows how a client compresses statistics:
 *
 * - Values that did not change are missing, in objects such as `qualityLimitationDurations`, too.
 * - null instead of a report: it was removed.
 * - The newest timestamp is moved out of the reports to the key `t` beside them.
 * - Full statistics, as in dumps that Chromium itself writes, have the id inside each report; a report that is missing
 *   in them was removed.
 *
 * An instance is filled again for each event, so what it holds is valid until the next `read`. Report `i` has the
 * values from `ends[i - 1]` (0 for the first) to `ends[i]`. Reports are in the order of the keys of a JavaScript
 * object: whole numbers ascending, then others as written.
 */
export class StatsDelta {
  readonly properties: StatsProperties;
  /** Whether these are full statistics. */
  full = false;
  /** The timestamp beside the reports, in milliseconds since the epoch. */
  timestamp: number | undefined;
  /** Number of reports, the removed ones included. */
  reports = 0;
  /** Number of values of all reports. */
  values = 0;
  /** By report. */
  readonly ids: string[] = [];
  /** The ids that are whole numbers below `LISTED_IDS`, as numbers; -1 for others, or if the reader does not know. */
  readonly numericIds: number[] = [];
  readonly removed: boolean[] = [];
  /** Names of types; undefined if the type is not in the event. */
  readonly types: (string | undefined)[] = [];
  /** The timestamps inside the reports; NaN if there is none. */
  readonly timestamps: number[] = [];
  readonly ends: number[] = [];
  /** By value: the slot of its property. */
  slots = new Uint32Array(FIRST_CAPACITY);
  /** By value: the number, or NaN if it is something else. */
  numbers = new Float64Array(FIRST_CAPACITY);
  /** By value: what it is if it is not a finite number; do not read it otherwise. */
  readonly others: unknown[] = new Array(FIRST_CAPACITY).fill(undefined);

  constructor(properties: StatsProperties) {
    this.properties = properties;
  }

  /** Reads the value of a getStats event. Returns false if it has no statistics, such as the error of a failed call. */
  read(value: unknown): boolean {
    if (!isObject(value)) return false;
    this.clear();
    let full = true;
    for (const id in value) {
      const report = value[id];
      if (isObject(report)) full = this.#report(id, report) && full;
      else {
        full = false;
        if (report === null) this.removedReport(id);
        else if (id === 't' && typeof report === 'number') this.timestamp = report;
      }
    }
    this.full = full && this.reports > 0;
    return true;
  }

  /** Returns whether the report has its own id in it. */
  #report(id: string, report: JsonObject): boolean {
    const { properties } = this;
    let hasId = false;
    let type: string | undefined;
    this.beginReport();
    for (const key in report) {
      let slot = properties.slotOf(key);
      if (slot === UNREAD) continue;
      const value = report[key];
      if (slot < 0) {
        if (slot === ID) {
          hasId = value === id;
          continue;
        }
        if (slot === TYPE) {
          if (typeof value === 'string' || typeof value === 'number') type = statsTypeName(value);
          continue;
        }
        if (slot === TIMESTAMP && typeof value === 'number') this.timestamps[this.reports] = value;
        slot = properties.timestampSlot;
        if (slot === UNREAD) continue;
      }
      if (typeof value === 'number' && Number.isFinite(value)) this.pushNumber(slot, value);
      else this.pushOther(slot, value);
    }
    this.endReport(id, false, type);
    return hasId;
  }

  /** Begins an event. */
  clear(): void {
    if (this.values > MAX_KEPT_VALUES || this.reports > MAX_KEPT_VALUES) this.#shrink();
    this.full = false;
    this.timestamp = undefined;
    this.reports = 0;
    this.values = 0;
  }

  #shrink(): void {
    const { ids, numericIds, removed, types, timestamps, ends } = this;
    for (const list of [ids, numericIds, removed, types, timestamps, ends]) list.length = 0;
    this.others.length = FIRST_CAPACITY;
    this.slots = new Uint32Array(FIRST_CAPACITY);
    this.numbers = new Float64Array(FIRST_CAPACITY);
  }

  /** Begins a report. The reader sets its timestamp in `timestamps`, if it has one. */
  beginReport(): void {
    this.timestamps[this.reports] = Number.NaN;
  }

  /** Adds a value to the report that is being read. */
  pushNumber(slot: number, value: number): void {
    if (this.values === this.slots.length) this.#grow();
    this.slots[this.values] = slot;
    this.numbers[this.values] = value;
    this.values += 1;
  }

  /** The same for the first value of a list: a number that is passed on is allocated. */
  pushFirst(slot: number, list: Float64Array): void {
    if (this.values === this.slots.length) this.#grow();
    this.slots[this.values] = slot;
    this.numbers[this.values] = list[0]!;
    this.values += 1;
  }

  /** The same for a value that is not a number. */
  pushOther(slot: number, value: unknown): void {
    this.others[this.values] = value;
    this.pushNumber(slot, Number.NaN);
  }

  /** Ends the report that is being read. */
  endReport(id: string, removed: boolean, type: string | undefined, numericId = -1): void {
    const { reports } = this;
    this.ids[reports] = id;
    this.numericIds[reports] = numericId;
    this.removed[reports] = removed;
    this.types[reports] = type;
    this.ends[reports] = this.values;
    this.reports += 1;
  }

  /** Adds a report that was removed. */
  removedReport(id: string): void {
    this.beginReport();
    this.endReport(id, true, undefined);
  }

  #grow(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const numbers = new Float64Array(this.numbers.length * 2);
    slots.set(this.slots);
    numbers.set(this.numbers);
    // A list with holes far behind its end would become slow.
    while (this.others.length < slots.length) this.others.push(undefined);
    this.slots = slots;
    this.numbers = numbers;
  }
}

/**
 * A value after a change: objects are merged, everything else is replaced. `base` is changed in place, so pass an
 * object that was returned by this function.
 */
export function mergedValue(base: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const merged = isObject(base) ? (base as Record<string, unknown>) : {};
  for (const key in change) {
    // Assigning to it would set the prototype.
    if (key !== '__proto__') merged[key] = change[key];
  }
  return merged;
}
