import type { Migrate } from './migration.ts';

/**
 * The analyses of calls, one per session, and their observations. Both are deleted with the session by the database, so
 * that a gateway of an earlier version that deletes a session leaves nothing behind.
 */
export const createAnalyses: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('analyses')
    .addColumn('session_id', text, (column) => column.primaryKey().references('sessions.id').onDelete('cascade'))
    .addColumn('analysis_version', 'integer', (column) => column.notNull())
    .addColumn('analyzed_at', text, (column) => column.notNull())
    .addColumn('verdict', text, (column) => column.notNull())
    .addColumn('experience', 'integer')
    .addColumn('audio', 'double precision')
    .addColumn('video', 'double precision')
    .addColumn('connectivity', 'double precision')
    .addColumn('severity', text)
    .addColumn('problems', text, (column) => column.notNull())
    .addColumn('failure', text)
    .addColumn('document', text)
    .execute();
  // The order of a page of the worst calls, so that it is read off the index.
  await db.schema
    .createIndex('analyses_by_experience')
    .on('analyses')
    .columns(['experience', 'session_id desc'])
    .execute();
  await db.schema
    .createTable('observations')
    .addColumn('session_id', text, (column) => column.notNull().references('analyses.session_id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('severity', text, (column) => column.notNull())
    .addColumn('category', text, (column) => column.notNull())
    .addColumn('scope_type', text, (column) => column.notNull())
    .addColumn('connection', text)
    .addColumn('track', text)
    .addColumn('direction', text)
    .addColumn('from_time', 'bigint', (column) => column.notNull())
    .addColumn('to_time', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('observations_key', ['session_id', 'position'])
    .execute();
  await db.schema
    .createIndex('observations_by_name')
    .on('observations')
    .columns(['name', 'severity', 'session_id'])
    .execute();
};
