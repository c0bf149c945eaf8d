import type { Migrate } from './migration.ts';

/** Which of the identifiers come from a signed token. */
export const addSigned: Migrate = async (db, { text }) => {
  await db.schema
    .alterTable('sessions')
    .addColumn('signed', text, (column) => column.notNull().defaultTo('[]'))
    .execute();
};
