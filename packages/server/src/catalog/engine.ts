import type { Kysely } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { ScrubStep } from './catalog.ts';
import type { EngineName } from './migrations/migration.ts';
import type { CatalogTables } from './schema.ts';

/** Runs a query once the schema is up to date; its errors become those of the catalog. */
export type RunQuery = <T>(work: () => Promise<T>) => Promise<T>;

/** The differences between engines. */
export interface Engine {
  readonly name: EngineName;
  /** Whether `SELECT … FOR UPDATE SKIP LOCKED` exists, so that concurrent claims do not wait for each other. */
  readonly supportsSkipLocked: boolean;
  /** Runs `work` so that no second process migrates at the same time. */
  exclusively<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T>;
  /** A transaction that may write. */
  transaction<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T>;
  /** The same, whose commit survives a power cut. */
  durableTransaction<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T>;
  /** Runs `work`, and repeats it for a while when it had no effect because another process has the file locked. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** As `Catalog.scrub`. */
  scrub(db: Kysely<CatalogTables>, step?: ScrubStep): Promise<boolean>;
  /** Translates an error of the driver: CATALOG_UNAVAILABLE, or CATALOG_MISCONFIGURED when waiting does not help. */
  describe(error: unknown): GatewayError;
  /** Whether the error says that a table does not exist. */
  isMissingTable(error: unknown): boolean;
}
