import { randomUUIDv7 } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { Deliveries, Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import type { EgressEntry } from '../catalog/ledger.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import type { ErrorCode } from '../errors/errors.ts';
import type { Storage } from '../storage/storage.ts';
import { LEASE_MS } from './outcome.ts';
import { type Delivered, type ForwardTarget, TargetError } from './target.ts';
import { type DumpToSend, sendDump, type TransferSteps } from './transfer.ts';

export interface AttemptContext {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly target: ForwardTarget;
  /** How long after the request that costs a credit a dump may still appear at the target, in milliseconds. */
  readonly arrivalMs: number;
}

/**
 * The result of an attempt that did not fail:
 * - an outcome to store;
 * - `claimLost`: another gateway has taken over, or the session was deleted meanwhile, so nothing more may be sent;
 * - `notThereYet`: the target does not list the dump yet, but may still be processing it.
 */
export type AttemptResult = DeliveryOutcome | 'claimLost' | 'notThereYet';

/**
 * One attempt at a claimed delivery: sends the dump, or withdraws it. Writes an entry to the ledger before the first
 * byte is sent, and completes the entry whether the attempt succeeds or fails.
 */
export class Attempt {
  readonly #delivery: Delivery;
  readonly #catalog: Catalog;
  readonly #deliveries: Deliveries;
  readonly #storage: Storage;
  readonly #target: ForwardTarget;
  readonly #signal: AbortSignal;
  readonly #egressId: string = randomUUIDv7();
  readonly #arrivalMs: number;
  #recorded = false;
  #bytes = 0;
  #end: Pick<EgressEntry, 'outcome' | 'remoteId'> = { outcome: 'failed', remoteId: null };
  /**
   * The request that costs a credit may have been made, in this attempt or an earlier one, and its result is unknown.
   */
  assembling: boolean;

  constructor(delivery: Delivery, { catalog, storage, target, arrivalMs }: AttemptContext, signal: AbortSignal) {
    this.#delivery = delivery;
    this.#catalog = catalog;
    this.#deliveries = catalog.deliveries;
    this.#storage = storage;
    this.#target = target;
    this.#arrivalMs = arrivalMs;
    this.#signal = signal;
    this.assembling = delivery.assemblingAt !== null;
  }

  /** Rejects with TargetError, GatewayError or the signal's reason. */
  run(): Promise<AttemptResult> {
    return this.#delivery.withdrawn ? this.#takeBack() : this.#send();
  }

  /** Completes the entry in the ledger, if there is one: as failed, unless `run` has resolved with an outcome. */
  async end(): Promise<void> {
    if (!this.#recorded) return;
    await this.#catalog.ledger.endEgress(this.#egressId, { bytes: this.#bytes, endedAt: now(), ...this.#end });
  }

  async #send(): Promise<AttemptResult> {
    const { sessionId } = this.#delivery;
    const row = await this.#catalog.sessions.get(sessionId);
    // The session was deleted, or found not to be clean, after the delivery was requested.
    if (!row || !mayLeave(row)) return { at: now(), state: 'withdrawn', nextAttemptAt: null };
    const fileName = `${sessionId}.gz`;
    if (this.assembling) {
      // The dump may have been analyzed, and a second analysis would cost a second credit.
      if (!this.#target.stores) {
        return { at: now(), state: 'failed', nextAttemptAt: null, lastCode: 'UNCLEAR' satisfies ErrorCode };
      }
      const arrived = await this.#find();
      if (arrived === 'notThereYet') return arrived;
      if (arrived) {
        await this.#record('send', null, arrived.remoteId);
        return this.#delivered(arrived);
      }
      this.assembling = false;
    }
    const dump = {
      fileName,
      sha256: row.receipt.sha256,
      open: () => this.#storage.get(row.storageKey!),
    };
    const delivered = await this.#transfer(dump);
    return delivered === undefined ? 'claimLost' : this.#delivered(delivered);
  }

  /** `undefined`: the claim is lost. */
  async #transfer(dump: DumpToSend): Promise<Delivered | undefined> {
    const steps: TransferSteps = {
      begin: (sha256) => this.#record('send', sha256, null),
      sent: async (bytes) => {
        this.#bytes += bytes;
        return await this.#deliveries.renew(this.#delivery, leaseEnd());
      },
      assemble: async () => {
        const claimed = await this.#deliveries.beginAssembly(this.#delivery, now(), leaseEnd());
        if (claimed) this.assembling = true;
        return claimed;
      },
    };
    try {
      return await sendDump(dump, this.#target, steps, this.#signal);
    } catch (error) {
      // Only a definite answer of the target proves that the request was not carried out.
      if (error instanceof TargetError && !error.unclear) this.assembling = false;
      throw error;
    }
  }

  /** Asks for a dump that may have arrived. `undefined`: it has not arrived, and will not. */
  async #find(): Promise<Delivered | 'notThereYet' | undefined> {
    const arrived = await this.#target.find(`${this.#delivery.sessionId}.gz`, this.#signal);
    if (arrived || !this.#target.stores) return arrived;
    const waited = Math.abs(Date.now() - Date.parse(this.#delivery.assemblingAt!));
    return waited < this.#arrivalMs ? 'notThereYet' : undefined;
  }

  #delivered({ remoteId, url, embedUrl, analysis }: Delivered): DeliveryOutcome {
    this.#end = { outcome: remoteId === null ? 'analysed' : 'delivered', remoteId };
    const answer = { remoteId, url, embedUrl, analysis, lastStatus: null, lastCode: null };
    return { at: now(), state: 'delivered', nextAttemptAt: null, assemblingAt: null, ...answer };
  }

  async #takeBack(): Promise<AttemptResult> {
    let { remoteId } = this.#delivery;
    if (remoteId === null && this.assembling) {
      const arrived = await this.#find();
      if (arrived === 'notThereYet') return arrived;
      remoteId = arrived?.remoteId ?? null;
    }
    if (remoteId !== null) {
      await this.#record('withdraw', null, remoteId);
      await this.#target.remove(remoteId, this.#signal);
      this.#end = { outcome: 'withdrawn', remoteId };
    }
    // The page at the target is gone, and the analysis is deleted with the session.
    const nothing = { remoteId: null, url: null, embedUrl: null, analysis: null };
    return { at: now(), state: 'withdrawn', nextAttemptAt: null, assemblingAt: null, ...nothing };
  }

  async #record(action: EgressEntry['action'], sha256: string | null, remoteId: string | null): Promise<void> {
    const { sessionId, by } = this.#delivery;
    const entry = { sessionId, action, sha256, remoteId, by, bytes: 0, endedAt: null, outcome: 'begun' } as const;
    await this.#catalog.ledger.beginEgress({
      ...entry,
      id: this.#egressId,
      startedAt: now(),
      target: this.#target.name,
    });
    this.#recorded = true;
  }
}

/** Only a stored dump that was verified without findings may be sent. */
export function mayLeave({ state, storageKey, receipt }: SessionRow): boolean {
  return state === 'stored' && storageKey !== null && receipt.verified && receipt.findings === 0;
}

function now(): string {
  return new Date().toISOString();
}

function leaseEnd(): string {
  return new Date(Date.now() + LEASE_MS).toISOString();
}
