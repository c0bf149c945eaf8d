import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { makeFilePrivate, makePrivateFile } from '../files/private-files.ts';

/**
 * How long opening the file waits for another process's write, in milliseconds. Commands write while the server runs;
 * each takes a few.
 */
export const BUSY_MS = 1000;
/**
 * SQLite's own wait blocks its thread, so it is short, and the write is repeated by a timer. A program that holds the
 * lock for minutes (VACUUM) must not stop the service for clients.
 */
const BLOCKING_MS = 5;

/** Maximum number of prepared statements. The server uses about ten, plus one per size of a batch of rows. */
const PREPARED = 128;

/**
 * Opens the file of the catalog; creates it if it is missing. The call blocks.
 *
 * @param owner whether the caller is the gateway, which may take its time when it starts
 */
export function openDatabase(path: string, owner: boolean): NodeSqlite {
  if (path !== ':memory:') makeFilesPrivate(path);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  // `secure_delete` overwrites deleted content with zeros (https://sqlite.org/pragma.html#pragma_secure_delete).
  database.exec('PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  if (owner) rewriteOnce(database);
  database.exec(`PRAGMA busy_timeout = ${BLOCKING_MS};`);
  return new NodeSqlite(database);
}

/** SQLite gives the files next to the database its mode, but only when it creates them. */
function makeFilesPrivate(path: string): void {
  makePrivateFile(path);
  for (const suffix of ['-wal', '-shm', '-journal']) makeFilePrivate(`${path}${suffix}`);
}

/**
 * The `user_version` (https://sqlite.org/pragma.html#pragma_user_version) of a file in which no deleted content is left
 * that must not be: it was rewritten, and no erasure has begun since.
 */
export const REWRITTEN = 1;
/** Of a file of a version that did not overwrite what it deleted, or of an erasure that was not finished. */
export const TO_BE_REWRITTEN = 0;
/** Of a file that is too large to be rewritten while a gateway works or starts, since an erasure. */
export const REWRITTEN_BY_OPERATOR = 2;
/** Files of up to this size are rewritten in a few seconds, during which all other calls of the catalog wait. */
export const MAX_REWRITTEN_BYTES = 128 * 1024 * 1024;

/** VACUUM rewrites the file without deleted content. */
function rewriteOnce(database: DatabaseSync): void {
  if (database.prepare('PRAGMA user_version').get()?.['user_version'] !== TO_BE_REWRITTEN) return;
  try {
    database.exec(`VACUUM; PRAGMA user_version = ${REWRITTEN};`);
  } catch {
    // Another process has the file locked, or the disk has no room for the copy: the next start tries again.
  }
}

/** The interface of Kysely's SQLite dialect on top of node:sqlite. */
export class NodeSqlite implements SqliteDatabase {
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

  /** Ends a transaction that its caller has given up. */
  reset(): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
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
