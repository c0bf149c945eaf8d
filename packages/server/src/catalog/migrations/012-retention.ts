import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * How long a catalog that already has sessions is left alone, in milliseconds: earlier versions kept everything, and
 * whoever wants to go on with that needs the time to say so.
 */
const GRACE_MS = 14 * 86_400_000;

/**
 * Retention: leases, holds, sessions that are being removed, and the time before which nothing is removed.
 *
 * The names of a hold are a table, so that a batch leaves out held sessions in one statement.
 */
export const createRetention: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('leases')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('holder', text, (column) => column.notNull())
    .addColumn('until', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('holds')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('until', text)
    .execute();
  await db.schema
    .createTable('hold_names')
    .addColumn('hold_id', text, (column) => column.notNull().references('holds.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('hold_names_key', ['kind', 'name', 'hold_id'])
    .execute();
  await db.schema.createIndex('hold_names_by_hold').on('hold_names').columns(['hold_id']).execute();
  await db.schema
    .createTable('removals')
    .addColumn('session_id', text, (column) => column.primaryKey())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('host', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addColumn('requested_at', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('retention')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('time', text, (column) => column.notNull())
    .execute();
  const { rows } = await sql`select 1 from sessions limit 1`.execute(db);
  if (rows.length > 0) {
    const time = new Date(Date.now() + GRACE_MS).toISOString();
    await sql`insert into retention (name, time) values ('removes-from', ${time})`.execute(db);
  }
  // Few rows at any time: dumps whose row says that they are gone, until they are.
  await sql`create index sessions_with_leftover_dump on sessions (id)
    where state = 'erased' and storage_key is not null`.execute(db);
  await db.schema.createIndex('exported_parts_by_day').on('exported_parts').columns(['day', 'host']).execute();
};
