import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * Erasures with their receipts, and the sessions that are still to be removed. `names` is null in a finished one.
 * Nothing in a receipt names a person: `subject` and `hashes` are keyed hashes.
 */
export const createErasures: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('erasures')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('hashes', text, (column) => column.notNull())
    .addColumn('names', text)
    .addColumn('requested_at', text, (column) => column.notNull())
    .addColumn('finished_at', text)
    .addColumn('asked_by', text, (column) => column.notNull())
    .addColumn('sessions', 'integer', (column) => column.notNull())
    .addColumn('live', 'integer', (column) => column.notNull())
    .addColumn('places', text, (column) => column.notNull())
    .addColumn('claim', text)
    .addColumn('claimed_until', text)
    .execute();
  await sql`create index erasures_open on erasures (id) where finished_at is null`.execute(db);
  await db.schema
    .createTable('erasure_sessions')
    .addColumn('erasure', text, (column) => column.notNull())
    .addColumn('session_id', text, (column) => column.notNull())
    .addColumn('report', text)
    .addPrimaryKeyConstraint('erasure_sessions_key', ['erasure', 'session_id'])
    .execute();
};
