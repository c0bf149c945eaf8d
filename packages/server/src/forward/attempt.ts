import { randomUUIDv7 } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { Deliveries, Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import type { EgressEntry } from '../catalog/ledger.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import type { Storage } from '../storage/storage.ts';
import { LEASE_MS, NotThereYet } from './outcome.ts';
import { type Delivered, type ForwardTarget, TargetError } from './target.ts';
import { type DumpToSend, sendDump, type TransferSteps } from './transfer.ts';

export interface AttemptContext {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly target: ForwardTarget;
  /** How long after the request that costs a credit a dump may still turn up, in milliseconds. */
  readonly arrivalMs: number;
}

/** Another gateway has taken over, or the session was deleted meanwhile: nothing more may be sent. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/**
 * One attempt at a claimed delivery: to send the dump, or to take it back. Writes the ledger: an entry before the first byte
 * leaves, its end whatever comes of it.
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
  /** The request that costs a credit is on its way, or may have been made before. */
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

  /** Rejects with TargetError, GatewayError, DumpChanged, ClaimLost, NotThereYet or the signal's reason. */
  run(): Promise<DeliveryOutcome> {
    return this.#delivery.withdrawn ? this.#takeBack() : this.#send();
  }

  /** Ends the entry in the ledger, if one was begun: as failed, unless `run` came to its end. */
  async end(): Promise<void> {
    if (!this.#recorded) return;
    await this.#catalog.ledger.endEgress(this.#egressId, { bytes: this.#bytes, endedAt: now(), ...this.#end });
  }

  async #send(): Promise<DeliveryOutcome> {
    const { sessionId } = this.#delivery;
    const row = await this.#catalog.sessions.get(sessionId);
    // It was deleted or turned out not to be clean since it was asked for.
    if (!row || !mayLeave(row)) return { at: now(), state: 'withdrawn', nextAttemptAt: null };
    const fileName = `${sessionId}.gz`;
    if (this.assembling) {
      // Nobody can say whether it was analysed, and a second time would cost a second credit.
      if (!this.#target.stores) return { at: now(), state: 'failed', nextAttemptAt: null, lastCode: 'UNCLEAR' };
      const arrived = await this.#find();
      if (arrived) {
        await this.#record('send', null, arrived.remoteId);
        return this.#delivered(arrived);
      }
      this.assembling = false;
    }
    const dump = {
      fileName,
      bytes: row.storedBytes ?? 0,
      sha256: row.receipt.sha256,
      open: () => this.#storage.get(row.storageKey!),
    };
    return this.#delivered(await this.#transfer(dump));
  }

  async #transfer(dump: DumpToSend): Promise<Delivered> {
    const steps: TransferSteps = {
      begin: (sha256) => this.#record('send', sha256, null),
      sent: async (bytes) => {
        this.#bytes += bytes;
        this.#keep(await this.#deliveries.renew(this.#delivery, leaseEnd()));
      },
      assemble: async () => {
        this.#keep(await this.#deliveries.beginAssembly(this.#delivery, now(), leaseEnd()));
        this.assembling = true;
      },
    };
    try {
      return await sendDump(dump, this.#target, steps, this.#signal);
    } catch (error) {
      // The target says clearly that it did not do it. Nothing else makes that certain, least of all a refusal to say.
      if (error instanceof TargetError && !error.unclear) this.assembling = false;
      throw error;
    }
  }

  /** Asks for what may have arrived. `undefined`: it did not, and will not. */
  async #find(): Promise<Delivered | undefined> {
    const arrived = await this.#target.find(`${this.#delivery.sessionId}.gz`, this.#signal);
    if (arrived || !this.#target.stores) return arrived;
    const waited = Math.abs(Date.now() - Date.parse(this.#delivery.assemblingAt!));
    if (waited < this.#arrivalMs) throw new NotThereYet();
    return undefined;
  }

  #delivered({ remoteId, url, embedUrl, analysis }: Delivered): DeliveryOutcome {
    this.#end = { outcome: remoteId === null ? 'analysed' : 'delivered', remoteId };
    const answer = { remoteId, url, embedUrl, analysis, lastStatus: null, lastCode: null };
    return { at: now(), state: 'delivered', nextAttemptAt: null, assemblingAt: null, ...answer };
  }

  async #takeBack(): Promise<DeliveryOutcome> {
    let { remoteId } = this.#delivery;
    if (remoteId === null && this.assembling) {
      remoteId = (await this.#find())?.remoteId ?? null;
    }
    if (remoteId !== null) {
      await this.#record('withdraw', null, remoteId);
      await this.#target.remove(remoteId, this.#signal);
      this.#end = { outcome: 'withdrawn', remoteId };
    }
    // The page is gone, and what was said of the call goes with its session.
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

  #keep(claimed: boolean): void {
    if (!claimed) throw new ClaimLost();
  }
}

/** Only a stored dump in which the verifier found nothing. */
export function mayLeave({ state, storageKey, receipt }: SessionRow): boolean {
  return state === 'stored' && storageKey !== null && receipt.verified && receipt.findings === 0;
}

function now(): string {
  return new Date().toISOString();
}

function leaseEnd(): string {
  return new Date(Date.now() + LEASE_MS).toISOString();
}
