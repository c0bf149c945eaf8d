import type { Catalog } from '../catalog/catalog.ts';
import type { Removal, RemovalReason } from '../catalog/removals.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { PartWriter } from '../insights/parquet/part-writer.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * The places that have something of a finished session. `dump`: storage or quarantine; `exports`: Parquet files;
 * `deliveries`: the delivery and the copy at rtcstats.com; `catalog`: the row with its analysis.
 */
export const REMOVAL_PLACES = ['dump', 'exports', 'deliveries', 'catalog'] as const;
export type RemovalPlace = (typeof REMOVAL_PLACES)[number];

/**
 * What happened in a place. `absent`: there was nothing; `pending`: it is left to another program, which does it when
 * it can; `failed`: it could not be reached, and a gateway tries again within the hour.
 */
export type RemovalOutcome = 'removed' | 'absent' | 'pending' | 'failed';

export interface RemovalReport {
  readonly id: string;
  readonly places: Readonly<Record<RemovalPlace, RemovalOutcome>>;
  /** Why a place is pending or failed, for people; without personal data. */
  readonly reasons: Readonly<Partial<Record<RemovalPlace, string>>>;
  /** Nothing is left of the session: no place is pending or failed. */
  readonly complete: boolean;
  /** The first error of a place that failed. */
  readonly error?: unknown;
}

export interface RemovalContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'deliveries' | 'removals' | 'exports' | 'leases'>;
  readonly storage: Pick<Storage, 'put' | 'delete'>;
  readonly quarantine: Pick<Storage, 'get' | 'delete'>;
  /** `server.hostIdentifier` of the gateway whose quarantine this is. */
  readonly host: string;
  /** `dataDirectory`, for the Parquet files on their way to the storage. */
  readonly dataDirectory: string;
  /** Who writes Parquet files again: a gateway by its name (`PartWriterContext`). */
  readonly holder?: string;
}

/** What happened in one place, and why. */
interface PlaceOutcome {
  readonly outcome: RemovalOutcome;
  readonly reason?: string;
  readonly error?: unknown;
}

const REMOVED: PlaceOutcome = { outcome: 'removed' };
const ABSENT: PlaceOutcome = { outcome: 'absent' };

/** How often the files of a part are written again when other sessions of it are removed at the same time. */
const MAX_REWRITES = 5;

/**
 * Removes finished sessions from every place. Counts in the overview (`Rollups`) and the ledger stay: neither says who
 * took part.
 *
 * **Order.** A removal is noted in the catalog first (`Removals`), and the row of the session is removed last, so that
 * it can be repeated after a crash at any moment: a gateway ends it at its next start or within the hour. The session
 * comes off the list of removals when nothing is left, its copy at rtcstats.com included.
 *
 * **What cannot be removed now.** The row stays while the dump or a Parquet file does, because nobody could find them
 * without it, but loses everything that says who took part.
 */
export class SessionRemoval {
  readonly #context: RemovalContext;
  readonly #parts: PartWriter;

  constructor(context: RemovalContext) {
    this.#context = context;
    const { exports, leases } = context.catalog;
    const { storage, dataDirectory, holder } = context;
    this.#parts = new PartWriter({ exports, leases, storage, dataDirectory, ...(holder !== undefined && { holder }) });
  }

  /**
   * @throws GatewayError SESSION_ACTIVE if the session is not finished, CATALOG_UNAVAILABLE if the catalog fails; a
   *   failure of another place is in the report
   */
  async remove(row: SessionRow, reason: RemovalReason): Promise<RemovalReport> {
    if (row.state === 'recording' || row.state === 'closed') throw new GatewayError('SESSION_ACTIVE');
    const { id: sessionId, host, startedAt } = row;
    const removal = { sessionId, reason, host, startedAt, requestedAt: new Date().toISOString() };
    await this.#context.catalog.removals.begin(removal);
    return await this.#remove(row, removal);
  }

  /** Goes on with a removal that was begun, here or by another gateway. Errors as for `remove`. */
  async resume(removal: Removal): Promise<RemovalReport> {
    const { sessions, removals } = this.#context.catalog;
    const row = await sessions.get(removal.sessionId);
    // Repeated, because a gateway of an earlier version may have exported or forwarded it since.
    await removals.begin(removal);
    return await this.#remove(row, removal);
  }

  async #remove(row: SessionRow | undefined, removal: Removal): Promise<RemovalReport> {
    const { sessions, removals } = this.#context.catalog;
    const id = removal.sessionId;
    const dump = row === undefined ? ABSENT : await attempt(() => this.#removeDump(row));
    const exports = await attempt(() => this.#removeFromExports(removal));
    const deliveries = await this.#deliveryOf(id);
    let catalog: PlaceOutcome = row === undefined ? ABSENT : REMOVED;
    if (isDone(dump) && isDone(exports)) await sessions.delete(id);
    else {
      await removals.strip(id);
      catalog = {
        outcome: 'pending',
        reason: 'The row stays, without names, until the dump and its copies are removed',
      };
    }
    const outcomes = { dump, exports, deliveries, catalog };
    const complete = Object.values(outcomes).every(isDone);
    if (complete) await removals.finish(id);
    return reportOf(id, outcomes, complete);
  }

  async #removeDump({ id, state, host, storageKey }: SessionRow): Promise<PlaceOutcome> {
    const { storage, quarantine } = this.#context;
    if (state !== 'quarantined') {
      if (storageKey === null) return ABSENT;
      await storage.delete(storageKey);
      return REMOVED;
    }
    if (host !== this.#context.host && !(await isIn(quarantine, id))) {
      const reason = `The dump is in the quarantine of the gateway ${JSON.stringify(host)}, which removes it within the hour`;
      return { outcome: 'pending', reason };
    }
    await quarantine.delete(quarantineKey(id));
    return REMOVED;
  }

  async #removeFromExports(removal: Removal): Promise<PlaceOutcome> {
    const { removals } = this.#context.catalog;
    let written = false;
    for (let round = 0; round < MAX_REWRITES; round++) {
      const parts = await removals.changedParts(removal);
      if (parts.length === 0) return written ? REMOVED : ABSENT;
      for (const part of parts) {
        const isBusy = (await this.#parts.write(part)) === 'busy';
        if (isBusy) return { outcome: 'pending', reason: 'Another process writes the Parquet files' };
      }
      written = true;
    }
    return { outcome: 'pending', reason: 'The Parquet files change all the time' };
  }

  /** `Removals.begin` has withdrawn it. */
  async #deliveryOf(id: string): Promise<PlaceOutcome> {
    const delivery = await this.#context.catalog.deliveries.get(id);
    if (delivery === undefined) return ABSENT;
    if (delivery.state === 'withdrawn' && delivery.nextAttemptAt === null) return REMOVED;
    return { outcome: 'pending', reason: 'The copy at rtcstats.com is deleted by the gateway that forwards' };
  }
}

async function isIn(quarantine: Pick<Storage, 'get'>, id: string): Promise<boolean> {
  try {
    (await quarantine.get(quarantineKey(id))).destroy();
    return true;
  } catch (error) {
    if (isGatewayError(error, 'DUMP_NOT_FOUND')) return false;
    // It is here, although this gateway cannot read it.
    if (isGatewayError(error, 'DUMP_ENCRYPTED')) return true;
    throw error;
  }
}

function isDone({ outcome }: PlaceOutcome): boolean {
  return outcome === 'removed' || outcome === 'absent';
}

/** A place that cannot be reached does not keep the others from being cleared. */
async function attempt(work: () => Promise<PlaceOutcome>): Promise<PlaceOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { outcome: 'failed', reason: error.message, error };
  }
}

function reportOf(id: string, outcomes: Record<RemovalPlace, PlaceOutcome>, complete: boolean): RemovalReport {
  const places = {} as Record<RemovalPlace, RemovalOutcome>;
  const reasons: Partial<Record<RemovalPlace, string>> = {};
  let error: unknown;
  for (const place of REMOVAL_PLACES) {
    const { outcome, reason, error: thrown } = outcomes[place];
    places[place] = outcome;
    if (reason !== undefined) reasons[place] = reason;
    error ??= thrown;
  }
  return { id, places, reasons, complete, ...(error === undefined ? {} : { error }) };
}
