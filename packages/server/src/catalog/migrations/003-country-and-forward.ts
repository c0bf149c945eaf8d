import type { Migrate } from './migration.ts';

/** The country of the client, and whether its token asks to forward the dump. */
export const addCountryAndForward: Migrate = async (db, { text }) => {
  // One statement per column, because SQLite adds only one column at a time.
  await db.schema.alterTable('sessions').addColumn('country', text).execute();
  await db.schema.alterTable('sessions').addColumn('forward', 'integer').execute();
};
