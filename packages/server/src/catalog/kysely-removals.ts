import type { Kysely } from 'kysely';
import type { Engine, RunQuery } from './engine.ts';
import type { ExportPart } from './exports.ts';
import { withdrawDeliveries } from './kysely-deliveries.ts';
import { partFromTable } from './kysely-exports.ts';
import type { Removal, RemovalReason, Removals } from './removals.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

/** Columns of a session that say something about the person or the device. */
const STRIPPED = {
  user_name: null,
  conference: null,
  session: null,
  signed: '[]',
  country: null,
  origin: null,
  user_agent: null,
  browser: 'other',
} as const;

/** The removals in a table of the catalog, the same for every engine. */
export class KyselyRemovals implements Removals {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async begin({ sessionId, reason, host, startedAt, requestedAt }: Removal): Promise<void> {
    const session_id = toText(sessionId);
    const row = { session_id, reason, host: toText(host), started_at: startedAt, requested_at: requestedAt };
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        await db
          .insertInto('removals')
          .values(row)
          .onConflict((conflict) => conflict.column('session_id').doNothing())
          .execute();
        await withdrawDeliveries(db, [session_id], requestedAt);
        await removeFromParts(db, { day: startedAt.slice(0, 10), host: row.host }, session_id);
      }),
    );
  }

  async changedParts({ host, startedAt }: Pick<Removal, 'host' | 'startedAt'>): Promise<readonly ExportPart[]> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('exported_parts')
        .selectAll()
        .where('day', '=', startedAt.slice(0, 10))
        .where('host', '=', toText(host))
        .where('written_at', 'is', null)
        .execute(),
    );
    return rows.map(partFromTable);
  }

  async strip(sessionId: string): Promise<void> {
    const id = toText(sessionId);
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        await db.deleteFrom('analyses').where('session_id', '=', id).execute();
        await db.updateTable('sessions').set(STRIPPED).where('id', '=', id).execute();
      }),
    );
  }

  async finish(sessionId: string): Promise<void> {
    const id = toText(sessionId);
    await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        const nothing = { url: null, embed_url: null, analysis: null };
        await db.updateTable('deliveries').set(nothing).where('session_id', '=', id).execute();
        await db.deleteFrom('removals').where('session_id', '=', id).execute();
      }),
    );
  }

  async list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly Removal[]> {
    let select = this.#db.selectFrom('removals').selectAll();
    if (after !== undefined) select = select.where('session_id', '>', toText(after));
    const rows = await this.#query(() => select.orderBy('session_id').limit(limit).execute());
    return rows.map((row) => ({
      sessionId: row.session_id,
      reason: row.reason as RemovalReason,
      host: row.host,
      startedAt: row.started_at,
      requestedAt: row.requested_at,
    }));
  }
}

/**
 * Takes a session out of the parts that have it: several, if it was analyzed again. They are searched by their day,
 * because gateways of earlier versions write the lists as texts.
 */
export async function removeFromParts(
  db: Kysely<CatalogTables>,
  { day, host }: { readonly day: string; readonly host: string },
  sessionId: string,
): Promise<void> {
  const quoted = JSON.stringify(sessionId);
  const rows = await db
    .selectFrom('exported_parts')
    .select(['name', 'sessions'])
    .where('day', '=', day)
    .where('host', '=', host)
    .where('sessions', 'like', `%${quoted.replaceAll(/[%_\\]/g, '_')}%`)
    .execute();
  for (const { name, sessions } of rows) {
    const left = (JSON.parse(sessions) as string[]).filter((id) => id !== sessionId);
    await db
      .updateTable('exported_parts')
      .set({ sessions: JSON.stringify(left), written_at: null })
      .where('name', '=', name)
      .where('sessions', '=', sessions)
      .execute();
  }
}
