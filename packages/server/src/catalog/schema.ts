import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { FAMILY_MARKS } from './browser-family.ts';
import {
  createDeliveryTables,
  type DeliveriesTable,
  type EgressTable,
  type ForwardDaysTable,
} from './delivery-tables.ts';

/** The tables, as the queries see them. Times are ISO 8601 texts in UTC: they sort like the instants they name. */
export interface CatalogTables {
  readonly sessions: SessionsTable;
  readonly deliveries: DeliveriesTable;
  readonly forward_days: ForwardDaysTable;
  readonly egress: EgressTable;
}

export interface SessionsTable {
  readonly id: string;
  readonly state: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly close_code: number | null;
  readonly messages: number;
  /** PostgreSQL hands 64 bit integers over as text. */
  readonly bytes: number | string;
  readonly stored_bytes: number | string | null;
  readonly storage_key: string | null;
  readonly user_name: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** JSON text of a list: which of these three are signed. */
  readonly signed: string;
  readonly country: string | null;
  /** 0, 1 or null. */
  readonly forward: number | null;
  readonly origin: string | null;
  readonly user_agent: string | null;
  /** A `BrowserFamily`, of the user agent. */
  readonly browser: string;
  readonly host: string;
  /** JSON text of a `SessionReceipt`. */
  readonly receipt: string;
}

/** In what migrations differ from engine to engine. */
export type EngineName = 'sqlite' | 'postgres';

/**
 * What was released stays as it is; a change is a new entry, run in the order of the names. An entry only adds: while gateways are
 * replaced one after the other, those of the version before work on with the tables of the new one.
 */
function migrationsFor(engine: EngineName): Record<string, Migration> {
  // Texts sort by their bytes, as in SQLite: the order of a page must not depend on the database's language.
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text';
  return {
    '001-sessions': {
      async up(db: Kysely<unknown>): Promise<void> {
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
      },
    },
    '002-signed': {
      async up(db: Kysely<unknown>): Promise<void> {
        await db.schema
          .alterTable('sessions')
          .addColumn('signed', text, (column) => column.notNull().defaultTo('[]'))
          .execute();
      },
    },
    '003-country-and-forward': {
      async up(db: Kysely<unknown>): Promise<void> {
        // A statement each: SQLite adds one column at a time.
        await db.schema.alterTable('sessions').addColumn('country', text).execute();
        await db.schema.alterTable('sessions').addColumn('forward', 'integer').execute();
      },
    },
    '004-rtcstats-server-view': {
      async up(db: Kysely<unknown>): Promise<void> {
        await (engine === 'postgres' ? postgresView : sqliteView).execute(db);
      },
    },
    '005-browser-and-origin': {
      async up(db: Kysely<unknown>): Promise<void> {
        await db.schema
          .alterTable('sessions')
          .addColumn('browser', text, (column) => column.notNull().defaultTo('other'))
          .execute();
        const cases = FAMILY_MARKS.map(
          ([mark, family]) => sql`when user_agent like ${sql.lit(`%${mark}%`)} then ${sql.lit(family)}`,
        );
        await sql`update sessions set browser = case ${sql.join(cases, sql` `)} else 'other' end`.execute(db);
        for (const column of ['browser', 'origin'] as const) {
          const name = `sessions_by_${column}`;
          await db.schema.createIndex(name).on('sessions').columns([column, 'started_at', 'id']).execute();
        }
      },
    },
    '006-deliveries': {
      up: (db: Kysely<unknown>): Promise<void> => createDeliveryTables(db, text),
    },
  };
}

/**
 * The columns of the table that the server of the rtcstats project keeps, for tools that read it. `blob_url` is the key in the
 * storage. Times are instants where the engine has such a type, else ISO 8601 texts.
 */
const postgresView = sql`create view rtcstats_server as select
  started_at::timestamptz as created_at,
  started_at::timestamptz as session_start,
  ended_at::timestamptz as session_end,
  storage_key as blob_url,
  jsonb_build_object('state', state, 'origin', origin, 'userAgent', user_agent, 'closeCode', close_code,
    'messages', messages, 'bytes', bytes, 'storedBytes', stored_bytes) as metadata,
  id,
  user_name as rtcstats_user,
  conference as rtcstats_conference,
  session as rtcstats_session,
  host as host_identifier
from sessions`;
const sqliteView = sql`create view rtcstats_server as select
  started_at as created_at,
  started_at as session_start,
  ended_at as session_end,
  storage_key as blob_url,
  json_object('state', state, 'origin', origin, 'userAgent', user_agent, 'closeCode', close_code,
    'messages', messages, 'bytes', bytes, 'storedBytes', stored_bytes) as metadata,
  id,
  user_name as rtcstats_user,
  conference as rtcstats_conference,
  session as rtcstats_session,
  host as host_identifier
from sessions`;

/** The names of all migrations, in their order. */
export const MIGRATIONS: readonly string[] = Object.keys(migrationsFor('sqlite'));

export function catalogMigrations(engine: EngineName): MigrationProvider {
  return { getMigrations: () => Promise.resolve(migrationsFor(engine)) };
}
