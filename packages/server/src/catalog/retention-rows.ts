import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { notHeld } from './held.ts';
import type { CatalogTables } from './schema.ts';

/** A condition on a table with a column `session_id`: its session is not held. One that is removed cannot be. */
function sessionNotHeld(table: 'deliveries' | 'egress') {
  return sql<boolean>`not exists (select 1 from sessions where sessions.id = ${sql.ref(`${table}.session_id`)}
    and not (${notHeld()}))`;
}

/**
 * Deliveries that did not change since a time and have nothing left to do. Nothing of them is at the target: they were
 * withdrawn or never arrived; or their session is gone.
 */
export function finishedDeliveries(
  db: Kysely<CatalogTables>,
  before: string,
): SelectQueryBuilder<CatalogTables, 'deliveries', object> {
  return (
    db
      .selectFrom('deliveries')
      // A list of states, so that the index of states and times is used.
      .where('state', 'in', ['withdrawn', 'refused', 'failed', 'delivered'])
      .where('created_at', '<', before)
      .where('updated_at', '<', before)
      .where('next_attempt_at', 'is', null)
      .where('claim', 'is', null)
      .where(
        sql<boolean>`(state = 'withdrawn' or (remote_id is null and assembling_at is null)
          or not exists (select 1 from sessions where sessions.id = deliveries.session_id))`,
      )
      .where(sessionNotHeld('deliveries'))
  );
}

/** Entries of the ledger before an id, which sorts by time. */
export function oldEgress(
  db: Kysely<CatalogTables>,
  beforeId: string,
): SelectQueryBuilder<CatalogTables, 'egress', object> {
  return db.selectFrom('egress').where('id', '<', beforeId).where(sessionNotHeld('egress')).orderBy('id');
}

/** The lowest UUID version 7 (RFC 9562, 5.7) of a time. */
export function egressIdAt(time: string): string {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
