import type { Migrate } from './migration.ts';

/** The queue of deliveries, their number per day, and the ledger. */
export const createDeliveries: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('deliveries')
    .addColumn('session_id', text, (column) => column.primaryKey())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('asked_by', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', text)
    .addColumn('assembling_at', text)
    .addColumn('withdrawn', 'integer', (column) => column.notNull())
    .addColumn('remote_id', text)
    .addColumn('url', text)
    .addColumn('embed_url', text)
    .addColumn('analysis', text)
    .addColumn('last_status', 'integer')
    .addColumn('last_code', text)
    .addColumn('claim', text)
    .addColumn('claimed_until', text)
    .addColumn('budget_day', text)
    .execute();
  await db.schema.createIndex('deliveries_by_due').on('deliveries').columns(['next_attempt_at']).execute();
  await db.schema.createIndex('deliveries_by_state').on('deliveries').columns(['state', 'created_at']).execute();
  await db.schema
    .createTable('forward_days')
    .addColumn('day', text, (column) => column.primaryKey())
    .addColumn('used', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('egress')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('session_id', text, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('started_at', text, (column) => column.notNull())
    .addColumn('ended_at', text)
    .addColumn('target', text, (column) => column.notNull())
    .addColumn('asked_by', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('sha256', text)
    .addColumn('remote_id', text)
    .addColumn('outcome', text, (column) => column.notNull())
    .execute();
};
