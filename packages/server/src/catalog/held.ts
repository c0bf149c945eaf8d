import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CatalogTables } from './schema.ts';

/** A condition on `sessions`: no hold has a name of the session. Each part is answered by the key of `hold_names`. */
export function notHeld(): RawBuilder<boolean> {
  return sql<boolean>`not exists (select 1 from hold_names where kind = 'user' and name = sessions.user_name)
    and not exists (select 1 from hold_names where kind = 'conference' and name = sessions.conference)
    and not exists (select 1 from hold_names where kind = 'session' and name in (sessions.session, sessions.id))`;
}

/** Ids of all held sessions, once each. Read from the names, because few sessions are held. */
const HELD_IDS = sql<{ id: string }>`
  select sessions.id from hold_names join sessions on sessions.user_name = hold_names.name where kind = 'user'
  union select sessions.id from hold_names join sessions on sessions.conference = hold_names.name
    where kind = 'conference'
  union select sessions.id from hold_names join sessions on sessions.session = hold_names.name where kind = 'session'
  union select sessions.id from hold_names join sessions on sessions.id = hold_names.name where kind = 'session'`;

export async function countHeld(db: Kysely<CatalogTables>): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`select count(*) as count from (${HELD_IDS}) held`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Those of the sessions that are held. */
export async function heldAmong(db: Kysely<CatalogTables>, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where(sql<boolean>`not (${notHeld()})`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}
