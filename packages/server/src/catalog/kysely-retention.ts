import { CALL_VERDICTS, OVERVIEW_DIMENSIONS } from '@rtcstats-server/api/states';
import { type Kysely, sql } from 'kysely';
import type { Engine, RunQuery } from './engine.ts';
import type { ExportPart } from './exports.ts';
import { countHeld, heldAmong, notHeld } from './held.ts';
import { withdrawDeliveries } from './kysely-deliveries.ts';
import { removeKeysOf } from './kysely-dump-keys.ts';
import { partFromTable } from './kysely-exports.ts';
import type { Due, DueKind, Expired, ExpiredDump, ExpiryBatch, PartQuery, Retention } from './retention.ts';
import { due } from './retention-due.ts';
import { egressIdAt, finishedDeliveries, oldEgress } from './retention-rows.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

/** The name of the row of `retention` that the migration writes. */
const REMOVES_FROM = 'removes-from';
/** States of sessions that were never finished. */
const UNFINISHED = ['recording', 'closed'];

/** The first two columns of the key of the rollups. */
const ROLLUPS = (['hour', 'day', 'month'] as const).flatMap((granularity) =>
  (['all', ...OVERVIEW_DIMENSIONS] as const).map((dimension) => [granularity, dimension] as const),
);

interface SelectedSession {
  readonly id: string;
  readonly started_at: string;
  readonly storage_key: string | null;
  readonly stored_bytes: number | string | null;
}

/** Retention in the tables of the catalog, the same for every engine. */
export class KyselyRetention implements Retention {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async removesFrom(): Promise<string | undefined> {
    const select = this.#db.selectFrom('retention').select('time').where('name', '=', REMOVES_FROM);
    return (await this.#query(() => select.executeTakeFirst()))?.time;
  }

  async expireDumps(batch: ExpiryBatch, host: string | undefined, now: string): Promise<Expired<ExpiredDump>> {
    return await this.#transaction(async (db) => {
      const rows = await this.#select(db, ['stored'], batch, true, host);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) {
        // Readers that are told a URL would not find the dump.
        await db.updateTable('sessions').set({ state: 'erased', blob_url: null }).where('id', 'in', ids).execute();
        await withdrawDeliveries(db, ids, now);
      }
      return expired(rows, dumpOf);
    });
  }

  async leftoverDumps(limit: number, host: string | undefined): Promise<readonly ExpiredDump[]> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('sessions')
        .select(['id', 'started_at', 'storage_key', 'stored_bytes'])
        // Literals, so that SQLite sees that the partial index has all of them.
        .where(sql<boolean>`state = 'erased' and storage_key is not null`)
        .$if(host !== undefined, (select) => select.where('host', '=', toText(host!)))
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(dumpOf);
  }

  async dumpsRemoved(sessionIds: readonly string[]): Promise<void> {
    await this.#removed(sessionIds, 'erased');
  }

  async expiredQuarantine(batch: ExpiryBatch, host: string | undefined): Promise<Expired<ExpiredDump>> {
    return await this.#query(async () =>
      expired(await this.#select(this.#db, ['quarantined'], batch, false, host), dumpOf),
    );
  }

  async quarantineRemoved(sessionIds: readonly string[]): Promise<void> {
    await this.#removed(sessionIds, 'quarantined');
  }

  async quarantinedElsewhere(before: string, host: string): Promise<number> {
    const row = await this.#query(() =>
      this.#db
        .selectFrom('sessions')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('state', '=', 'quarantined')
        .where('started_at', '<', before)
        .where('host', '<>', toText(host))
        .where(notHeld())
        .executeTakeFirst(),
    );
    return Number(row?.count ?? 0);
  }

  async removeSessions(batch: ExpiryBatch): Promise<Expired> {
    return await this.#removeSessions(['erased'], batch);
  }

  async removeAbandoned(batch: ExpiryBatch): Promise<Expired> {
    return await this.#removeSessions(UNFINISHED, batch);
  }

  async removeAnalyses({ before, from = '', limit }: ExpiryBatch): Promise<Expired> {
    return await this.#transaction(async (db) => {
      for (const verdict of CALL_VERDICTS) {
        // By verdict, because the index of the analyses begins with it.
        const rows = await db
          .selectFrom('analyses')
          .innerJoin('sessions', 'sessions.id', 'analyses.session_id')
          .select(['analyses.session_id', 'analyses.started_at'])
          .where('analyses.verdict', '=', verdict)
          .where('analyses.started_at', '>=', from)
          .where('analyses.started_at', '<', before)
          .where(notHeld())
          .orderBy('analyses.started_at')
          .orderBy('analyses.session_id')
          .limit(limit)
          .execute();
        if (rows.length === 0) continue;
        const items = rows.map(({ session_id }) => session_id);
        await db.deleteFrom('analyses').where('session_id', 'in', items).execute();
        return { items, reached: undefined };
      }
      return { items: [], reached: undefined };
    });
  }

  async removeRollups(day: string, limit: number): Promise<number> {
    return await this.#transaction(async (db) => {
      for (const [granularity, dimension] of ROLLUPS) {
        // In the order of the key, so that a call that finds nothing reads nothing.
        const of = db
          .selectFrom('rollups')
          .where('granularity', '=', granularity)
          .where('dimension', '=', dimension)
          // A month stays until all of it is over.
          .where('period', '<', granularity === 'month' ? day.slice(0, 7) : day)
          .orderBy('period')
          .select(['period', 'value']);
        const rows = await of.limit(limit).execute();
        if (rows.length === 0) continue;
        const removed = db.deleteFrom('rollups').where('granularity', '=', granularity);
        for (const { period, value } of rows) {
          const row = removed.where('dimension', '=', dimension).where('period', '=', period);
          await row.where('value', '=', value).execute();
        }
        return rows.length;
      }
      return 0;
    });
  }

  async expiredParts({ before, host, after, limit }: PartQuery): Promise<readonly ExportPart[]> {
    let select = this.#db.selectFrom('exported_parts').selectAll().where('day', '<', before);
    if (host !== undefined) select = select.where('host', '=', toText(host));
    if (after !== undefined) select = select.where(sql<boolean>`(day, name) > (${after.day}, ${after.name})`);
    const rows = await this.#query(() => select.orderBy('day').orderBy('name').limit(limit).execute());
    return rows.map(partFromTable);
  }

  async reducePart(part: ExportPart): Promise<ExportPart | undefined> {
    return await this.#transaction(async (db) => {
      const held = await heldAmong(db, part.sessions);
      const sessions = part.sessions.filter((id) => held.has(id));
      if (sessions.length === part.sessions.length && sessions.length > 0) return undefined;
      const result = await db
        .updateTable('exported_parts')
        .set({ sessions: JSON.stringify(sessions), written_at: null })
        .where('name', '=', part.name)
        .where('sessions', '=', JSON.stringify(part.sessions))
        .executeTakeFirst();
      return result.numUpdatedRows > 0n ? { ...part, sessions } : undefined;
    });
  }

  async removeDeliveries({ before, limit }: ExpiryBatch): Promise<number> {
    return await this.#transaction(async (db) => {
      const rows = await finishedDeliveries(db, before).select('session_id').limit(limit).execute();
      if (rows.length === 0) return 0;
      const ids = rows.map(({ session_id }) => session_id);
      await db.deleteFrom('deliveries').where('session_id', 'in', ids).execute();
      return ids.length;
    });
  }

  async removeEgress({ before, limit }: ExpiryBatch): Promise<number> {
    return await this.#transaction(async (db) => {
      const rows = await oldEgress(db, egressIdAt(before)).select('id').limit(limit).execute();
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      await db.deleteFrom('egress').where('id', 'in', ids).execute();
      return ids.length;
    });
  }

  async heldSessions(): Promise<number> {
    return await this.#query(() => countHeld(this.#db));
  }

  async due(kind: DueKind, before: string): Promise<Due> {
    return await this.#query(() => due(this.#db, kind, before));
  }

  /** The oldest sessions in these states that are over their time and not held, read off the index of the states. */
  async #select(
    db: Kysely<CatalogTables>,
    states: readonly string[],
    { before, from = '', limit }: ExpiryBatch,
    lock: boolean,
    host?: string,
  ): Promise<SelectedSession[]> {
    let select = db
      .selectFrom('sessions')
      .select(['id', 'started_at', 'storage_key', 'stored_bytes'])
      .where('started_at', '>=', from)
      .where('started_at', '<', before)
      .where(notHeld());
    select = states.length === 1 ? select.where('state', '=', states[0]!) : select.where('state', 'in', states);
    if (states.includes('erased')) select = select.where('storage_key', 'is', null);
    if (host !== undefined) select = select.where('host', '=', toText(host));
    select = select.orderBy('started_at').orderBy('id').limit(limit);
    // A session that is written just now is left to the next pass.
    if (lock && this.#engine.supportsSkipLocked) select = select.forUpdate().skipLocked();
    return await select.execute();
  }

  async #removeSessions(states: readonly string[], batch: ExpiryBatch): Promise<Expired> {
    return await this.#transaction(async (db) => {
      const rows = await this.#select(db, states, batch, true);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) {
        await removeKeysOf(db, ids);
        await db.deleteFrom('sessions').where('id', 'in', ids).execute();
      }
      return expired(rows, ({ id }) => id);
    });
  }

  async #removed(sessionIds: readonly string[], from: 'erased' | 'quarantined'): Promise<void> {
    if (sessionIds.length === 0) return;
    await this.#transaction(async (db) => {
      await removeKeysOf(db, sessionIds);
      await db
        .updateTable('sessions')
        .set({ state: 'erased', storage_key: null, blob_url: null, stored_bytes: null })
        .where('id', 'in', sessionIds)
        .where('state', '=', from)
        .execute();
    });
  }

  #transaction<T>(work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T> {
    return this.#query(() => this.#engine.transaction(this.#db, work));
  }
}

function dumpOf({ id, storage_key, stored_bytes }: SelectedSession): ExpiredDump {
  return { id, key: storage_key, bytes: Number(stored_bytes ?? 0) };
}

function expired<T>(rows: readonly SelectedSession[], item: (row: SelectedSession) => T): Expired<T> {
  return { items: rows.map(item), reached: rows.at(-1)?.started_at };
}
