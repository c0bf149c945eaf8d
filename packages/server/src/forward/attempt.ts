import { randomUUIDv7 } from 'node:crypto';
import type { Catalog, SessionRow } from '../catalog/catalog.ts';
import type { Deliveries, Delivery, DeliveryOutcome, EgressEntry } from '../catalog/deliveries.ts';
import type { Storage } from '../storage/storage.ts';
import { LEASE_MS } from './outcome.ts';
import type { Delivered, ForwardTarget } from './target.ts';
import { sendDump } from './transfer.ts';

export interface AttemptContext {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly target: ForwardTarget;
}

/** Another gateway has taken over: this one must not go on, nor write anything of it. */
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
  #recorded = false;
  #bytes = 0;
  /** The request that costs a credit is on its way, or may have been made before. */
  assembling: boolean;

  constructor(delivery: Delivery, { catalog, storage, target }: AttemptContext, signal: AbortSignal) {
    this.#delivery = delivery;
    this.#catalog = catalog;
    this.#deliveries = catalog.deliveries;
    this.#storage = storage;
    this.#target = target;
    this.#signal = signal;
    this.assembling = delivery.assemblingAt !== null;
  }

  /** Rejects with TargetError, GatewayError, DumpChanged, ClaimLost or the signal's reason. */
  run(): Promise<DeliveryOutcome> {
    return this.#delivery.withdrawn ? this.#takeBack() : this.#send();
  }

  /** Ends the entry in the ledger, if one was begun. */
  async end(outcome: EgressEntry['outcome'], remoteId: string | null): Promise<void> {
    if (!this.#recorded) return;
    await this.#deliveries.endEgress(this.#egressId, { bytes: this.#bytes, outcome, endedAt: now(), remoteId });
  }

  async #send(): Promise<DeliveryOutcome> {
    const { sessionId } = this.#delivery;
    const row = await this.#catalog.get(sessionId);
    // It was deleted or turned out not to be clean since it was asked for.
    if (!row || !mayLeave(row)) return { at: now(), state: 'withdrawn', nextAttemptAt: null };
    const fileName = `${sessionId}.gz`;
    if (this.assembling) {
      // Nobody can say whether it was analysed, and a second time would cost a second credit.
      if (!this.#target.stores) return { at: now(), state: 'failed', nextAttemptAt: null, lastCode: 'UNCLEAR' };
      const arrived = await this.#target.find(fileName, this.#signal);
      if (arrived) return this.#delivered(arrived);
      this.assembling = false;
    }
    const dump = {
      fileName,
      bytes: row.storedBytes ?? 0,
      sha256: row.receipt.sha256,
      open: () => this.#storage.get(row.storageKey!),
    };
    const delivered = await sendDump(
      dump,
      this.#target,
      {
        begin: (sha256) => this.#record('send', sha256, null),
        sent: async (bytes) => {
          this.#bytes += bytes;
          this.#keep(await this.#deliveries.renew(this.#delivery, leaseEnd()));
        },
        assemble: async () => {
          this.#keep(await this.#deliveries.beginAssembly(this.#delivery, now(), leaseEnd()));
          this.assembling = true;
        },
      },
      this.#signal,
    );
    await this.end(delivered.remoteId === null ? 'analysed' : 'delivered', delivered.remoteId);
    return this.#delivered(delivered);
  }

  #delivered({ remoteId, url, embedUrl, analysis }: Delivered): DeliveryOutcome {
    const answer = { remoteId, url, embedUrl, analysis, lastStatus: null, lastCode: null };
    return { at: now(), state: 'delivered', nextAttemptAt: null, assemblingAt: null, ...answer };
  }

  async #takeBack(): Promise<DeliveryOutcome> {
    let { remoteId } = this.#delivery;
    if (remoteId === null && this.assembling) {
      remoteId = (await this.#target.find(`${this.#delivery.sessionId}.gz`, this.#signal))?.remoteId ?? null;
    }
    if (remoteId !== null) {
      await this.#record('withdraw', null, remoteId);
      await this.#target.remove(remoteId, this.#signal);
      await this.end('withdrawn', remoteId);
    }
    // The page is gone, and what was said of the call goes with its session.
    const nothing = { remoteId: null, url: null, embedUrl: null, analysis: null };
    return { at: now(), state: 'withdrawn', nextAttemptAt: null, assemblingAt: null, ...nothing };
  }

  async #record(action: EgressEntry['action'], sha256: string | null, remoteId: string | null): Promise<void> {
    const { sessionId, by } = this.#delivery;
    const entry = { sessionId, action, sha256, remoteId, by, bytes: 0, endedAt: null, outcome: 'begun' } as const;
    await this.#deliveries.beginEgress({
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
