import type { Session } from '@rtcstats-server/api';
import { type Drift, DriftTally } from '@rtcstats-server/privacy';

/** The receipts of the latest sessions, summed up. */
export interface RecentSummary {
  readonly sessions: number;
  readonly verified: number;
  readonly quarantined: number;
  readonly redactions: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly drift: Drift;
  /** Oldest first. */
  readonly buckets: readonly Bucket[];
}

/** Verified sessions that started in one interval. All buckets have the same length. */
export interface Bucket {
  /** Start of the interval, milliseconds since the epoch. */
  readonly from: number;
  readonly verified: number;
  readonly quarantined: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MAX_DRIFT = 200;
/** Possible bucket lengths in milliseconds; the shortest with which `MAX_BUCKETS` cover all sessions is used. */
const BUCKET_LENGTHS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR] as const;
const MAX_BUCKETS = 48;

/** Summarizes sessions in any order, whatever their state. */
export function summarize(sessions: readonly Session[]): RecentSummary {
  const redactions: Record<string, number> = {};
  const dropped: Record<string, number> = {};
  const drift = new DriftTally(MAX_DRIFT);
  for (const { receipt } of sessions) {
    addCounts(redactions, receipt.redactions);
    addCounts(dropped, receipt.dropped);
    drift.addAll(receipt.drift);
  }
  const count = (state: Session['state']): number => sessions.filter((session) => session.state === state).length;
  return {
    sessions: sessions.length,
    verified: count('stored'),
    quarantined: count('quarantined'),
    redactions,
    dropped,
    drift: drift.result(),
    buckets: bucketsOf(sessions),
  };
}

function addCounts(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}

function bucketsOf(sessions: readonly Session[]): Bucket[] {
  const finished = sessions.filter(({ state }) => state === 'stored' || state === 'quarantined');
  const times = finished.map(({ startedAt }) => Date.parse(startedAt));
  if (times.length === 0) return [];
  const first = Math.min(...times);
  const last = Math.max(...times);
  const span = (length: number): number => Math.floor(last / length) - Math.floor(first / length) + 1;
  const length = BUCKET_LENGTHS.find((candidate) => span(candidate) <= MAX_BUCKETS) ?? BUCKET_LENGTHS.at(-1)!;
  const start = Math.floor(first / length);
  const buckets = Array.from({ length: span(length) }, (_, at) => ({
    from: (start + at) * length,
    verified: 0,
    quarantined: 0,
  }));
  for (const [at, { state }] of finished.entries()) {
    const bucket = buckets[Math.floor(times[at]! / length) - start]!;
    if (state === 'stored') bucket.verified += 1;
    else bucket.quarantined += 1;
  }
  return buckets;
}
