import { type Kysely, sql } from 'kysely';
import type { Engine, RunQuery } from './engine.ts';
import {
  erasureOf,
  isFinal,
  openErasureOf,
  type RemainingReports,
  reportOf,
  toErasuresTable,
  withReport,
} from './erasure-rows.ts';
import type { Erasure, Erasures, NewErasure, OpenErasure, RemainingSession, SessionReport } from './erasures.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

const DEFAULT_PAGE = 100;
/** Ids per statement, far below the parameter limits of SQLite (32,766) and PostgreSQL (65,535). */
const IDS_PER_STATEMENT = 500;

/** The erasures in two tables of the catalog, the same for every engine. */
export class KyselyErasures implements Erasures {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async begin(erasure: NewErasure): Promise<void> {
    await this.#query(() =>
      this.#db
        .insertInto('erasures')
        .values(toErasuresTable(erasure))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute(),
    );
  }

  async add(id: string, sessionIds: readonly string[]): Promise<void> {
    for (let start = 0; start < sessionIds.length; start += IDS_PER_STATEMENT) {
      await this.#addSome(id, sessionIds.slice(start, start + IDS_PER_STATEMENT));
    }
  }

  async #addSome(id: string, sessionIds: readonly string[]): Promise<void> {
    const rows = sessionIds.map((session) => ({ erasure: id, session_id: toText(session), report: null }));
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        const added = await db
          .insertInto('erasure_sessions')
          .values(rows)
          .onConflict((conflict) => conflict.columns(['erasure', 'session_id']).doNothing())
          .returning('session_id')
          .execute();
        await db
          .updateTable('erasures')
          .set({ sessions: sql<number>`sessions + ${added.length}` })
          .where('id', '=', id)
          .execute();
      }),
    );
  }

  async get(id: string): Promise<Erasure | undefined> {
    return await this.#query(async () => {
      const row = await this.#db.selectFrom('erasures').selectAll().where('id', '=', toText(id)).executeTakeFirst();
      return row && erasureOf(row, await this.#reports([row.id]));
    });
  }

  async list({ limit = DEFAULT_PAGE, before }: { limit?: number; before?: string }): Promise<readonly Erasure[]> {
    let select = this.#db.selectFrom('erasures').selectAll();
    if (before !== undefined) select = select.where('id', '<', toText(before));
    return await this.#query(async () => {
      const rows = await select.orderBy('id', 'desc').limit(limit).execute();
      const reports = await this.#reports(rows.map(({ id }) => id));
      return rows.map((row) => erasureOf(row, reports));
    });
  }

  /** The different reports of the sessions that remain, with their number. There are few, however many sessions. */
  async #reports(ids: readonly string[]): Promise<readonly RemainingReports[]> {
    if (ids.length === 0) return [];
    return await this.#db
      .selectFrom('erasure_sessions')
      .select(['erasure', 'report', (select) => select.fn.countAll().as('count')])
      .where('erasure', 'in', ids)
      .groupBy(['erasure', 'report'])
      .execute();
  }

  async open(): Promise<readonly OpenErasure[]> {
    return await this.#query(async () => {
      const rows = await this.#db
        .selectFrom('erasures')
        .selectAll()
        .where('finished_at', 'is', null)
        .orderBy('id')
        .execute();
      const reports = await this.#reports(rows.map(({ id }) => id));
      return rows.map((row) => openErasureOf(row, reports));
    });
  }

  async claim(id: string, by: string, now: string, until: string): Promise<boolean> {
    const result = await this.#query(() =>
      this.#db
        .updateTable('erasures')
        .set({ claim: by, claimed_until: until })
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .where((where) =>
          where.or([where('claim', 'is', null), where('claim', '=', by), where('claimed_until', '<', now)]),
        )
        .executeTakeFirst(),
    );
    return result.numUpdatedRows > 0n;
  }

  async release(id: string, by: string): Promise<void> {
    await this.#query(() =>
      this.#db
        .updateTable('erasures')
        .set({ claim: null, claimed_until: null })
        .where('id', '=', id)
        .where('claim', '=', by)
        .execute(),
    );
  }

  async remaining(
    id: string,
    { limit, after = '' }: { readonly limit: number; readonly after?: string },
  ): Promise<readonly RemainingSession[]> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('erasure_sessions')
        .select(['session_id', 'report'])
        .where('erasure', '=', id)
        .where('session_id', '>', after)
        .orderBy('session_id')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ session_id, report }) => ({ sessionId: session_id, report: reportOf(report) }));
  }

  async settle(id: string, sessionId: string, report: SessionReport): Promise<void> {
    const session = toText(sessionId);
    if (!isFinal(report)) {
      await this.#query(() =>
        this.#db
          .updateTable('erasure_sessions')
          .set({ report: JSON.stringify(report) })
          .where('erasure', '=', id)
          .where('session_id', '=', session)
          .execute(),
      );
      return;
    }
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('erasure_sessions')
          .where('erasure', '=', id)
          .where('session_id', '=', session)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return;
        let select = db.selectFrom('erasures').select('places').where('id', '=', id);
        if (this.#engine.name === 'postgres') select = select.forUpdate();
        const { places } = await select.executeTakeFirstOrThrow();
        await db
          .updateTable('erasures')
          .set({ places: withReport(places, report) })
          .where('id', '=', id)
          .execute();
      }),
    );
  }

  async endedLive(id: string, sessions: number): Promise<void> {
    await this.#query(() =>
      this.#db
        .updateTable('erasures')
        .set({ live: sql<number>`live + ${sessions}` })
        .where('id', '=', id)
        .execute(),
    );
  }

  async finish(id: string, at: string): Promise<boolean> {
    const result = await this.#query(() =>
      this.#db
        .updateTable('erasures')
        .set({ finished_at: at, names: null, claim: null, claimed_until: null })
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('erasure_sessions').select('session_id').where('erasure', '=', id))),
        )
        .executeTakeFirst(),
    );
    return result.numUpdatedRows > 0n;
  }
}
