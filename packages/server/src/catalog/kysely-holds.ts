import type { Kysely } from 'kysely';
import type { Engine, RunQuery } from './engine.ts';
import type { Hold, HoldKind, Holds } from './holds.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

/** Rows of three columns; far below the parameter limit of SQLite (32,766). */
const ROWS_PER_INSERT = 500;

/** The holds in two tables of the catalog, the same for every engine. */
export class KyselyHolds implements Holds {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async add({ id, kind, name, names, reason, createdAt, coversUntil }: Hold): Promise<void> {
    const row = { id, kind, name: toText(name), reason: toText(reason), created_at: createdAt, until: coversUntil };
    const held = [...new Set([name, ...names].map(toText))].map((text) => ({ hold_id: id, kind, name: text }));
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        await db.insertInto('holds').values(row).execute();
        for (let start = 0; start < held.length; start += ROWS_PER_INSERT) {
          await db
            .insertInto('hold_names')
            .values(held.slice(start, start + ROWS_PER_INSERT))
            .execute();
        }
      }),
    );
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#query(() => this.#db.deleteFrom('holds').where('id', '=', id).executeTakeFirst());
    return removed.numDeletedRows > 0n;
  }

  async list(): Promise<readonly Hold[]> {
    return await this.#query(async () => {
      const holds = await this.#db.selectFrom('holds').selectAll().orderBy('id').execute();
      if (holds.length === 0) return [];
      const names = new Map<string, string[]>(holds.map(({ id }) => [id, []]));
      const rows = await this.#db.selectFrom('hold_names').select(['hold_id', 'name']).orderBy('name').execute();
      for (const { hold_id, name } of rows) names.get(hold_id)?.push(name);
      return holds.map(({ id, kind, name, reason, created_at, until }) => ({
        id,
        kind: kind as HoldKind,
        name,
        names: names.get(id)!,
        reason,
        createdAt: created_at,
        coversUntil: until,
      }));
    });
  }
}
