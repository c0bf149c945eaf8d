/**
 * Work that only one of the gateways with this catalog does at a time. A lease ends when its holder releases it, or at
 * its end, so that another gateway takes over the work of one that was killed.
 *
 * Times are those of the gateways, not of the database: clocks that differ by more than the length of a lease let two
 * gateways do the work at once. It must therefore be harmless when it is done twice. **Durability and errors.** As in
 * `Catalog`.
 */
export interface Leases {
  /**
   * Takes a lease, or renews it if this holder has it.
   *
   * @returns false while another holder has it
   */
  take(lease: Lease): Promise<boolean>;
  /** Ends a lease. Does nothing if this holder does not have it any more. */
  release(lease: Pick<Lease, 'name' | 'holder'>): Promise<void>;
}

export interface Lease {
  /** What the lease is for: `retention`. */
  readonly name: string;
  /** Unique to the process that does the work. */
  readonly holder: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly now: string;
  /** When the lease ends unless it is renewed. */
  readonly until: string;
}
