import { isObject, type JsonObject } from './json-object.ts';
import { statsPropertyName, statsTypeName } from './names.ts';

/**
 * One report of `getStats`, with the names of https://www.w3.org/TR/webrtc-stats/. `type` is missing only if the dump
 * begins in the middle of a connection and does not contain the type of the report. Ids are the short ones that the
 * client assigned, in references between reports too.
 */
export interface StatsReport {
  readonly id: string;
  readonly type?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
  readonly [property: string]: unknown;
}

/** The reports of a peer connection by id, like an `RTCStatsReport`. */
export type StatsReports = ReadonlyMap<string, StatsReport>;

const NONE: StatsReports = new Map();

/**
 * Restores full statistics from the deltas in a dump. Pass it every `getStats` event in order.
 *
 * The client omits values that are equal to those of the previous statistics, including the properties of objects such
 * as `qualityLimitationDurations`; lists are sent whole. It sends null for a report that was removed. It moves the
 * newest timestamp out of the reports to the key `t` beside them, and omits timestamps that did not change, so the two
 * cases look the same: as in other readers, a report without a timestamp gets the value of `t`.
 */
export class StatsDecompressor {
  readonly #reports = new Map<string | null, StatsReports>();

  /**
   * The statistics of `scope` after this event. Results of earlier calls do not change. A value without statistics
   * (such as the error of a failed call) changes nothing.
   */
  decompress(scope: string | null, value: unknown): StatsReports {
    const base = this.#reports.get(scope) ?? NONE;
    if (!isObject(value)) return base;
    const next = isFullStats(value) ? snapshot(value) : applyDelta(base, value);
    this.#reports.set(scope, next);
    return next;
  }

  /** Discards the statistics of a peer connection, for instance when it was closed. */
  forget(scope: string | null): void {
    this.#reports.delete(scope);
  }
}

/**
 * Whether the value of a `getStats` event holds all reports in full, with no null for one that is gone, as in the dumps
 * that Chromium itself writes. The sign is the id inside each report, which the client always removes.
 */
export function isFullStats(value: Readonly<Record<string, unknown>>): boolean {
  let any = false;
  for (const id in value) {
    const report = value[id];
    if (!isObject(report) || report['id'] !== id) return false;
    any = true;
  }
  return any;
}

function snapshot(value: JsonObject): StatsReports {
  return new Map(Object.entries(value).map(([id, report]) => [id, { ...expand(report as JsonObject), id }]));
}

function applyDelta(base: StatsReports, value: JsonObject): StatsReports {
  const timestamp = typeof value['t'] === 'number' ? value['t'] : undefined;
  const hoisted = timestamp === undefined ? {} : { timestamp };
  const next = new Map<string, StatsReport>();
  for (const [id, report] of base) next.set(id, { ...report, ...hoisted });
  for (const [id, delta] of Object.entries(value)) {
    if (delta === null) next.delete(id);
    else if (isObject(delta)) next.set(id, { ...merge(next.get(id) ?? hoisted, expand(delta)), id });
  }
  return next;
}

function merge(base: JsonObject, delta: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base, ...delta };
  for (const [name, value] of Object.entries(delta)) {
    const before = Object.hasOwn(base, name) ? base[name] : undefined;
    if (isObject(value) && isObject(before)) merged[name] = { ...before, ...value };
  }
  return merged;
}

/** Names for numbers. `fromEntries` makes even `__proto__` a property like any other. */
function expand(report: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(report).map(([key, value]) => {
      const isTypeCode = key === 'type' && (typeof value === 'number' || typeof value === 'string');
      return [statsPropertyName(key), isTypeCode ? statsTypeName(value) : value];
    }),
  );
}
