import type { DeliveryState } from '@rtcstats-server/api';
/**
 * The deliveries: one row a session that is to leave this gateway, and the ledger of all that left.
 *
 * **Once.** A delivery is claimed by one gateway at a time: a claim is a lease, renewed while it is worked on, and a gateway
 * that dies lets it run out. `beginAssembly` is written before the request that costs a credit, so that whoever takes over
 * knows that it may have been made. **Order.** The one that is due longest comes first. **Durability and errors.** As the catalog's.
 */
export interface Deliveries {
  /** Adds deliveries in the state `waiting`. A session that has one already keeps it, whatever its state. */
  add(deliveries: readonly NewDelivery[]): Promise<void>;
  get(sessionId: string): Promise<Delivery | undefined>;
  /** Newest first. */
  list(query: { readonly state?: DeliveryState; readonly limit?: number }): Promise<readonly Delivery[]>;
  /**
   * Takes the next delivery that is due: to be sent, or to be taken back. `undefined`: nothing is due, or the day's budget
   * is used up. A delivery counts once a day, in the first claim.
   */
  claim(claim: Claim): Promise<Delivery | undefined>;
  /** Renews a lease. False when the claim was lost or the session was deleted meanwhile; nothing more may be sent then. */
  renew(delivery: Delivery, until: string): Promise<boolean>;
  /** Before the request that costs a credit. False as for `renew`. */
  beginAssembly(delivery: Delivery, at: string, until: string): Promise<boolean>;
  /** What became of a claimed delivery. Gives up the claim. Without effect when it was lost. */
  settle(delivery: Delivery, outcome: DeliveryOutcome): Promise<void>;
  /** Tries again at once what waits, failed or was refused: by hand. False when there is no such delivery. */
  retry(sessionId: string, by: string, at: string): Promise<boolean>;
  /** The session is deleted: what has not left stays, what is there is to be taken back. */
  withdraw(sessionId: string, at: string): Promise<void>;
  /** When the next one is due, budget or not. */
  nextDue(): Promise<string | undefined>;
  counts(): Promise<Readonly<Partial<Record<DeliveryState, number>>>>;

  /** Adds an entry to the ledger, before the first byte leaves. */
  beginEgress(entry: EgressEntry): Promise<void>;
  endEgress(id: string, end: Pick<EgressEntry, 'bytes' | 'outcome' | 'endedAt' | 'remoteId'>): Promise<void>;
  /** Newest first. `before`: the id of the last entry of the page before. */
  egress(query: { readonly limit?: number; readonly before?: string }): Promise<readonly EgressEntry[]>;
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
  /** Transfers that were begun. */
  readonly attempts: number;
  /** `null`: nothing more is to be done. */
  readonly nextAttemptAt: string | null;
  /** When the request that costs a credit was made, if it was and its answer is not known. */
  readonly assemblingAt: string | null;
  /** Whether it is to be taken back. */
  readonly withdrawn: boolean;
  readonly remoteId: string | null;
  readonly url: string | null;
  readonly embedUrl: string | null;
  /** Scores and observations of a delivery that is only analysed. */
  readonly analysis: unknown;
  /** HTTP status and the target's code of the last answer that was no success. */
  readonly lastStatus: number | null;
  readonly lastCode: string | null;
  readonly updatedAt: string;
  /** Whose claim it is; changes with each claim. */
  readonly claim: string | null;
}

export interface Claim {
  /** Unique to this claim. */
  readonly id: string;
  readonly now: string;
  /** End of the lease. */
  readonly until: string;
  /** False: only what is to be taken back. */
  readonly sends: boolean;
  /** Most deliveries a day (UTC) over all gateways; `null`: any number. */
  readonly budget: number | null;
}

export type DeliveryOutcome = {
  readonly at: string;
  readonly state: Exclude<DeliveryState, 'sending'>;
  readonly nextAttemptAt: string | null;
} & Partial<Pick<Delivery, 'remoteId' | 'url' | 'embedUrl' | 'analysis' | 'lastStatus' | 'lastCode' | 'assemblingAt'>>;

/** One thing that left, or was taken back. */
export interface EgressEntry {
  /** UUID version 7: in the order of time. */
  readonly id: string;
  readonly sessionId: string;
  readonly action: 'send' | 'withdraw';
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Where to, without credentials. */
  readonly target: string;
  readonly by: string;
  /** Sent until then, chunks of a transfer that came to nothing included. */
  readonly bytes: number;
  /** Of the dump, hex; `null` when nothing was sent. */
  readonly sha256: string | null;
  readonly remoteId: string | null;
  /** `begun` stays where the process ended in the middle. */
  readonly outcome: 'begun' | 'delivered' | 'analysed' | 'failed' | 'withdrawn';
}
