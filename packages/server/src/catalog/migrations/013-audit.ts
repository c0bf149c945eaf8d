import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * The audit log. `audit_log` has one row, which everybody who appends locks first. An entry is never updated; the keys
 * that its encrypted parts need are in tables of their own, because they are deleted when a person is forgotten.
 */
export const createAudit: Migrate = async (db, { text }) => {
  await db.schema
    .createTable('audit_log')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('origin', text, (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('tree', text, (column) => column.notNull())
    .addColumn('first', 'bigint', (column) => column.notNull())
    .addColumn('first_tree', text, (column) => column.notNull())
    .execute();
  const origin = `rtcstats-server/audit/${randomBytes(16).toString('hex')}`;
  await sql`insert into audit_log values (1, ${origin}, 0, '[]', 0, '[]')`.execute(db);
  await db.schema
    .createTable('audit_entries')
    .addColumn('position', 'bigint', (column) => column.primaryKey())
    .addColumn('time', text, (column) => column.notNull())
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('body', text, (column) => column.notNull())
    .addColumn('leaf', text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_entries_by_action').on('audit_entries').columns(['action', 'position']).execute();
  await db.schema
    .createTable('audit_persons')
    .addColumn('person', text, (column) => column.primaryKey())
    .addColumn('key', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('audit_links')
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('slot', 'integer', (column) => column.notNull())
    .addColumn('person', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_links_key', ['position', 'slot'])
    .execute();
  await db.schema.createIndex('audit_links_by_person').on('audit_links').columns(['person', 'position']).execute();
  await db.schema
    .createTable('audit_checkpoints')
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('key_id', text, (column) => column.notNull())
    .addColumn('tree', text, (column) => column.notNull())
    .addColumn('note', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_checkpoints_key', ['size', 'key_id'])
    .execute();
};
