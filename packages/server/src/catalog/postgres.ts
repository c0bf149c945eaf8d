import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from 'kysely';
import pg from 'pg';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Engine } from './engine.ts';
import { KyselyCatalog } from './kysely-catalog.ts';
import { PostgresErrors } from './postgres-errors.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import type { CatalogTables } from './schema.ts';

/** Milliseconds. */
export interface PostgresTimeouts {
  /** Until a connection is established or one of the pool is free. */
  readonly connect: number;
  /** After which the server cancels a statement, so that it is not executed after its caller has given up. */
  readonly statement: number;
  /** After which the client gives up on an answer and closes the connection. Longer than `statement`. */
  readonly answer: number;
  /** After which remaining connections are destroyed when the catalog is closed. */
  readonly close: number;
}

const TIMEOUTS: PostgresTimeouts = { connect: 5000, statement: 15_000, answer: 20_000, close: 2000 };

/**
 * Id of the advisory lock for migrations; the same in every version. One process holds it and migrates, the others
 * wait.
 */
const MIGRATION_LOCK = 7_267_782_001;

/**
 * The catalog in a PostgreSQL database, which any number of gateways share. Nothing is connected before the first call.
 * A commit is as durable as the server makes it (`synchronous_commit`).
 *
 * @throws GatewayError CATALOG_MISCONFIGURED when the file of certificates cannot be read
 */
export function openPostgresCatalog(settings: PostgresSettings, timeouts: PostgresTimeouts = TIMEOUTS): KyselyCatalog {
  const sockets = new Set<Socket>();
  const options: pg.PoolConfig = {
    connectionString: settings.connectionString,
    ssl: tlsOptions(settings),
    max: settings.poolSize,
    connectionTimeoutMillis: timeouts.connect,
    keepAlive: true,
    application_name: 'rtcstats-server',
    stream: () => trackedSocket(sockets),
  };
  // Never connected; it resolves the connection string and libpq's variables for error messages.
  const { host, port, database } = new pg.Client(options);
  const errors = new PostgresErrors({ place: `${host}:${port}`, database: database ?? '' });
  const pool = new pg.Pool(options);
  // Idle connections end with the server. The next query opens a new one and reports its own error.
  pool.on('error', () => {});
  // For a connection in use, the promise of the query rejects as well; without a listener, the event would end the
  // process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const dialect = new PostgresDialect({ pool: new BoundedPool(pool, sockets, timeouts) });
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), postgresEngine(errors, timeouts));
}

function postgresEngine(errors: PostgresErrors, timeouts: PostgresTimeouts): Engine {
  return {
    name: 'postgres',
    supportsSkipLocked: true,
    // One transaction, so that a failed migration is rolled back and the lock is released with the connection.
    exclusively: (db, work) =>
      db.transaction().execute(async (transaction) => {
        await sql`select set_config('lock_timeout', ${String(timeouts.statement)}, true)`.execute(transaction);
        await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
        // Checked first, because after the first refusal PostgreSQL only answers that the transaction has failed.
        const { rows } = await sql<{ allowed: boolean | null }>`
          select has_schema_privilege(current_schema(), 'create') as allowed`.execute(transaction);
        if (!rows[0]?.allowed) throw errors.notAllowed();
        return await work(transaction);
      }),
    transaction: (db, work) => db.transaction().execute(work),
    durableTransaction: (db, work) => db.transaction().execute(work),
    // The server waits for locks itself.
    patiently: (work) => work(),
    scrub: () => Promise.resolve(true),
    describe: (error) => errors.describe(error),
    // undefined_table (https://www.postgresql.org/docs/current/errcodes-appendix.html)
    isMissingTable: (error) => error instanceof pg.DatabaseError && error.code === '42P01',
  };
}

function tlsOptions({ ssl, caFile }: PostgresSettings): pg.PoolConfig['ssl'] {
  switch (ssl) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true, ...(caFile === undefined ? {} : { ca: readCertificates(caFile) }) };
  }
}

function readCertificates(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new GatewayError(
      'CATALOG_MISCONFIGURED',
      `catalog.postgres.caFile: ${path} cannot be read (${errorCode(cause)})`,
      {
        cause,
      },
    );
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new GatewayError('CATALOG_MISCONFIGURED', `catalog.postgres.caFile: ${path} holds no certificate in PEM`);
}

function trackedSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

/** The pool of `pg` with time-outs: without them, a call would wait endlessly for a server that does not answer. */
class BoundedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #timeouts: PostgresTimeouts;
  readonly #prepared = new WeakSet<pg.PoolClient>();
  readonly options = {};

  constructor(pool: pg.Pool, sockets: ReadonlySet<Socket>, timeouts: PostgresTimeouts) {
    this.#pool = pool;
    this.#sockets = sockets;
    this.#timeouts = timeouts;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect();
    const bounded = new BoundedClient(client, this.#timeouts.answer);
    if (this.#prepared.has(client)) return bounded;
    try {
      // Not a connection parameter, because poolers such as PgBouncer refuse parameters that they do not know.
      await bounded.query(`set statement_timeout = ${this.#timeouts.statement}`, []);
      this.#prepared.add(client);
      return bounded;
    } catch (error) {
      bounded.release(true);
      throw error;
    }
  }

  async end(): Promise<void> {
    const done = new AbortController();
    const ended = this.#pool.end().finally(() => done.abort());
    // A graceful end waits for the server, which never answers over a lost network.
    await Promise.race([ended, pause(this.#timeouts.close, undefined, { signal: done.signal }).catch(() => {})]);
    for (const socket of this.#sockets) socket.destroy();
    await ended;
  }
}

class BoundedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #answer: number;
  #lost = false;

  constructor(client: pg.PoolClient, answer: number) {
    this.#client = client;
    this.#answer = answer;
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: unknown): R;
  query(text: unknown, parameters?: readonly unknown[]): unknown {
    if (typeof text !== 'string') throw new TypeError('The catalog uses no cursors');
    return this.#query(text, parameters ?? []);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy === true || this.#lost);
  }

  async #query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // The answer may still arrive, so the connection must not be used again.
      this.#lost = true;
      late.reject(new AnswerTimeout());
    }, this.#answer);
    try {
      const result = this.#client.query(text, [...parameters]);
      return (await Promise.race([result, late.promise])) as unknown as PostgresQueryResult<R>;
    } finally {
      clearTimeout(timer);
    }
  }
}

class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';
  readonly code = 'ETIMEDOUT';
}
