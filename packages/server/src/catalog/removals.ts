import type { ExportPart } from './exports.ts';

/**
 * Sessions that are being removed: a removal that was begun is in this list until nothing of the session is left, so
 * that a gateway that was killed in between ends it at its next start. The list has no personal data.
 *
 * **Repeating.** Every call may be repeated. **Durability and errors.** As in `Catalog`.
 */
export interface Removals {
  /**
   * Adds the session to the list, has its delivery taken back (`Deliveries.withdraw`) and takes it out of the parts of
   * the Parquet export that have it, all in one transaction. The parts count as not written from then on.
   */
  begin(removal: Removal): Promise<void>;
  /** The parts with calls of this day and gateway whose files have to be written again or removed. */
  changedParts(session: Pick<Removal, 'host' | 'startedAt'>): Promise<readonly ExportPart[]>;
  /**
   * Removes who took part from the row, and its analysis, because the dump cannot be deleted yet: no user, conference,
   * session, origin, country or user agent stays.
   */
  strip(sessionId: string): Promise<void>;
  /** Takes the session off the list, when nothing of it is left; its delivery loses links and analysis. */
  finish(sessionId: string): Promise<void>;
  /** The removals that are not finished, in the order of their ids, after `after`. */
  list(query: { readonly after?: string; readonly limit: number }): Promise<readonly Removal[]>;
}

/** Why a session is removed. `erasure`: at the request of a person in the data. */
export const REMOVAL_REASONS = ['deleted', 'erasure', 'retention'] as const;
export type RemovalReason = (typeof REMOVAL_REASONS)[number];

export interface Removal {
  readonly sessionId: string;
  readonly reason: RemovalReason;
  /** The gateway that finished the session. */
  readonly host: string;
  /** When the session started. */
  readonly startedAt: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly requestedAt: string;
}
