import type { RemovalReason } from '../catalog/removals.ts';
import type { SessionRow } from '../catalog/sessions.ts';

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
  /** Why a place is pending, for people; without personal data. */
  readonly reasons: Readonly<Partial<Record<RemovalPlace, string>>>;
  /** The first error of a place that failed. */
  readonly error?: unknown;
}

/**
 * Removes one finished session from every place. The removal is noted in the catalog first and the row of the session
 * is removed last, so that it can be repeated after a crash at any moment, and a gateway ends it at its next start.
 */
export interface SessionRemoval {
  /** @throws GatewayError SESSION_ACTIVE if the session is not finished, CATALOG_UNAVAILABLE if nothing was begun */
  remove(row: SessionRow, reason: RemovalReason): Promise<RemovalReport>;
}
