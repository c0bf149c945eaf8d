import type { Session } from '@rtcstats-server/api';
import { type Drift, DriftTally } from '@rtcstats-server/privacy';

/** What the latest sessions say together. */
export interface RecentSummary {
  readonly sessions: number;
  readonly clean: number;
  readonly quarantined: number;
  readonly redactions: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly drift: Drift;
  /** Oldest first. */
  readonly slots: readonly Slot[];
}

/** What was verified in a stretch of time. */
export interface Slot {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly clean: number;
  readonly quarantined: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MAX_DRIFT = 200;
/** Lengths a slot may have; the first that gives no more than `MAX_SLOTS` is taken. */
const SLOT_LENGTHS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR] as const;
const MAX_SLOTS = 48;

export function summarize(sessions: readonly Session[]): RecentSummary {
  const redactions: Record<string, number> = {};
  const dropped: Record<string, number> = {};
  const drift = new DriftTally(MAX_DRIFT);
  for (const { receipt } of sessions) {
    addUp(redactions, receipt.redactions);
    addUp(dropped, receipt.dropped);
    drift.addAll(receipt.drift);
  }
  const count = (state: Session['state']): number => sessions.filter((session) => session.state === state).length;
  return {
    sessions: sessions.length,
    clean: count('stored'),
    quarantined: count('quarantined'),
    redactions,
    dropped,
    drift: drift.result(),
    slots: slotsOf(sessions),
  };
}

function addUp(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}

function slotsOf(sessions: readonly Session[]): Slot[] {
  const verified = sessions.filter(({ state }) => state === 'stored' || state === 'quarantined');
  const times = verified.map(({ startedAt }) => Date.parse(startedAt));
  if (times.length === 0) return [];
  const first = Math.min(...times);
  const last = Math.max(...times);
  const span = (length: number): number => Math.floor(last / length) - Math.floor(first / length) + 1;
  const length = SLOT_LENGTHS.find((candidate) => span(candidate) <= MAX_SLOTS) ?? SLOT_LENGTHS.at(-1)!;
  const start = Math.floor(first / length);
  const slots = Array.from({ length: span(length) }, (_, at) => ({
    from: (start + at) * length,
    clean: 0,
    quarantined: 0,
  }));
  for (const [at, { state }] of verified.entries()) {
    const slot = slots[Math.floor(times[at]! / length) - start]!;
    if (state === 'stored') slot.clean += 1;
    else slot.quarantined += 1;
  }
  return slots;
}
