import type { Migrate } from './migration.ts';

/** The list of sessions. */
export const createSessions: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addColumn('ended_at', text)
    .addColumn('close_code', 'integer')
    .addColumn('messages', 'integer', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('stored_bytes', 'bigint')
    .addColumn('storage_key', text)
    .addColumn('user_name', text)
    .addColumn('conference', text)
    .addColumn('session', text)
    .addColumn('origin', text)
    .addColumn('user_agent', text)
    .addColumn('host', text, (column) => column.notNull())
    .addColumn('receipt', text, (column) => column.notNull())
    .execute();
  // Each filter is followed by the order of a page, so that a page is read off the index.
  for (const column of ['user_name', 'conference', 'session', 'state'] as const) {
    const name = `sessions_by_${column}`;
    await db.schema.createIndex(name).on('sessions').columns([column, 'started_at', 'id']).execute();
  }
  await db.schema.createIndex('sessions_by_start').on('sessions').columns(['started_at', 'id']).execute();
};
