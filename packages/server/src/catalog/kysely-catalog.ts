import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Catalog, SessionPage, SessionQuery, SessionRow } from './catalog.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Deliveries } from './deliveries.ts';
import type { Engine } from './engine.ts';
import { KyselyDeliveries } from './kysely-deliveries.ts';
import { fromTable, toTable, toText } from './rows.ts';
import { type CatalogTables, catalogMigrations, MIGRATIONS, type SessionsTable } from './schema.ts';

/** Rows a statement. 20 columns each stay far below the parameter limits of SQLite (32,766) and PostgreSQL (65,535). */
const ROWS_PER_STATEMENT = 100;
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
const NAME_COLUMNS = ['id', 'user_name', 'conference', 'session'] as const;

/** The table in which Kysely's migrator keeps what it did. */
type MigrationTables = {
  readonly kysely_migration: { readonly name: string };
};

interface Waiting {
  readonly row: SessionsTable;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queries, the same for every engine. Rows that are put during one turn of the event loop, or while a write is under
 * way, go into one statement: a hundred sessions that end together are one commit, not a hundred.
 */
export class KyselyCatalog implements Catalog {
  readonly deliveries: Deliveries;
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  #waiting: Waiting[] = [];
  /** Writes run one after the other, which is what keeps the changes of a session in order. */
  #writes: Promise<void> = Promise.resolve();
  /** The migration under way, or the one that went well. */
  #migrated: Promise<void> | undefined;

  constructor(db: Kysely<CatalogTables>, engine: Engine) {
    this.#db = db;
    this.#engine = engine;
    this.deliveries = new KyselyDeliveries(db, engine, (work) => this.#query(work));
  }

  async migrate(): Promise<readonly string[]> {
    const migrated = this.#described(() => this.#migrate());
    this.#migrated = migrated.then(
      () => {},
      () => {
        this.#migrated = undefined;
      },
    );
    return await migrated;
  }

  put(session: SessionRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row: toTable(session), resolve, reject });
      if (this.#waiting.length > 1) return;
      setImmediate(() => void this.#enqueue(() => this.#writeWaiting()));
    });
  }

  async get(id: string): Promise<SessionRow | undefined> {
    return await this.#query(async () => {
      const row = await this.#db.selectFrom('sessions').selectAll().where('id', '=', toText(id)).executeTakeFirst();
      return row && fromTable(row);
    });
  }

  async list(query: SessionQuery): Promise<SessionPage> {
    const limit = query.limit ?? DEFAULT_PAGE;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new GatewayError('BAD_REQUEST', `limit: a whole number from 1 to ${MAX_PAGE} is needed`);
    }
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    let select = this.#db.selectFrom('sessions').selectAll();
    if (query.user !== undefined) select = select.where('user_name', 'in', anyOf(query.user));
    if (query.conference !== undefined) select = select.where('conference', 'in', anyOf(query.conference));
    if (query.session !== undefined) select = select.where('session', 'in', anyOf(query.session));
    if (query.anyName !== undefined) {
      const names = anyOf(query.anyName);
      select = select.where((any) => any.or(NAME_COLUMNS.map((column) => any(column, 'in', names))));
    }
    if (query.state !== undefined) select = select.where('state', '=', query.state);
    if (query.origin !== undefined) select = select.where('origin', 'in', anyOf(query.origin));
    if (query.browser !== undefined) select = select.where('browser', '=', query.browser);
    if (query.from !== undefined) select = select.where('started_at', '>=', query.from);
    if (query.to !== undefined) select = select.where('started_at', '<', query.to);
    if (after) select = select.where(sql<boolean>`(started_at, id) < (${after.startedAt}, ${after.id})`);
    // One more than asked for tells whether there is a next page.
    const ordered = select
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    const rows = await this.#query(() => ordered.execute());
    const sessions = rows.slice(0, limit).map(fromTable);
    const last = sessions.at(-1);
    return { sessions, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
  }

  async oldestStart(): Promise<string | undefined> {
    return await this.#query(async () => {
      const oldest = this.#db.selectFrom('sessions').select(({ fn }) => fn.min('started_at').as('start'));
      return (await oldest.executeTakeFirst())?.start ?? undefined;
    });
  }

  async delete(id: string): Promise<void> {
    // A row that waits to be written was put before this call and must not come back after it.
    void this.#enqueue(() => this.#writeWaiting());
    await this.#enqueue(() =>
      this.#query(async () => {
        await this.#db.deleteFrom('sessions').where('id', '=', toText(id)).execute();
      }),
    );
  }

  async close(): Promise<void> {
    await this.#enqueue(() => this.#writeWaiting());
    await this.#db.destroy();
  }

  #enqueue(write: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(write);
    this.#writes = done.catch(() => {});
    return done;
  }

  /** Never rejects: each row's own promise says how it went. */
  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    for (let start = 0; start < batch.length; start += ROWS_PER_STATEMENT) {
      const part = batch.slice(start, start + ROWS_PER_STATEMENT);
      try {
        // PostgreSQL refuses a statement that touches a row twice; of two versions the later one counts.
        const rows = new Map(part.map(({ row }) => [row.id, row]));
        await this.#query(() => this.#upsert([...rows.values()]));
        for (const waiting of part) waiting.resolve();
      } catch (error) {
        for (const waiting of part) waiting.reject(error);
      }
    }
  }

  async #upsert(rows: readonly SessionsTable[]): Promise<void> {
    const columns = Object.keys(rows[0]!).filter((column) => column !== 'id') as (keyof SessionsTable)[];
    await this.#db
      .insertInto('sessions')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((values) =>
            Object.fromEntries(columns.map((column) => [column, values.ref(`excluded.${column}`)])),
          ),
      )
      .execute();
  }

  /** Every query waits for the tables: a database that was away at the start is migrated when it is back. */
  async #query<T>(work: () => Promise<T>): Promise<T> {
    if (this.#migrated === undefined) await this.migrate();
    else await this.#migrated;
    return await this.#described(work);
  }

  async #migrate(): Promise<readonly string[]> {
    if (await this.#isCurrent()) return [];
    return await this.#engine.exclusively(this.#db, async (db) => {
      const migrator = new Migrator({ db, provider: catalogMigrations(this.#engine.name) });
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
      return (results ?? []).map(({ migrationName }) => migrationName);
    });
  }

  /**
   * Most starts end here: nothing is locked and no right to change tables is needed. Entries that are not known are those of
   * a newer version, which only added to the tables.
   */
  async #isCurrent(): Promise<boolean> {
    try {
      const rows = await this.#db.withTables<MigrationTables>().selectFrom('kysely_migration').select('name').execute();
      const applied = new Set(rows.map(({ name }) => name));
      return MIGRATIONS.every((name) => applied.has(name));
    } catch (error) {
      if (this.#engine.saysNoTable(error)) return false;
      throw error;
    }
  }

  async #described<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#engine.patiently(work);
    } catch (error) {
      throw error instanceof GatewayError ? error : this.#engine.describe(error);
    }
  }
}

/** Texts as the tables can hold them. */
function anyOf(names: string | readonly string[]): readonly string[] {
  return (typeof names === 'string' ? [names] : names).map(toText);
}
