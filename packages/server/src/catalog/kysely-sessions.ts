import { type Kysely, sql } from 'kysely';
import type { AnalysisRow } from './analyses.ts';
import type { Engine, RunQuery } from './engine.ts';
import { type AnalysisEntry, writeAnalyses } from './kysely-analyses.ts';
import { removeKeysOf } from './kysely-dump-keys.ts';
import { removeFromParts } from './kysely-removals.ts';
import type { EngineName } from './migrations/migration.ts';
import { fromTable, toTable, toText } from './rows.ts';
import type { CatalogTables, SessionsTable } from './schema.ts';
import { listSessions } from './session-list.ts';
import type { SessionPage, SessionQuery, SessionRow, Sessions } from './sessions.ts';

/** 100 rows of 20 columns stay far below the parameter limits of SQLite (32,766) and PostgreSQL (65,535). */
const ROWS_PER_STATEMENT = 100;

/** A row to be written, and the promise of its `put`. */
interface PendingRow {
  readonly row: SessionsTable;
  readonly analysis: AnalysisRow | null | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The list of sessions in a table of the catalog, the same for every engine.
 *
 * Writes are batched. `put` adds its row to `#pending`; the next write takes all pending rows into one statement, so
 * that a hundred sessions that end together cost one commit instead of a hundred:
 *
 *     put(a) put(b)        put(c) put(d) put(e)      delete(a)
 *        └──┬──┘              └──────┼──────┘            │
 *     upsert a,b  ───────────▶  upsert c,d,e  ─────▶  delete a      one after the other in `#writes`
 *
 * Since there is only one write at a time, changes of a session are applied in the order of the calls.
 */
export class KyselySessions implements Sessions {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;
  #pending: PendingRow[] = [];
  /** Settles with the last write that was begun; never rejects. */
  #writes: Promise<void> = Promise.resolve();

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  put(session: SessionRow, analysis?: AnalysisRow | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ row: toTable(session), analysis, resolve, reject });
      if (this.#pending.length > 1) return;
      setImmediate(() => void this.#enqueue(() => this.#writePending()));
    });
  }

  async replaceStored(storageKey: string, session: SessionRow, analysis?: AnalysisRow | null): Promise<boolean> {
    void this.#enqueue(() => this.#writePending());
    let isReplaced = false;
    await this.#enqueue(() =>
      this.#query(async () => {
        isReplaced = await this.#engine.transaction(this.#db, (db) =>
          replaceStored(db, this.#engine.name, { storageKey, row: toTable(session), analysis }),
        );
      }),
    );
    return isReplaced;
  }

  async get(id: string): Promise<SessionRow | undefined> {
    return await this.#query(async () => {
      const row = await this.#db.selectFrom('sessions').selectAll().where('id', '=', toText(id)).executeTakeFirst();
      return row && fromTable(row);
    });
  }

  async list(query: SessionQuery): Promise<SessionPage> {
    return await this.#query(() => listSessions(this.#db, this.#engine.name, query));
  }

  async oldestStart(): Promise<string | undefined> {
    return await this.#query(async () => {
      const oldest = this.#db.selectFrom('sessions').select(({ fn }) => fn.min('started_at').as('start'));
      return (await oldest.executeTakeFirst())?.start ?? undefined;
    });
  }

  async countByKey(): Promise<ReadonlyMap<string, number>> {
    const key = this.#engine.name === 'sqlite' ? sql`json_extract(receipt, '$.keyId')` : sql`receipt::json ->> 'keyId'`;
    const select = sql<{ key: string | null; count: number | string }>`
      select ${key} as key, count(*) as count from sessions group by 1`;
    const { rows } = await this.#query(() => select.execute(this.#db));
    return new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, Number(row.count)]])));
  }

  async delete(id: string): Promise<void> {
    // Write the pending rows first: one that is written after the delete would bring the session back.
    void this.#enqueue(() => this.#writePending());
    await this.#enqueue(() =>
      this.#query(async () => {
        await this.#engine.transaction(this.#db, async (db) => {
          await removeKeysOf(db, [toText(id)]);
          await db.deleteFrom('sessions').where('id', '=', toText(id)).execute();
        });
      }),
    );
  }

  /** Resolves when everything that was put before is written, or has failed. */
  async drain(): Promise<void> {
    await this.#enqueue(() => this.#writePending());
  }

  #enqueue(write: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(write);
    this.#writes = done.catch(() => {});
    return done;
  }

  /** Never rejects: the outcome goes to the promise of each row. */
  async #writePending(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    for (let start = 0; start < batch.length; start += ROWS_PER_STATEMENT) {
      const part = batch.slice(start, start + ROWS_PER_STATEMENT);
      try {
        // PostgreSQL refuses a statement that touches a row twice; the later version of a row replaces the earlier one.
        const rows = new Map(part.map(({ row }) => [row.id, row]));
        const analyses = new Map<string, AnalysisEntry>();
        for (const { row, analysis } of part) {
          if (analysis !== undefined) analyses.set(row.id, { sessionId: row.id, session: row, analysis });
        }
        await this.#query(() => this.#write([...rows.values()], [...analyses.values()]));
        for (const pending of part) pending.resolve();
      } catch (error) {
        for (const pending of part) pending.reject(error);
      }
    }
  }

  async #write(rows: readonly SessionsTable[], analyses: readonly AnalysisEntry[]): Promise<void> {
    if (analyses.length === 0) return await upsert(this.#db, rows);
    await this.#engine.transaction(this.#db, async (db) => {
      await upsert(db, rows);
      await writeAnalyses(db, this.#engine.name, analyses);
    });
  }
}

interface StoredReplacement {
  readonly storageKey: string;
  readonly row: SessionsTable;
  readonly analysis: AnalysisRow | null | undefined;
}

async function replaceStored(
  db: Kysely<CatalogTables>,
  engine: EngineName,
  { storageKey, row, analysis }: StoredReplacement,
): Promise<boolean> {
  let select = db.selectFrom('sessions').select('id').where('id', '=', row.id);
  select = select.where('state', '=', 'stored').where('storage_key', '=', storageKey);
  // A removal that begins after this waits for the transaction before it changes the row.
  if (engine === 'postgres') select = select.forUpdate();
  if ((await select.executeTakeFirst()) === undefined) return false;
  const removal = db.selectFrom('removals').select('session_id').where('session_id', '=', row.id);
  if ((await removal.executeTakeFirst()) !== undefined) return false;
  await upsert(db, [row]);
  if (analysis !== undefined) {
    await writeAnalyses(db, engine, [{ sessionId: row.id, session: row, analysis }]);
    // The files have figures of the old dump. A gateway writes them without the session, and the new figures elsewhere.
    await removeFromParts(db, { day: row.started_at.slice(0, 10), host: row.host }, row.id);
  }
  return true;
}

async function upsert(db: Kysely<CatalogTables>, rows: readonly SessionsTable[]): Promise<void> {
  const columns = Object.keys(rows[0]!).filter((column) => column !== 'id') as (keyof SessionsTable)[];
  await db
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
