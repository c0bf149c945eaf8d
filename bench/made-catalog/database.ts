import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Catalog } from '../../packages/server/src/catalog/catalog.ts';
import { openPostgresCatalog } from '../../packages/server/src/catalog/postgres.ts';
import { openSqliteCatalog, openThreadedSqliteCatalog } from '../../packages/server/src/catalog/sqlite.ts';
import { POSTGRES_FORMS, SQLITE_FORMS, type SqlForms } from './session-rows.ts';

/** A database with the tables of the catalog, and a way around the catalog for inserting many rows. */
export interface MadeDatabase {
  readonly forms: SqlForms;
  /** Without checks of references. */
  run(statement: string): Promise<void>;
  /** Rows of `{"r": …}`. */
  query(statement: string): Promise<readonly { readonly r: string }[]>;
  /** @param rows a JSON text of a list of objects with these columns */
  insert(table: string, columns: readonly string[], rows: string): Promise<void>;
  /** A statement that gives the `create index` statements of a table as `r`. */
  indexesOf(table: string): string;
  /** The catalog as a gateway opens it. */
  open(): Promise<Catalog>;
  close(): Promise<void>;
}

export async function sqliteDatabase(file: string): Promise<MadeDatabase> {
  const empty = openSqliteCatalog(file);
  await empty.migrate();
  await empty.close();
  const database = new DatabaseSync(file);
  // A benchmark may lose its file.
  database.exec('pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off;');
  database.exec('pragma foreign_keys = off; pragma cache_size = -500000; pragma threads = 2;');
  return {
    forms: SQLITE_FORMS,
    run: async (statement) => database.exec(statement),
    query: async (statement) => database.prepare(statement).all() as { r: string }[],
    insert: async (table, columns, rows) => {
      const values = columns.map((column) => `value ->> '${column}'`);
      const statement = `insert into ${table} (${columns.join()}) select ${values.join()} from json_each(?)`;
      database.prepare(statement).run(rows);
    },
    indexesOf: (table) =>
      `select sql as r from sqlite_master where type = 'index' and tbl_name = '${table}' and sql <> ''`,
    open: async () => {
      // The version of a file without deleted content: a gateway would rewrite any other file when it starts.
      database.exec('pragma user_version = 1; pragma journal_mode = wal;');
      return await openThreadedSqliteCatalog(file);
    },
    close: async () => database.close(),
  };
}

/** @param connectionString of an empty database, with a user that may switch checks of references off */
export async function postgresDatabase(connectionString: string): Promise<MadeDatabase> {
  const settings = { connectionString, ssl: 'disable', poolSize: 10 } as const;
  const empty = openPostgresCatalog(settings);
  await empty.migrate();
  await empty.close();
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("set session_replication_role = replica; set maintenance_work_mem = '1GB'");
  return {
    forms: POSTGRES_FORMS,
    run: async (statement) => void (await client.query(statement)),
    query: async (statement) => (await client.query<{ r: string }>(statement)).rows,
    insert: async (table, columns, rows) => {
      const names = columns.join();
      const statement = `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)`;
      await client.query(statement, [rows]);
    },
    indexesOf: (table) =>
      `select indexdef as r from pg_indexes where tablename = '${table}' and indexdef not like 'CREATE UNIQUE%'`,
    open: async () => {
      // As autovacuum does some time after rows were inserted.
      await client.query('analyze');
      return openPostgresCatalog(settings);
    },
    close: async () => await client.end(),
  };
}
