import { type Kysely, sql } from 'kysely';
import { notHeld } from './held.ts';
import type { Due, DueKind } from './retention.ts';
import { egressIdAt, finishedDeliveries, oldEgress } from './retention-rows.ts';
import type { CatalogTables } from './schema.ts';

/** Aggregates as databases return them; PostgreSQL returns counts and sums as text. */
interface Totals {
  readonly count: number | string;
  readonly bytes?: number | string | null;
  readonly oldest: string | null;
  readonly newest: string | null;
}

/** Counts what is over its time and not held, and finds the oldest one that stays. */
export async function due(db: Kysely<CatalogTables>, kind: DueKind, before: string): Promise<Due> {
  switch (kind) {
    case 'dumps':
      return await dueSessions(db, ['stored'], before);
    case 'quarantine':
      return await dueSessions(db, ['quarantined'], before);
    case 'sessions':
      // Those that still have a dump will have none when their time is over, which is later than that of the dump.
      return { ...(await dueSessions(db, ['stored', 'quarantined', 'erased'], before)), bytes: null };
    case 'insights':
      return await dueAnalyses(db, before);
    case 'exports': {
      const day = before.slice(0, 10);
      const parts = db.selectFrom('exported_parts');
      const totals = parts.select(totalsOf('day')).where('day', '<', day).executeTakeFirst();
      const next = parts.select(({ fn }) => fn.min('day').as('next')).where('day', '>=', day);
      return dueOf(await totals, (await next.executeTakeFirst())?.next);
    }
    case 'deliveries':
      return dueOf(await finishedDeliveries(db, before).select(totalsOf('updated_at')).executeTakeFirst(), null);
    case 'audit': {
      const entries = db.selectFrom('audit_entries');
      const totals = await entries.select(totalsOf('time')).where('time', '<', before).executeTakeFirst();
      const next = entries.select(({ fn }) => fn.min('time').as('next')).where('time', '>=', before);
      return dueOf(totals, (await next.executeTakeFirst())?.next);
    }
    case 'ledger': {
      const id = egressIdAt(before);
      const totals = await oldEgress(db, id).clearOrderBy().select(totalsOf('started_at')).executeTakeFirst();
      const next = db.selectFrom('egress').select(({ fn }) => fn.min('started_at').as('next'));
      return dueOf(totals, (await next.where('id', '>=', id).executeTakeFirst())?.next);
    }
  }
}

async function dueSessions(db: Kysely<CatalogTables>, states: readonly string[], before: string): Promise<Due> {
  const all = db.selectFrom('sessions').where('state', 'in', states).where(notHeld());
  const totals = await all
    .select(totalsOf('started_at'))
    .select(({ fn }) => fn.sum('stored_bytes').as('bytes'))
    .where('started_at', '<', before)
    .executeTakeFirst();
  const next = all.select(({ fn }) => fn.min('started_at').as('next')).where('started_at', '>=', before);
  return dueOf(totals as Totals, (await next.executeTakeFirst())?.next, Number(totals?.bytes ?? 0));
}

async function dueAnalyses(db: Kysely<CatalogTables>, before: string): Promise<Due> {
  const all = db.selectFrom('analyses').innerJoin('sessions', 'sessions.id', 'analyses.session_id').where(notHeld());
  const totals = await all
    .select(totalsOf('analyses.started_at'))
    .where('analyses.started_at', '<', before)
    .executeTakeFirst();
  const next = all
    .select(sql<string | null>`min(analyses.started_at)`.as('next'))
    .where('analyses.started_at', '>=', before);
  return dueOf(totals, (await next.executeTakeFirst())?.next);
}

function totalsOf(column: string) {
  return [
    sql<number | string>`count(*)`.as('count'),
    sql<string | null>`min(${sql.ref(column)})`.as('oldest'),
    sql<string | null>`max(${sql.ref(column)})`.as('newest'),
  ] as const;
}

function dueOf(totals: Totals | undefined, next: string | null | undefined, bytes: number | null = null): Due {
  const { count = 0, oldest = null, newest = null } = totals ?? {};
  return { count: Number(count), bytes, oldest, newest, next: next ?? null };
}
