import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { makeFilePrivate, makePrivateFile } from '../files/private-files.ts';
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

interface SqliteOptions {
  /** Whether the caller is the gateway, which may take its time when it starts. */
  readonly owner?: boolean;
}

/** Maximum number of prepared statements. The server uses about ten, plus one per size of a batch of rows. */
const PREPARED = 128;

/**
 * The catalog in one SQLite file. Write-ahead logging lets commands read and write while the server does.
 * `synchronous = NORMAL`: a commit survives the end of the process; a power cut may lose the last commits, never the
 * file, and the dumps they name are in storage all the same.
 *
 * Nothing of a deleted session remains in the file: its content is overwritten, and closing the catalog empties the
 * write-ahead log, which has earlier versions of the pages.
 *
 * @param path the file, created if missing; `:memory:` for a catalog that ends with the process
 */
export function openSqliteCatalog(path: string, { owner = false }: SqliteOptions = {}): KyselyCatalog {
  let database: DatabaseSync;
  try {
    if (path !== ':memory:') makeFilesPrivate(path);
    database = new DatabaseSync(path, { timeout: BUSY_MS });
    // `secure_delete` overwrites deleted content with zeros (https://sqlite.org/pragma.html#pragma_secure_delete).
    database.exec('PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    if (owner) rewriteOnce(database);
    database.exec(`PRAGMA busy_timeout = ${BLOCKING_MS};`);
  } catch (error) {
    throw new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error });
  }
  const dialect = new SqliteDialect({ database: new NodeSqlite(database) });
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), sqliteEngine);
}

/** SQLite gives the files next to the database its mode, but only when it creates them. */
function makeFilesPrivate(path: string): void {
  makePrivateFile(path);
  for (const suffix of ['-wal', '-shm', '-journal']) makeFilePrivate(`${path}${suffix}`);
}

/** The `user_version` (https://sqlite.org/pragma.html#pragma_user_version) of a file without deleted content. */
const WITHOUT_DELETED_CONTENT = 1;

/** Earlier versions did not overwrite what they deleted. VACUUM rewrites the file without it, once. */
function rewriteOnce(database: DatabaseSync): void {
  if (database.prepare('PRAGMA user_version').get()?.['user_version'] === WITHOUT_DELETED_CONTENT) return;
  try {
    database.exec(`VACUUM; PRAGMA user_version = ${WITHOUT_DELETED_CONTENT};`);
  } catch {
    // Another process has the file locked, or the disk has no room for the copy: the next start tries again.
  }
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
    try {
      // The last connection does this when it closes, but a command may have the file open.
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process has the file locked. Its own close does the same.
    }
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
