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
import { GatewayError } from '../errors/gateway-error.ts';
import type { Engine } from './engine.ts';
import { KyselyCatalog } from './kysely-catalog.ts';
import { PostgresErrors } from './postgres-errors.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import type { CatalogTables } from './schema.ts';

/** Milliseconds. */
export interface PostgresTimeouts {
  /** Until a connection stands, or one of the pool is free. */
  readonly connect: number;
  /** After which the server ends a statement; what nobody waits for any more must not be done later. */
  readonly statement: number;
  /** After which an answer is not waited for any more, and the connection is given up. Longer than `statement`. */
  readonly answer: number;
  /** Until connections that do not end are cut when the catalog is closed. */
  readonly close: number;
}

const TIMEOUTS: PostgresTimeouts = { connect: 5000, statement: 15_000, answer: 20_000, close: 2000 };

/** Any number, the same in every version: who holds it in this database migrates, all others wait. */
const MIGRATION_LOCK = 7_267_782_001;

/**
 * The catalog in a PostgreSQL database, which any number of gateways share. Nothing is connected before the first call. A commit
 * is as durable as the server makes it (`synchronous_commit`).
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
  // Never connected: it knows what the connection string and libpq's variables come to.
  const { host, port, database } = new pg.Client(options);
  const errors = new PostgresErrors({ place: `${host}:${port}`, database: database ?? '' });
  const pool = new pg.Pool(options);
  // Connections that rest in the pool end when the server does. The next query asks for a new one, and says what it finds.
  pool.on('error', () => {});
  // Of one that is in use the query's own promise says the same; without a listener it would end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const dialect = new PostgresDialect({ pool: new BoundedPool(pool, sockets, timeouts) });
  return new KyselyCatalog(new Kysely<CatalogTables>({ dialect }), postgresEngine(errors, timeouts));
}

function postgresEngine(errors: PostgresErrors, timeouts: PostgresTimeouts): Engine {
  return {
    name: 'postgres',
    supportsSkipLocked: true,
    // All in one transaction: a migration that fails leaves nothing half done, and the lock goes with the connection.
    exclusively: (db, work) =>
      db.transaction().execute(async (transaction) => {
        await sql`select set_config('lock_timeout', ${String(timeouts.statement)}, true)`.execute(transaction);
        await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
        // Asked first: after the first refusal PostgreSQL answers nothing but that the transaction has failed.
        const { rows } = await sql<{ allowed: boolean | null }>`
          select has_schema_privilege(current_schema(), 'create') as allowed`.execute(transaction);
        if (!rows[0]?.allowed) throw errors.notAllowed();
        return await work(transaction);
      }),
    transaction: (db, work) => db.transaction().execute(work),
    // The server does the waiting.
    patiently: (work) => work(),
    describe: (error) => errors.describe(error),
    // undefined_table (https://www.postgresql.org/docs/current/errcodes-appendix.html)
    saysNoTable: (error) => error instanceof pg.DatabaseError && error.code === '42P01',
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
    const { code } = cause as NodeJS.ErrnoException;
    throw new GatewayError('CATALOG_MISCONFIGURED', `catalog.postgres.caFile: ${path} cannot be read (${code})`, {
      cause,
    });
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

/** The pool of `pg`, in which a server that does not answer would be waited for without end. */
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
      // Not part of the connection's own parameters: poolers such as PgBouncer refuse those that they do not know.
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
    // A polite end waits for the server's, which a lost network never brings.
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
      // The answer may still come; the connection must not be used for another question.
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
