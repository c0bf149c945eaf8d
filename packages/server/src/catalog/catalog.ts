import type { Analyses } from './analyses.ts';
import type { Audit } from './audit.ts';
import type { Deliveries } from './deliveries.ts';
import type { DumpKeys } from './dump-keys.ts';
import type { Erasures } from './erasures.ts';
import type { Exports } from './exports.ts';
import type { Figures } from './figures.ts';
import type { Holds } from './holds.ts';
import type { Leases } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Removals } from './removals.ts';
import type { Retention } from './retention.ts';
import type { Rollups } from './rollups.ts';
import type { Sessions } from './sessions.ts';

/** A step of an erasure; see `Catalog.scrub`. */
export type ScrubStep = 'begin' | 'end';

/**
 * What the gateway knows about its dumps, in a database: an interface per subject, one object for their common
 * connection.
 *
 * **Durability.** When a promise resolves, the change survives a kill -9. **Errors.** A back end that cannot be reached
 * rejects with `CATALOG_UNAVAILABLE` (retryable); one that refuses this user, or is not what the configuration says,
 * with `CATALOG_MISCONFIGURED`. Every call ends after a time-out at the latest.
 */
export interface Catalog {
  readonly sessions: Sessions;
  readonly deliveries: Deliveries;
  readonly ledger: Ledger;
  readonly analyses: Analyses;
  readonly rollups: Rollups;
  readonly exports: Exports;
  readonly leases: Leases;
  readonly holds: Holds;
  readonly removals: Removals;
  readonly retention: Retention;
  readonly audit: Audit;
  readonly erasures: Erasures;
  readonly dumpKeys: DumpKeys;
  readonly figures: Figures;
  /**
   * Creates or updates the schema and resolves to the names of the migrations that were applied. Safe to call at every
   * start and from several processes at once. Without this call, the first other call migrates.
   */
  migrate(): Promise<readonly string[]>;
  /**
   * Removes what deleted rows left in the files of the database, as far as the engine offers it: SQLite empties its
   * write-ahead log; PostgreSQL leaves that to its own vacuum. False if another process prevents it at the moment.
   *
   * @param step `begin`, before rows are deleted of which nothing may remain: notes that the file has to be rewritten,
   *   which the next start of a gateway does if `end` is not reached. `end`: rewrites the file, because SQLite moves
   *   rows from page to page and leaves copies in the free space of pages. That takes seconds per 100 MB, during which
   *   other calls wait, and as much disk space as the file has, so a file above 128 MiB is left to the operator
   */
  scrub(step?: ScrubStep): Promise<boolean>;
  /** Waits for the writes that were begun, then closes the connections. */
  close(): Promise<void>;
}
