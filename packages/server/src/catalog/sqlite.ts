import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import { GatewayError } from '../errors.ts';
import { type Engine, KyselyCatalog } from './kysely-catalog.ts';
import type { CatalogTables } from './schema.ts';

/**
 * How long a write waits for another process's write, in milliseconds. Commands write while the server runs; each takes a
 * few milliseconds. The wait blocks the process, so it ends long before a client could time out.
 */
const BUSY_TIMEOUT_MS = 1000;

/** Statements kept prepared. The server uses about ten; the sizes of a batch of rows make up the rest. */
const PREPARED = 128;

/**
 * The catalog in one SQLite file. Write-ahead logging lets commands read and write while the server does.
 * `synchronous = NORMAL`: a commit survives the end of the process; a power cut may lose the last commits, never the file,
 * and the dumps they name are in storage all the same.
 *
 * @param path the file, created if missing; `:memory:` for a catalog that ends with the process
 */
export function openSqliteCatalog(path: string): KyselyCatalog {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  } catch (error) {
    throw new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error });
  }
  const dialect = new SqliteDialect({ database: new NodeSqlite(database) });
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), sqliteEngine);
}

const sqliteEngine: Engine = {
  name: 'sqlite',
  // SQLite has no lock for migrations other than that of a write transaction; its schema changes are part of one.
  exclusively: immediate,
  transaction: immediate,
  describe: (error) => new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error }),
  saysNoTable: (error) => error instanceof Error && error.message.startsWith('no such table:'),
};

/** A transaction that is a writer's from its start: one that becomes a writer later fails when another one has written in between. */
function immediate<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection);
    try {
      const result = await work(connection);
      await sql`commit`.execute(connection);
      return result;
    } catch (error) {
      await sql`rollback`.execute(connection);
      throw error;
    }
  });
}

/** What Kysely's SQLite dialect asks of a database, over Node's own SQLite. */
class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, NodeStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(text: string): NodeStatement {
    let statement = this.#prepared.get(text);
    if (statement) return statement;
    statement = new NodeStatement(this.#database.prepare(text));
    if (this.#prepared.size >= PREPARED) this.#prepared.clear();
    this.#prepared.set(text, statement);
    return statement;
  }

  close(): void {
    this.#database.close();
  }
}

class NodeStatement implements SqliteStatement {
  readonly #statement: StatementSync;
  /** Whether running it gives rows. */
  readonly reader: boolean;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...(parameters as SQLInputValue[]));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...(parameters as SQLInputValue[]));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...(parameters as SQLInputValue[]));
  }
}
