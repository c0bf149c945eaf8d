import type { Kysely } from 'kysely';
import type { RunQuery } from './engine.ts';
import type { Lease, Leases } from './leases.ts';
import type { CatalogTables } from './schema.ts';

/** The leases in a table of the catalog, the same for every engine. */
export class KyselyLeases implements Leases {
  readonly #db: Kysely<CatalogTables>;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, query: RunQuery) {
    this.#db = db;
    this.#query = query;
  }

  async take({ name, holder, now, until }: Lease): Promise<boolean> {
    // One statement, so that of two gateways that find an expired lease only one takes it.
    const taken = await this.#query(() =>
      this.#db
        .insertInto('leases')
        .values({ name, holder, until })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, until })
            .where((where) => where.or([where('leases.holder', '=', holder), where('leases.until', '<=', now)])),
        )
        .returning('name')
        .executeTakeFirst(),
    );
    return taken !== undefined;
  }

  async release({ name, holder }: Pick<Lease, 'name' | 'holder'>): Promise<void> {
    await this.#query(() =>
      this.#db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute(),
    );
  }
}
