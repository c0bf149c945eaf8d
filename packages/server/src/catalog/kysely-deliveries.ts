import type { DeliveryState } from '@rtcstats-server/api';
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { Claim, Deliveries, Delivery, DeliveryOutcome, NewDelivery } from './deliveries.ts';
import { deliveryOf } from './delivery-rows.ts';
import type { Engine, RunQuery } from './engine.ts';
import { toText } from './rows.ts';
import type { CatalogTables, DeliveriesTable } from './schema.ts';

const DEFAULT_PAGE = 100;

/** The queue of deliveries in tables of the catalog, the same for every engine. */
export class KyselyDeliveries implements Deliveries {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async add(deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const rows = deliveries.map(({ sessionId, by, createdAt }) => ({
      ...NEW_ROW,
      session_id: sessionId,
      asked_by: by,
      created_at: createdAt,
      next_attempt_at: createdAt,
      updated_at: createdAt,
    }));
    await this.#query(() =>
      this.#db
        .insertInto('deliveries')
        .values(rows)
        .onConflict((conflict) => conflict.column('session_id').doNothing())
        .execute(),
    );
  }

  async get(sessionId: string): Promise<Delivery | undefined> {
    const row = await this.#query(() =>
      this.#db.selectFrom('deliveries').selectAll().where('session_id', '=', toText(sessionId)).executeTakeFirst(),
    );
    return row && deliveryOf(row);
  }

  async list({ state, limit = DEFAULT_PAGE }: { state?: DeliveryState; limit?: number }): Promise<readonly Delivery[]> {
    let select = this.#db.selectFrom('deliveries').selectAll();
    if (state !== undefined) select = select.where('state', '=', state);
    const rows = await this.#query(() => select.orderBy('created_at', 'desc').limit(limit).execute());
    return rows.map(deliveryOf);
  }

  async claim(claim: Claim): Promise<Delivery | undefined> {
    return await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        const row = (await this.#due(db, claim, true)) ?? (await this.#due(db, claim, false));
        if (!row) return undefined;
        const sends = row.withdrawn === 0;
        const changed: Partial<DeliveriesTable> = {
          state: sends ? 'sending' : row.state,
          attempts: row.attempts + 1,
          claim: claim.id,
          claimed_until: claim.until,
          budget_day: sends ? dayOf(claim.now) : row.budget_day,
          updated_at: claim.now,
        };
        await db.updateTable('deliveries').set(changed).where('session_id', '=', row.session_id).execute();
        return deliveryOf({ ...row, ...changed });
      }),
    );
  }

  /**
   * @param counting true: any delivery that is due, provided that the budget has room if it is not counted yet; false:
   *   only deliveries that do not use the day's budget
   */
  async #due(
    db: Kysely<CatalogTables>,
    { now, budget, sends }: Claim,
    counting: boolean,
  ): Promise<Selectable<DeliveriesTable> | undefined> {
    const today = dayOf(now);
    let select = db
      .selectFrom('deliveries')
      .selectAll()
      .where('next_attempt_at', '<=', now)
      .where((where) => where.or([where('claim', 'is', null), where('claimed_until', '<', now)]));
    if (!sends) select = select.where('withdrawn', '=', 1);
    else if (!counting) {
      select = select.where((where) => where.or([where('withdrawn', '=', 1), where('budget_day', '=', today)]));
    }
    select = select.orderBy('next_attempt_at').limit(1);
    if (this.#engine.supportsSkipLocked) select = select.forUpdate().skipLocked();
    const row = await select.executeTakeFirst();
    if (!row || !counting || row.withdrawn === 1 || row.budget_day === today) return row;
    return (await this.#count(db, today, budget)) ? row : undefined;
  }

  /**
   * Counts one delivery of this day unless the budget is used up. In one statement, so that no two gateways take the
   * last one.
   */
  async #count(db: Kysely<CatalogTables>, day: string, budget: number | null): Promise<boolean> {
    if (budget === 0) return false;
    const counted = await db
      .insertInto('forward_days')
      .values({ day, used: 1 })
      .onConflict((conflict) => {
        const update = conflict.column('day').doUpdateSet({ used: sql<number>`forward_days.used + 1` });
        return budget === null ? update : update.where('forward_days.used', '<', budget);
      })
      .returning('used')
      .executeTakeFirst();
    return counted !== undefined;
  }

  renew(delivery: Delivery, until: string): Promise<boolean> {
    return this.#update(delivery, { claimed_until: until }, 'unless-withdrawn');
  }

  beginAssembly(delivery: Delivery, at: string, until: string): Promise<boolean> {
    return this.#update(delivery, { assembling_at: at, claimed_until: until }, 'unless-withdrawn');
  }

  async settle(delivery: Delivery, outcome: DeliveryOutcome): Promise<void> {
    const { at, state, nextAttemptAt, remoteId, url, embedUrl, analysis, lastStatus, lastCode, assemblingAt } = outcome;
    // It may have been withdrawn while it was sent; then its removal is due now.
    const next =
      state === 'withdrawn' ? null : sql<string | null>`case when withdrawn = 1 then ${at} else ${nextAttemptAt} end`;
    await this.#update(delivery, {
      state,
      next_attempt_at: next,
      claim: null,
      claimed_until: null,
      updated_at: at,
      ...(remoteId === undefined ? {} : { remote_id: remoteId }),
      ...(url === undefined ? {} : { url }),
      ...(embedUrl === undefined ? {} : { embed_url: embedUrl }),
      ...(analysis === undefined ? {} : { analysis: JSON.stringify(analysis) }),
      ...(lastStatus === undefined ? {} : { last_status: lastStatus }),
      ...(lastCode === undefined ? {} : { last_code: lastCode }),
      ...(assemblingAt === undefined ? {} : { assembling_at: assemblingAt }),
    });
  }

  async #update(delivery: Delivery, values: DeliveryUpdate, when?: 'unless-withdrawn'): Promise<boolean> {
    let update = this.#db
      .updateTable('deliveries')
      .set(values as Updateable<DeliveriesTable>)
      .where('session_id', '=', delivery.sessionId)
      .where('claim', '=', delivery.claim);
    if (when !== undefined) update = update.where('withdrawn', '=', 0);
    const result = await this.#query(() => update.executeTakeFirst());
    return result.numUpdatedRows > 0n;
  }

  async retry(sessionId: string, by: string, at: string): Promise<boolean> {
    const result = await this.#query(() =>
      this.#db
        .updateTable('deliveries')
        .set({ state: 'waiting', asked_by: by, attempts: 0, next_attempt_at: at, updated_at: at })
        .where('session_id', '=', toText(sessionId))
        .where('state', 'in', ['waiting', 'failed', 'refused'])
        .where('withdrawn', '=', 0)
        .executeTakeFirst(),
    );
    return result.numUpdatedRows > 0n;
  }

  async withdraw(sessionId: string, at: string): Promise<void> {
    await this.#query(() => withdrawDeliveries(this.#db, [toText(sessionId)], at));
  }

  async nextDue(): Promise<string | undefined> {
    const row = await this.#query(() =>
      this.#db
        .selectFrom('deliveries')
        // For claimed rows, the lease expiry.
        .select(sql<string | null>`min(coalesce(claimed_until, next_attempt_at))`.as('due'))
        // Always true unless null; lets SQLite use the index instead of reading every delivery.
        .where('next_attempt_at', '>', '')
        .executeTakeFirst(),
    );
    return row?.due ?? undefined;
  }

  async counts(): Promise<Readonly<Partial<Record<DeliveryState, number>>>> {
    const rows = await this.#query(() =>
      this.#db
        .selectFrom('deliveries')
        .select(['state', (select) => select.fn.countAll().as('count')])
        .groupBy('state')
        .execute(),
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  }
}

type DeliveryUpdate = { [K in keyof DeliveriesTable]?: DeliveriesTable[K] | ReturnType<typeof sql<string | null>> };

const NEW_ROW = {
  state: 'waiting',
  attempts: 0,
  assembling_at: null,
  withdrawn: 0,
  remote_id: null,
  url: null,
  embed_url: null,
  analysis: null,
  last_status: null,
  last_code: null,
  claim: null,
  claimed_until: null,
  budget_day: null,
} as const;

/** `Deliveries.withdraw` for several sessions. Without effect on those that were withdrawn before. */
export async function withdrawDeliveries(
  db: Kysely<CatalogTables>,
  sessionIds: readonly string[],
  at: string,
): Promise<void> {
  // Nothing has arrived at the target, so there is nothing to remove there.
  await db
    .updateTable('deliveries')
    .set({ state: 'withdrawn', withdrawn: 1, next_attempt_at: null, updated_at: at })
    .where('session_id', 'in', sessionIds)
    .where('withdrawn', '=', 0)
    .where('remote_id', 'is', null)
    .where('assembling_at', 'is', null)
    .where('claim', 'is', null)
    .execute();
  await db
    .updateTable('deliveries')
    .set({ withdrawn: 1, next_attempt_at: at, updated_at: at })
    .where('session_id', 'in', sessionIds)
    .where('withdrawn', '=', 0)
    .execute();
}

/** The day (UTC) whose budget a time belongs to. */
function dayOf(time: string): string {
  return time.slice(0, 10);
}
