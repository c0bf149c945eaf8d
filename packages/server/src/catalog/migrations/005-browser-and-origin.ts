import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * Substrings of user agents at the time of this migration; the first match decides. A copy on purpose: a released
 * migration must not change with the code. The insights package has the current table.
 */
const FAMILY_MARKS = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

/**
 * A column for the browser family, filled from the user agents of the rows that exist, and indexes for two more
 * filters.
 */
export const addBrowserAndOrigin: Migrate = async (db, { text }) => {
  await db.schema
    .alterTable('sessions')
    .addColumn('browser', text, (column) => column.notNull().defaultTo('other'))
    .execute();
  const cases = FAMILY_MARKS.map(
    ([mark, family]) => sql`when user_agent like ${sql.lit(`%${mark}%`)} then ${sql.lit(family)}`,
  );
  await sql`update sessions set browser = case ${sql.join(cases, sql` `)} else 'other' end`.execute(db);
  for (const column of ['browser', 'origin'] as const) {
    const name = `sessions_by_${column}`;
    await db.schema.createIndex(name).on('sessions').columns([column, 'started_at', 'id']).execute();
  }
};
