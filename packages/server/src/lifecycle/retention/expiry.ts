import type { AuditRetention } from '../../audit/audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Expired, ExpiredDump, ExpiryBatch } from '../../catalog/retention.ts';
import type { PartWriter } from '../../insights/parquet/part-writer.ts';
import { RETENTION_KINDS, type RetentionKind } from '../../metrics/retention-metrics.ts';
import { quarantineKey } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Batches, Timed } from './batches.ts';

/** How long each kind of data is kept, in milliseconds; null: forever. */
export interface Periods {
  readonly dumps: number | null;
  readonly sessions: number | null;
  readonly deliveries: number | null;
  readonly insights: number | null;
  readonly audit: number | null;
}

export interface ExpiryContext {
  readonly catalog: Pick<Catalog, 'retention'>;
  readonly storage: Pick<Storage, 'deleteMany'>;
  readonly quarantine: Pick<Storage, 'deleteMany'>;
  readonly periods: Periods;
  readonly audit: AuditRetention;
  readonly parts: Pick<PartWriter, 'write'>;
}

/** How long after their time sessions are removed that were never finished: a call may be longer than the period. */
const ABANDONED_AFTER_MS = 7 * 86_400_000;
const PARTS_PER_PAGE = 20;

/**
 * Removes what is over its time, kind by kind, in batches. `host`: only what this gateway finished; undefined:
 * everything.
 */
export class Expiry {
  readonly #context: ExpiryContext;
  readonly #batches: Batches;
  readonly #now: number;
  readonly removed: Record<RetentionKind, number>;
  /** Of dumps. */
  bytes = 0;

  /** @param now milliseconds since the epoch */
  constructor(context: ExpiryContext, batches: Batches, now: number) {
    this.#context = context;
    this.#batches = batches;
    this.#now = now;
    this.removed = Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, 0])) as Record<RetentionKind, number>;
  }

  /** ISO 8601; undefined: nothing of this kind is ever over its time. */
  before(kind: keyof Periods): string | undefined {
    const period = this.#context.periods[kind];
    return period === null ? undefined : new Date(this.#now - period).toISOString();
  }

  /** Begins with the dumps that the last pass left, so that their number stays small. */
  async dumps(host: string | undefined): Promise<void> {
    const { retention } = this.#context.catalog;
    await this.#batches.run(async (limit, timed) => {
      return await this.#removeDumps(await timed(() => retention.leftoverDumps(limit, host)), timed);
    });
    const before = this.before('dumps');
    if (before === undefined) return;
    const now = new Date(this.#now).toISOString();
    let from: string | undefined;
    await this.#batches.run(async (limit, timed) => {
      const { items, reached } = await timed(() => retention.expireDumps({ before, from, limit }, host, now));
      from = reached;
      return await this.#removeDumps(items, timed);
    });
  }

  async quarantine(host: string | undefined): Promise<void> {
    const { catalog, quarantine } = this.#context;
    const before = this.before('dumps');
    if (before === undefined) return;
    let from: string | undefined;
    await this.#batches.run(async (limit, timed) => {
      const batch = { before, from, limit };
      const { items, reached } = await timed(() => catalog.retention.expiredQuarantine(batch, host));
      from = reached;
      if (items.length === 0) return 0;
      await quarantine.deleteMany(items.map(({ id }) => quarantineKey(id)));
      await timed(() => catalog.retention.quarantineRemoved(items.map(({ id }) => id)));
      this.#countDumps('quarantine', items);
      return items.length;
    });
  }

  async sessions(): Promise<void> {
    const { retention } = this.#context.catalog;
    const before = this.before('sessions');
    if (before === undefined) return;
    await this.#rows('sessions', before, (batch) => retention.removeSessions(batch));
    const abandoned = new Date(Date.parse(before) - ABANDONED_AFTER_MS).toISOString();
    await this.#rows('sessions', abandoned, (batch) => retention.removeAbandoned(batch));
  }

  async insights(): Promise<void> {
    const { retention } = this.#context.catalog;
    const before = this.before('insights');
    if (before === undefined) return;
    await this.#rows('insights', before, (batch) => retention.removeAnalyses(batch));
    const day = before.slice(0, 10);
    await this.#count('insights', (limit) => retention.removeRollups(day, limit));
  }

  async exports(host: string | undefined): Promise<void> {
    const { catalog, parts } = this.#context;
    const before = this.before('insights')?.slice(0, 10);
    if (before === undefined) return;
    let after: { readonly day: string; readonly name: string } | undefined;
    await this.#batches.run(async (_, timed) => {
      const expired = await timed(() => catalog.retention.expiredParts({ before, host, after, limit: PARTS_PER_PAGE }));
      for (const part of expired) {
        const reduced = await timed(() => catalog.retention.reducePart(part));
        if (reduced !== undefined && (await parts.write(reduced)) === 'written') this.removed.exports++;
      }
      after = expired.at(-1);
      return expired.length;
    });
  }

  async deliveries(): Promise<void> {
    const { retention } = this.#context.catalog;
    const before = this.before('deliveries');
    if (before === undefined) return;
    await this.#count('deliveries', (limit) => retention.removeDeliveries({ before, limit }));
    await this.#count('ledger', (limit) => retention.removeEgress({ before, limit }));
  }

  async audit(): Promise<void> {
    const before = this.before('audit');
    if (before !== undefined) await this.#count('audit', (limit) => this.#context.audit.dropBefore(before, limit));
  }

  async #removeDumps(dumps: readonly ExpiredDump[], timed: Timed): Promise<number> {
    if (dumps.length === 0) return 0;
    const { catalog, storage } = this.#context;
    await storage.deleteMany(dumps.flatMap(({ key }) => key ?? []));
    await timed(() => catalog.retention.dumpsRemoved(dumps.map(({ id }) => id)));
    this.#countDumps('dumps', dumps);
    return dumps.length;
  }

  #countDumps(kind: RetentionKind, dumps: readonly ExpiredDump[]): void {
    for (const { bytes } of dumps) this.bytes += bytes;
    this.removed[kind] += dumps.length;
  }

  /** Removes rows by the start of their session. */
  async #rows(kind: RetentionKind, before: string, remove: (batch: ExpiryBatch) => Promise<Expired>): Promise<void> {
    let from: string | undefined;
    await this.#count(kind, async (limit) => {
      const { items, reached } = await remove({ before, from, limit });
      from = reached;
      return items.length;
    });
  }

  async #count(kind: RetentionKind, remove: (limit: number) => Promise<number>): Promise<void> {
    await this.#batches.run(async (limit, timed) => {
      const removed = await timed(() => remove(limit));
      this.removed[kind] += removed;
      return removed;
    });
  }
}
