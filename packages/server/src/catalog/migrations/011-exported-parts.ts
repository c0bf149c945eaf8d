import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * The parts of the Parquet export. A part is begun, its files are written, and then it is marked as written, so that a
 * gateway that is killed in between writes the same files again. `analyses.part` is null until the analysis belongs to
 * a part; replacing an analysis makes a new row, so that a later one is exported again.
 */
export const createExportedParts: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('exported_parts')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('host', text, (column) => column.notNull())
    .addColumn('day', text, (column) => column.notNull())
    .addColumn('sessions', text, (column) => column.notNull())
    .addColumn('written_at', text)
    .execute();
  await sql`create index exported_parts_begun on exported_parts (host) where written_at is null`.execute(db);
  await db.schema.alterTable('analyses').addColumn('part', text).execute();
  // Small where calls are exported, and cheap where they are not: rows come in the order of the index.
  await sql`create index analyses_not_exported on analyses (started_at, session_id) where part is null`.execute(db);
};
