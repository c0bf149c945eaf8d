import type { AuditLog, AuditRetention } from '../../audit/audit-log.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { PartWriter } from '../../insights/parquet/part-writer.ts';
import type { CountedPass, RetentionKind } from '../../metrics/retention-metrics.ts';
import type { Storage } from '../../storage/storage.ts';
import type { SessionRemoval } from '../removal.ts';
import { Batches } from './batches.ts';
import { Expiry, type Periods } from './expiry.ts';

export interface RetentionContext {
  readonly catalog: Pick<Catalog, 'retention' | 'removals' | 'leases' | 'exports'>;
  readonly storage: Pick<Storage, 'put' | 'delete' | 'deleteMany'>;
  readonly quarantine: Pick<Storage, 'deleteMany'>;
  readonly removal: Pick<SessionRemoval, 'resume'>;
  /** Records each pass that removed something. */
  readonly audit: AuditLog & AuditRetention;
  readonly periods: Periods;
  /** `server.hostIdentifier`. */
  readonly host: string;
  /** Who takes the lease. A gateway takes its own again at once after it was killed: `host`. */
  readonly holder: string;
  /** Whether other gateways have this catalog, which is possible with PostgreSQL. */
  readonly isCatalogShared: boolean;
  /** Whether the storage, or the quarantine, is a bucket, so that any gateway reaches all of it. */
  readonly isStorageShared: boolean;
  readonly isQuarantineShared: boolean;
  /** `dataDirectory`, for Parquet files that are written again. */
  readonly dataDirectory: string;
}

export interface PassResult extends CountedPass {
  /** Until when nothing is removed, because the catalog is from a version without retention; ISO 8601. */
  readonly graceUntil: string | null;
  /** Whether another gateway does the common work. */
  readonly isLeftToOther: boolean;
  /** Dumps in quarantine that are over their time, and that only another gateway can remove. */
  readonly quarantinedElsewhere: number;
  readonly seconds: number;
  readonly errors: readonly { readonly step: string; readonly error: unknown }[];
}

const LEASE = 'retention';
const LEASE_MS = 60_000;
const RENEW_AFTER_MS = 15_000;
const REMOVALS_PER_PAGE = 100;

/**
 * One pass over everything that is over its time. Of several gateways with one catalog, one does the common work at a
 * time; each removes what only it can reach: its quarantine, and its dumps if they are not in a bucket.
 *
 * A gateway that is killed in the middle loses nothing: each step begins with what the last pass left.
 */
export class RetentionPass {
  readonly #context: RetentionContext;
  readonly #signal: AbortSignal;
  readonly #now: number;
  readonly #batches: Batches;
  readonly #expiry: Expiry;
  readonly #errors: { step: string; error: unknown }[] = [];
  #removals = 0;
  #pendingRemovals = 0;
  #hasLease = false;
  #renewedAt = 0;

  /** @param signal aborted: the pass ends after its batch */
  constructor(context: RetentionContext, signal: AbortSignal, now: number = Date.now()) {
    this.#context = context;
    this.#signal = signal;
    this.#now = now;
    this.#batches = new Batches(signal, () => this.#renew());
    const { exports, leases } = context.catalog;
    const { storage, dataDirectory, holder } = context;
    const parts = new PartWriter({ exports, leases, storage, dataDirectory, holder });
    this.#expiry = new Expiry({ ...context, parts }, this.#batches, now);
  }

  /** To be called once. Never rejects: failures are in the result. */
  async run(): Promise<PassResult> {
    const began = performance.now();
    const { retention } = this.#context.catalog;
    let graceUntil: string | null = null;
    let isLeftToOther = false;
    let common: { readonly held: number; readonly quarantinedElsewhere: number } | undefined;
    await this.#step('removals', () => this.#resumeRemovals());
    await this.#step('begin', async () => {
      const from = await retention.removesFrom();
      graceUntil = from !== undefined && Date.parse(from) > this.#now ? from : null;
      if (graceUntil !== null) return;
      await this.#removeOwn();
      this.#hasLease = await this.#takeLease();
      isLeftToOther = !this.#hasLease;
      if (!isLeftToOther) common = await this.#removeCommon();
    });
    const { bytes } = this.#expiry;
    const removed = { ...this.#expiry.removed, removals: this.#removals };
    await this.#step('record', () => this.#record(removed));
    return {
      removed,
      bytes,
      held: null,
      quarantinedElsewhere: 0,
      ...common,
      pendingRemovals: this.#pendingRemovals,
      failures: this.#errors.length,
      longestBatchSeconds: this.#batches.longestMs / 1000,
      endedAt: Date.now(),
      graceUntil,
      isLeftToOther,
      seconds: (performance.now() - began) / 1000,
      errors: this.#errors,
    };
  }

  async #record(removed: Readonly<Record<RetentionKind, number>>): Promise<void> {
    const counts = Object.entries(removed).filter(([, count]) => count > 0);
    if (counts.length === 0) return;
    const outcome = this.#errors.length === 0 ? 'done' : 'failed';
    const details = { host: this.#context.host, ...Object.fromEntries(counts) };
    await this.#context.audit.record({ action: 'retention.pass', actor: 'retention', outcome, details });
  }

  /** What is on the disk of this gateway, while others have the same catalog. */
  async #removeOwn(): Promise<void> {
    const { host, isCatalogShared, isStorageShared, isQuarantineShared } = this.#context;
    if (!isCatalogShared) return;
    if (!isQuarantineShared) await this.#step('quarantine', () => this.#expiry.quarantine(host));
    if (isStorageShared) return;
    await this.#step('dumps', () => this.#expiry.dumps(host));
    await this.#step('exports', () => this.#expiry.exports(host));
  }

  /** The rest. Dumps first, because a session is removed when its dump is. */
  async #removeCommon(): Promise<{ held: number; quarantinedElsewhere: number }> {
    const { catalog, holder, isCatalogShared, isStorageShared, isQuarantineShared } = this.#context;
    try {
      const reachesAll = isStorageShared || !isCatalogShared;
      if (reachesAll) await this.#step('dumps', () => this.#expiry.dumps(undefined));
      if (isQuarantineShared || !isCatalogShared) {
        await this.#step('quarantine', () => this.#expiry.quarantine(undefined));
      }
      await this.#step('sessions', () => this.#expiry.sessions());
      if (reachesAll) await this.#step('exports', () => this.#expiry.exports(undefined));
      await this.#step('insights', () => this.#expiry.insights());
      await this.#step('deliveries', () => this.#expiry.deliveries());
      await this.#step('audit', () => this.#expiry.audit());
      return { held: await catalog.retention.heldSessions(), quarantinedElsewhere: await this.#countElsewhere() };
    } finally {
      this.#hasLease = false;
      await catalog.leases.release({ name: LEASE, holder });
    }
  }

  async #resumeRemovals(): Promise<void> {
    const { catalog, removal, host, isCatalogShared, isStorageShared } = this.#context;
    const reachesAll = isStorageShared || !isCatalogShared;
    let after: string | undefined;
    while (!this.#signal.aborted) {
      const begun = await catalog.removals.list({ limit: REMOVALS_PER_PAGE, ...(after !== undefined && { after }) });
      for (const each of begun) {
        if (this.#signal.aborted) return;
        if (!reachesAll && each.host !== host) continue;
        const { complete, error } = await removal.resume(each);
        if (complete) this.#removals++;
        else this.#pendingRemovals++;
        if (error !== undefined) this.#errors.push({ step: 'removals', error });
      }
      if (begun.length < REMOVALS_PER_PAGE) return;
      after = begun.at(-1)?.sessionId;
    }
  }

  async #countElsewhere(): Promise<number> {
    const { catalog, host, isCatalogShared, isQuarantineShared } = this.#context;
    const before = this.#expiry.before('dumps');
    if (before === undefined || isQuarantineShared || !isCatalogShared) return 0;
    return await catalog.retention.quarantinedElsewhere(before, host);
  }

  /** A failure of a step does not keep the others from running, unless the lease was lost. */
  async #step(step: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LeaseLost)) this.#errors.push({ step, error });
      else if (step !== 'begin') throw error;
    }
  }

  async #takeLease(): Promise<boolean> {
    const now = Date.now();
    this.#renewedAt = now;
    const times = { now: new Date(now).toISOString(), until: new Date(now + LEASE_MS).toISOString() };
    return await this.#context.catalog.leases.take({ name: LEASE, holder: this.#context.holder, ...times });
  }

  /** @throws LeaseLost if another gateway took it, because this one was stopped for longer than the lease */
  async #renew(): Promise<void> {
    if (!this.#hasLease || Date.now() - this.#renewedAt < RENEW_AFTER_MS) return;
    if (!(await this.#takeLease())) throw new LeaseLost('Another gateway goes on');
  }
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
