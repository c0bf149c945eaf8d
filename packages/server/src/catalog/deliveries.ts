import type { DeliveryState } from '@rtcstats-server/api';

/**
 * The queue of deliveries: one row per session that is to leave this gateway, shared by all gateways of the catalog.
 *
 * **At most one worker.** A gateway claims a delivery with a lease and renews it while it works on it; the lease of a
 * gateway that dies expires. `beginAssembly` is written before the request that costs a credit, so that the next
 * gateway knows that the request may have been made. **Order.** The delivery that has been due for longest comes first.
 * **Durability and errors.** As in `Catalog`.
 */
export interface Deliveries {
  /** Adds deliveries in the state `waiting`. A session that already has one keeps it, whatever its state. */
  add(deliveries: readonly NewDelivery[]): Promise<void>;
  get(sessionId: string): Promise<Delivery | undefined>;
  /** Newest first. */
  list(query: { readonly state?: DeliveryState; readonly limit?: number }): Promise<readonly Delivery[]>;
  /**
   * Claims the next delivery that is due, to send it or to take it back. `undefined` when nothing is due or the day's
   * budget is used up. A delivery counts once per day, with its first claim.
   */
  claim(claim: Claim): Promise<Delivery | undefined>;
  /**
   * Renews a lease. False when the claim was lost or the session was deleted meanwhile; nothing more may be sent then.
   */
  renew(delivery: Delivery, until: string): Promise<boolean>;
  /** To be called before the request that costs a credit. False as for `renew`. */
  beginAssembly(delivery: Delivery, at: string, until: string): Promise<boolean>;
  /** Records the outcome of a claimed delivery and releases the claim. Without effect when the claim was lost. */
  settle(delivery: Delivery, outcome: DeliveryOutcome): Promise<void>;
  /**
   * Makes a delivery that waits, failed or was refused due at once, on request. False when there is no such delivery.
   */
  retry(sessionId: string, by: string, at: string): Promise<boolean>;
  /**
   * For a session that is removed: cancels a delivery that has not left yet, and schedules the removal of one that has.
   */
  withdraw(sessionId: string, at: string): Promise<void>;
  /** When the next delivery is due, regardless of the budget; `undefined` when none is. */
  nextDue(): Promise<string | undefined>;
  counts(): Promise<Readonly<Partial<Record<DeliveryState, number>>>>;
}

export interface NewDelivery {
  readonly sessionId: string;
  /** `rule:<name>`, `sample`, `token`, or who asked for it by hand. */
  readonly by: string;
  /** ISO 8601, UTC, milliseconds; so are all times here. */
  readonly createdAt: string;
}

export interface Delivery extends NewDelivery {
  readonly state: DeliveryState;
  /** Number of transfers that were begun. */
  readonly attempts: number;
  /** `null` when nothing is left to do. */
  readonly nextAttemptAt: string | null;
  /** When the request that costs a credit was made, while its answer is not known. */
  readonly assemblingAt: string | null;
  /** Whether the dump is to be removed from the target. */
  readonly withdrawn: boolean;
  readonly remoteId: string | null;
  readonly url: string | null;
  readonly embedUrl: string | null;
  /** Scores and observations of a delivery that is only analyzed. */
  readonly analysis: unknown;
  /** HTTP status and the target's code of the last unsuccessful answer. */
  readonly lastStatus: number | null;
  readonly lastCode: string | null;
  readonly updatedAt: string;
  /** Id of the current claim; changes with each claim. */
  readonly claim: string | null;
}

export interface Claim {
  /** Unique to this claim. */
  readonly id: string;
  readonly now: string;
  /** End of the lease. */
  readonly until: string;
  /** When false, only deliveries to be taken back are claimed. */
  readonly sends: boolean;
  /** Maximum number of deliveries per day (UTC) over all gateways; `null` for no limit. */
  readonly budget: number | null;
}

export type DeliveryOutcome = {
  readonly at: string;
  readonly state: Exclude<DeliveryState, 'sending'>;
  readonly nextAttemptAt: string | null;
} & Partial<Pick<Delivery, 'remoteId' | 'url' | 'embedUrl' | 'analysis' | 'lastStatus' | 'lastCode' | 'assemblingAt'>>;
