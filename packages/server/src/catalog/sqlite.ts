import { setTimeout as delay } from 'node:timers/promises';
import { type Dialect, Kysely, SqliteDialect, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import type { ScrubStep } from './catalog.ts';
import type { Engine } from './engine.ts';
import { KyselyCatalog } from './kysely-catalog.ts';
import type { CatalogTables } from './schema.ts';
import {
  BUSY_MS,
  MAX_REWRITTEN_BYTES,
  openDatabase,
  REWRITTEN,
  REWRITTEN_BY_OPERATOR,
  TO_BE_REWRITTEN,
} from './sqlite-database.ts';
import { SqliteThread } from './sqlite-thread.ts';

const AGAIN_MS = 25;
/** `SQLITE_BUSY` (https://sqlite.org/rescode.html#busy), the lowest byte of its extended codes. */
const SQLITE_BUSY = 5;

/**
 * The catalog in one SQLite file. Write-ahead logging lets commands read and write while the server does.
 * `synchronous = NORMAL`: a commit survives the end of the process; a power cut may lose the last commits, never the
 * file, and the dumps they name are in storage all the same. Entries of the audit log survive a power cut as well.
 *
 * Nothing of a deleted session remains in the file: its content is overwritten, and closing the catalog empties the
 * write-ahead log, which has earlier versions of the pages.
 *
 * @param path the file, created if missing; `:memory:` for a catalog that ends with the process
 */
export function openSqliteCatalog(path: string): KyselyCatalog {
  try {
    return catalogOn(new SqliteDialect({ database: openDatabase(path, false) }));
  } catch (error) {
    throw new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error });
  }
}

/**
 * The same for the gateway that owns the file, which must go on when its disk hangs: all calls block a thread instead
 * of the event loop.
 */
export async function openThreadedSqliteCatalog(path: string): Promise<KyselyCatalog> {
  try {
    return catalogOn(await SqliteThread.open(path));
  } catch (error) {
    throw new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error });
  }
}

function catalogOn(dialect: Dialect): KyselyCatalog {
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), sqliteEngine);
}

const sqliteEngine: Engine = {
  name: 'sqlite',
  supportsSkipLocked: false,
  // SQLite has no lock for migrations other than that of a write transaction; its schema changes are part of one.
  exclusively: (db, work) => immediate(db, work),
  transaction: (db, work) => immediate(db, work),
  durableTransaction: (db, work) => immediate(db, work, true),
  patiently,
  scrub,
  describe: (error) => new GatewayError('CATALOG_UNAVAILABLE', undefined, { cause: error }),
  isMissingTable: (error) => error instanceof Error && error.message.startsWith('no such table:'),
};

/**
 * Deleted content is overwritten in the file (`secure_delete`), but the write-ahead log has earlier versions of the
 * pages until it is emptied (https://sqlite.org/pragma.html#pragma_wal_checkpoint). When a page gets full, SQLite moves
 * some of its rows to another one and leaves their bytes in the space that gets free, which `secure_delete` never
 * overwrites. Only VACUUM removes them.
 */
async function scrub(db: Kysely<CatalogTables>, step?: ScrubStep): Promise<boolean> {
  const isSmall = step !== undefined && (await sizeOf(db)) <= MAX_REWRITTEN_BYTES;
  if (step === 'begin') {
    const state = isSmall ? TO_BE_REWRITTEN : REWRITTEN_BY_OPERATOR;
    await sql.raw(`pragma user_version = ${state}`).execute(db);
  }
  if (step === 'end' && isSmall) {
    try {
      await sql`vacuum`.execute(db);
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
    await sql.raw(`pragma user_version = ${REWRITTEN}`).execute(db);
  }
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
  return rows[0]?.busy === 0;
}

async function sizeOf(db: Kysely<CatalogTables>): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(db);
  return rows[0]!.bytes;
}

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
function immediate<T>(
  db: Kysely<CatalogTables>,
  work: (db: Kysely<CatalogTables>) => Promise<T>,
  durable = false,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    if (!durable) return await begun(connection, work);
    // With FULL, a commit waits until the disk has it (https://sqlite.org/pragma.html#pragma_synchronous).
    await sql`pragma synchronous = full`.execute(connection);
    try {
      return await begun(connection, work);
    } finally {
      await sql`pragma synchronous = normal`.execute(connection);
    }
  });
}

async function begun<T>(
  connection: Kysely<CatalogTables>,
  work: (db: Kysely<CatalogTables>) => Promise<T>,
): Promise<T> {
  await sql`begin immediate`.execute(connection);
  try {
    const result = await work(connection);
    await sql`commit`.execute(connection);
    return result;
  } catch (error) {
    await sql`rollback`.execute(connection);
    throw error;
  }
}
