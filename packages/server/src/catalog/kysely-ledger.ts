import type { Kysely } from 'kysely';
import { egressOf, toEgressTable } from './delivery-rows.ts';
import type { RunQuery } from './engine.ts';
import type { EgressEnd, EgressEntry, Ledger } from './ledger.ts';
import type { CatalogTables } from './schema.ts';

const DEFAULT_PAGE = 100;

/** The ledger in a table of the catalog, the same for every engine. */
export class KyselyLedger implements Ledger {
  readonly #db: Kysely<CatalogTables>;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, query: RunQuery) {
    this.#db = db;
    this.#query = query;
  }

  async beginEgress(entry: EgressEntry): Promise<void> {
    await this.#query(() => this.#db.insertInto('egress').values(toEgressTable(entry)).execute());
  }

  async endEgress(id: string, { bytes, outcome, endedAt, remoteId }: EgressEnd): Promise<void> {
    await this.#query(() =>
      this.#db
        .updateTable('egress')
        .set({ bytes, outcome, ended_at: endedAt, remote_id: remoteId })
        .where('id', '=', id)
        .execute(),
    );
  }

  async egress({ limit = DEFAULT_PAGE, before }: { limit?: number; before?: string }): Promise<readonly EgressEntry[]> {
    let select = this.#db.selectFrom('egress').selectAll();
    if (before !== undefined) select = select.where('id', '<', before);
    const rows = await this.#query(() => select.orderBy('id', 'desc').limit(limit).execute());
    return rows.map(egressOf);
  }
}
