import type { ExportPart } from './exports.ts';

/**
 * What is over its time, and its removal. Every call handles one batch in one short transaction, so that sessions are
 * recorded in between; held sessions (`Holds`) are left out in the same statement. Times are the starts of sessions.
 *
 * **Repeating.** Every call may be repeated. Dumps go in three steps, so that a gateway that is killed in between
 * leaves neither a dump without a row nor a row that promises a dump: `expireDumps` says in the catalog that they are
 * gone, the caller removes them, and `dumpsRemoved` forgets where they were. **Durability and errors.** As in
 * `Catalog`.
 */
export interface Retention {
  /** Before this time nothing is removed; undefined: at once. ISO 8601. */
  removesFrom(): Promise<string | undefined>;

  /**
   * Puts stored sessions into the state `erased`, and has their deliveries withdrawn. The oldest first.
   *
   * @param host only those of this gateway; undefined: all; so it is below
   */
  expireDumps(batch: ExpiryBatch, host: string | undefined, now: string): Promise<Expired<ExpiredDump>>;
  /** Dumps of erased sessions that are not removed yet, because of an error or a crash. */
  leftoverDumps(limit: number, host: string | undefined): Promise<readonly ExpiredDump[]>;
  dumpsRemoved(sessionIds: readonly string[]): Promise<void>;

  /** Dumps in quarantine, the oldest first. */
  expiredQuarantine(batch: ExpiryBatch, host: string | undefined): Promise<Expired<ExpiredDump>>;
  /** The same as `dumpsRemoved`, for dumps that were in quarantine. */
  quarantineRemoved(sessionIds: readonly string[]): Promise<void>;
  /** Number of dumps in quarantine that only other gateways than this one can remove. */
  quarantinedElsewhere(before: string, host: string): Promise<number>;

  /** Removes erased sessions, with their analyses. */
  removeSessions(batch: ExpiryBatch): Promise<Expired>;
  /** Removes sessions that were never finished, because their gateway is gone. */
  removeAbandoned(batch: ExpiryBatch): Promise<Expired>;
  /** Removes analyses with their observations. */
  removeAnalyses(batch: ExpiryBatch): Promise<Expired>;
  /**
   * Removes counts of the overview.
   *
   * @param day the first day (UTC) that stays
   * @returns number of rows; at most `limit`
   */
  removeRollups(day: string, limit: number): Promise<number>;

  /** Parts of the Parquet export, by day. */
  expiredParts(query: PartQuery): Promise<readonly ExportPart[]>;
  /**
   * Leaves only held calls in a part, whose files have to be written again then.
   *
   * @returns the part as it is now; undefined if it did not change, or another process changed it
   */
  reducePart(part: ExportPart): Promise<ExportPart | undefined>;

  /** Removes deliveries of which nothing is left at the target. By their last change. */
  removeDeliveries(batch: ExpiryBatch): Promise<number>;
  /** Removes entries of the ledger. By their time. */
  removeEgress(batch: ExpiryBatch): Promise<number>;

  /** Number of sessions that are held. */
  heldSessions(): Promise<number>;
  /** What a pass would remove. Reads all rows that are over their time. */
  due(kind: DueKind, before: string): Promise<Due>;
}

/** The kinds of data that `due` counts. */
export const DUE_KINDS = [
  'dumps',
  'quarantine',
  'sessions',
  'insights',
  'exports',
  'deliveries',
  'ledger',
  'audit',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

export interface Due {
  readonly count: number;
  /** Bytes in the storage; null where they are not known. */
  readonly bytes: number | null;
  /** Times of the oldest and the newest, ISO 8601, or days for exports; null if there are none. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** The oldest one that stays for now; null if there is none. */
  readonly next: string | null;
}

export interface ExpiryBatch {
  /** ISO 8601: older ones are over their time. */
  readonly before: string;
  /** Where the last batch ended (`Expired.reached`), so that held sessions are not read again. */
  readonly from?: string | undefined;
  readonly limit: number;
}

export interface Expired<T = string> {
  /** None when nothing is left. */
  readonly items: readonly T[];
  readonly reached: string | undefined;
}

export interface ExpiredDump {
  readonly id: string;
  /** The key in the storage; null for one in quarantine. */
  readonly key: string | null;
  /** Bytes in the storage. */
  readonly bytes: number;
}

export interface PartQuery {
  /** The first day (UTC) that stays. */
  readonly before: string;
  /** As for `expireDumps`. */
  readonly host: string | undefined;
  /** Day and name of the last part of the previous page. */
  readonly after?: { readonly day: string; readonly name: string } | undefined;
  readonly limit: number;
}
