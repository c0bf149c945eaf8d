import type { Migrate } from './migration.ts';

/**
 * The analyses of calls, one per session; their observations; and which observations a session has, once per name. The
 * database deletes all of them with the session, so that a gateway of an earlier version that deletes a session leaves
 * nothing behind.
 */
export const createAnalyses: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('analyses')
    .addColumn('session_id', text, (column) => column.primaryKey().references('sessions.id').onDelete('cascade'))
    .addColumn('started_at', text, (column) => column.notNull())
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
  // Each index has the order of a page. The start of the session is copied for it: with ten million sessions, both
  // reading all of them in order and sorting those of a frequent verdict or observation take seconds.
  await db.schema
    .createIndex('analyses_by_verdict')
    .on('analyses')
    .columns(['verdict', 'started_at', 'session_id'])
    .execute();
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
    .createTable('observed')
    .addColumn('session_id', text, (column) => column.notNull().references('analyses.session_id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('severity', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('observed_key', ['session_id', 'name'])
    .execute();
  await db.schema
    .createIndex('observed_by_name')
    .on('observed')
    .columns(['name', 'started_at', 'session_id', 'severity'])
    .execute();
};
