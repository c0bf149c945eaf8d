/**
 * The ledger: an entry for everything that left this gateway, written before the first byte leaves, never changed after
 * its end and never removed. **Durability and errors.** As in `Catalog`.
 */
export interface Ledger {
  /** Adds an entry. To be called before the first byte leaves. */
  beginEgress(entry: EgressEntry): Promise<void>;
  /** Completes an entry. */
  endEgress(id: string, end: EgressEnd): Promise<void>;
  /** Newest first. `before`: the id of the last entry of the previous page. */
  egress(query: { readonly limit?: number; readonly before?: string }): Promise<readonly EgressEntry[]>;
}

export type EgressEnd = Pick<EgressEntry, 'bytes' | 'outcome' | 'endedAt' | 'remoteId'>;

/** One transfer to a target, or the removal of a dump from it. */
export interface EgressEntry {
  /** UUID version 7 (RFC 9562), so that ids sort by time. */
  readonly id: string;
  readonly sessionId: string;
  readonly action: 'send' | 'withdraw';
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Where it went, without credentials. */
  readonly target: string;
  readonly by: string;
  /** Bytes sent, including chunks of a transfer that failed. */
  readonly bytes: number;
  /** SHA-256 of the dump, in hexadecimal digits; `null` when nothing was sent. */
  readonly sha256: string | null;
  readonly remoteId: string | null;
  /** `begun` remains when the process ended before the transfer did. */
  readonly outcome: 'begun' | 'delivered' | 'analysed' | 'failed' | 'withdrawn';
}
