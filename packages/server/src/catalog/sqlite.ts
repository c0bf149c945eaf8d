import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Engine } from './engine.ts';
import { KyselyCatalog } from './kysely-catalog.ts';
import type { CatalogTables } from './schema.ts';

/**
 * How long a write waits for another process's write, in milliseconds. Commands write while the server runs; each takes
 * a few.
 */
const BUSY_MS = 1000;
/**
 * SQLite's own wait blocks the event loop, so it is short, and the write is repeated by a timer. A program that holds
 * the lock for minutes (VACUUM) must not stop the service for clients.
 */
const BLOCKING_MS = 5;
const AGAIN_MS = 25;
/** `SQLITE_BUSY` (https://sqlite.org/rescode.html#busy), the lowest byte of its extended codes. */
const SQLITE_BUSY = 5;

/** Maximum number of prepared statements. The server uses about ten, plus one per size of a batch of rows. */
const PREPARED = 128;

/**
 * The catalog in one SQLite file. Write-ahead logging lets commands read and write while the server does.
 * `synchronous = NORMAL`: a commit survives the end of the process; a power cut may lose the last commits, never the
 * file, and the dumps they name are in storage all the same.
 *
 * @param path the file, created if missing; `:memory:` for a catalog that ends with the process
 */
export function openSqliteCatalog(path: string): KyselyCatalog {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${BLOCKING_MS};`);
  } catch (error) {
    throw new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error });
  }
  const dialect = new SqliteDialect({ database: new NodeSqlite(database) });
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), sqliteEngine);
}

const sqliteEngine: Engine = {
  name: 'sqlite',
  supportsSkipLocked: false,
  // SQLite has no lock for migrations other than that of a write transaction; its schema changes are part of one.
  exclusively: immediate,
  transaction: immediate,
  patiently,
  describe: (error) => new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error }),
  isMissingTable: (error) => error instanceof Error && error.message.startsWith('no such table:'),
};

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + BUSY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    await delay(AGAIN_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

/**
 * BEGIN IMMEDIATE: a deferred transaction fails with SQLITE_BUSY_SNAPSHOT when it starts to write after another writer.
 */
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

/** The interface of Kysely's SQLite dialect on top of node:sqlite. */
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
  /** Whether it returns rows. */
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
