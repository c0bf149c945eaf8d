import type { Migrate } from './migration.ts';

/** The wrapped keys of encrypted dumps. An object has several while it is replaced. */
export const createDumpKeys: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('dump_keys')
    .addColumn('object', text, (column) => column.notNull())
    .addColumn('session_id', text, (column) => column.notNull())
    .addColumn('recipient', text, (column) => column.notNull())
    .addColumn('wrapped', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('dump_keys_key', ['object', 'recipient'])
    .execute();
  await db.schema.createIndex('dump_keys_by_session').on('dump_keys').columns(['session_id']).execute();
};
