import type { CallVerdict } from '@rtcstats-server/api/states';
import type { RollupDimension } from './contribution.ts';
import type { Histogram } from './histogram.ts';

/**
 * Counts of analyzed calls per hour, per day and per month, by one dimension at a time: what an overview of millions of
 * calls is read from. One analyzed session is one call. Months are read for whole months of a long range, because the
 * days of a year are thirty times as many rows.
 *
 * **Exactly once.** The transaction that writes, replaces or removes an analysis queues the change of the counts.
 * `fold` moves queued changes into the counts, in one transaction, so a process that is killed at any moment loses
 * nothing and counts nothing twice. Any number of gateways may call it at the same time. A new analysis of a session
 * replaces the contribution of the earlier one. A deleted session stays counted.
 *
 * **Bounds.** An hour and a day have at most `MAX_VALUES` values per dimension, a month `MAX_VALUES_PER_MONTH`; calls
 * with further ones count as `other`. Counts per hour are kept for `HOURS_KEPT_DAYS` days, the others until they are
 * removed (`Retention`).
 *
 * **Durability and errors.** As in `Catalog`.
 */
export interface Rollups {
  /**
   * Adds queued changes to the counts, in the order in which they were queued.
   *
   * @param limit the most changes; those that are left are for the next call
   * @param now ISO 8601; older hours than `HOURS_KEPT_DAYS` are not counted any more
   * @returns the number of changes that were added; 0 if there are none, or another process is adding them
   */
  fold(limit: number, now: string): Promise<number>;
  /** Deletes the counts per hour that are older than `HOURS_KEPT_DAYS`. */
  prune(now: string): Promise<void>;
  /** The counts of all calls, one row per period that has calls, in the order of time. */
  byPeriod(range: RollupRange): Promise<readonly PeriodCounts[]>;
  /** The counts per value of a dimension, the most calls first. A call has any number of observations. */
  byValue(range: RollupRange, dimension: RollupDimension): Promise<readonly ValueCounts[]>;
  /** The distributions of the calls with these values; values without calls are left out. */
  distributions(
    range: RollupRange,
    dimension: RollupDimension,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, Distributions>>;
}

/** The most values per hour or day and dimension: origins and versions of browsers are the client's to choose. */
export const MAX_VALUES = 200;
/** The most values per month and dimension. More than of a day, because values come and go in a month. */
export const MAX_VALUES_PER_MONTH = 1000;
/** How long counts per hour are kept. */
export const HOURS_KEPT_DAYS = 31;

/** Whole periods, in UTC. */
export interface RollupRange {
  readonly granularity: 'hour' | 'day';
  /** The first period: `2026-03-01T10` for hours, `2026-03-01` for days. */
  readonly from: string;
  /** The first period after the range. */
  readonly to: string;
}

/** Numbers of calls. */
export interface CallCounts {
  readonly calls: number;
  readonly verdicts: Readonly<Record<CallVerdict, number>>;
}

export interface PeriodCounts extends CallCounts {
  readonly period: string;
}

export interface ValueCounts extends CallCounts {
  readonly value: string;
}

export interface Distributions {
  /** A bin is an experience score. */
  readonly experience: Histogram;
  /** A bin is one of `setupBin`. */
  readonly setup: Histogram;
}

/** The first hour of which counts are kept. */
export function firstHourKept(now: string): string {
  return new Date(Date.parse(now) - HOURS_KEPT_DAYS * 86_400_000).toISOString().slice(0, 13);
}
