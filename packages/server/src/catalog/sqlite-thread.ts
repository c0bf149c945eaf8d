import { extname } from 'node:path';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { BlockingThread } from '../threads/blocking-thread.ts';
import type { SqliteOperation, SqliteReply, SqliteThreadData } from './sqlite-worker.ts';

/** TypeScript in the checkout, JavaScript in the published package: the thread has the extension of this module. */
const SCRIPT = new URL(`./sqlite-worker${extname(import.meta.filename)}`, import.meta.url);
/** A query that takes longer is given up, in milliseconds: the disk hangs. */
const TIMEOUT_MS = 10_000;

/** Kysely's dialect for a SQLite file whose calls run in a thread. */
export class SqliteThread implements Dialect {
  readonly #driver: ThreadDriver;

  private constructor(driver: ThreadDriver) {
    this.#driver = driver;
  }

  /** Resolves when the file is open. @throws Error of SQLite or of the file system */
  static async open(path: string): Promise<SqliteThread> {
    const thread: SqliteThreadRunner = new BlockingThread(SCRIPT, { path } satisfies SqliteThreadData);
    try {
      await thread.run({ do: 'open' });
    } catch (error) {
      await thread.close();
      throw error;
    }
    return new SqliteThread(new ThreadDriver(thread));
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }
}

type SqliteThreadRunner = BlockingThread<SqliteOperation, SqliteReply>;

/** Kysely lets one caller at a time have the only connection. */
class ThreadDriver implements Driver {
  readonly #thread: SqliteThreadRunner;
  readonly #connection: ThreadConnection;

  constructor(thread: SqliteThreadRunner) {
    this.#thread = thread;
    this.#connection = new ThreadConnection(thread);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.run('begin', []);
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.run('commit', []);
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.run('rollback', []);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#thread.run({ do: 'close' });
    await this.#thread.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThreadRunner;

  constructor(thread: SqliteThreadRunner) {
    this.#thread = thread;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes, insertId } = await this.run(sql, parameters);
    if (rows !== undefined) return { rows: rows as R[] };
    return { rows: [], numAffectedRows: BigInt(changes!), insertId: BigInt(insertId!) };
  }

  /** Not in pieces: the catalog reads no large results. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  /** @throws GatewayError CATALOG_UNAVAILABLE while the disk hangs */
  async run(sql: string, parameters: readonly unknown[]): Promise<SqliteReply> {
    if (this.#thread.waitingSeconds * 1000 >= TIMEOUT_MS) throw hangs();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // When the disk answers again, the query is executed all the same. If it was part of a transaction, nobody
        // ends that any more.
        this.#thread.run({ do: 'reset' }).catch(() => {});
        reject(hangs());
      }, TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.#thread.run({ do: 'query', sql, parameters }), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function hangs(): GatewayError {
  return new GatewayError('CATALOG_UNAVAILABLE', 'The disk of the catalog does not answer');
}
