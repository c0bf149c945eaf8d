import type { Catalog } from '../../catalog/catalog.ts';
import type { Hold } from '../../catalog/holds.ts';
import { DUE_KINDS, type Due, type DueKind } from '../../catalog/retention.ts';
import type { Periods } from './expiry.ts';

export interface DueOfKind extends Due {
  readonly kind: DueKind;
  /** The setting below `retention` that says how long it is kept. */
  readonly setting: keyof Periods;
  /** When the oldest one that stays for now goes, ISO 8601; null: nothing goes. */
  readonly nextGoes: string | null;
}

/** What a pass would do now. */
export interface RetentionPlan {
  readonly kinds: readonly DueOfKind[];
  /** Until when nothing is removed at all; ISO 8601. */
  readonly graceUntil: string | null;
  readonly holds: readonly Hold[];
  readonly heldSessions: number;
  /** Sessions whose removal was begun and is not ended. */
  readonly pendingRemovals: number;
}

const SETTINGS: Readonly<Record<DueKind, keyof Periods>> = {
  dumps: 'dumps',
  quarantine: 'dumps',
  sessions: 'sessions',
  insights: 'insights',
  exports: 'insights',
  deliveries: 'deliveries',
  ledger: 'deliveries',
  audit: 'audit',
};

const MAX_PENDING = 1000;
const NOTHING: Due = { count: 0, bytes: null, oldest: null, newest: null, next: null };

/** Counts what is over its time and not held. Changes nothing. */
export async function retentionPlan(
  { retention, holds, removals }: Pick<Catalog, 'retention' | 'holds' | 'removals'>,
  periods: Periods,
  now: number = Date.now(),
): Promise<RetentionPlan> {
  const kinds: DueOfKind[] = [];
  for (const kind of DUE_KINDS) {
    const setting = SETTINGS[kind];
    const period = periods[setting];
    const due = period === null ? NOTHING : await retention.due(kind, new Date(now - period).toISOString());
    const nextGoes =
      period === null || due.next === null ? null : new Date(Date.parse(due.next) + period).toISOString();
    kinds.push({ kind, setting, ...due, nextGoes });
  }
  const from = await retention.removesFrom();
  return {
    kinds,
    graceUntil: from !== undefined && Date.parse(from) > now ? from : null,
    holds: await holds.list(),
    heldSessions: await retention.heldSessions(),
    pendingRemovals: (await removals.list({ limit: MAX_PENDING })).length,
  };
}
