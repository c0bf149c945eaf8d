import type { Kysely } from 'kysely';
import type { GatewayError } from '../errors/gateway-error.ts';
import type { CatalogTables, EngineName } from './schema.ts';

/** What an engine does in its own way. */
export interface Engine {
  readonly name: EngineName;
  /** Whether `SELECT … FOR UPDATE SKIP LOCKED` exists, so that concurrent claims do not wait for each other. */
  readonly supportsSkipLocked: boolean;
  /** Runs `work` so that no second process migrates at the same time. */
  exclusively<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T>;
  /** A transaction that may write. */
  transaction<T>(db: Kysely<CatalogTables>, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T>;
  /** Repeats what did nothing because somebody else has the file, for a while. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** What an error of its driver means: CATALOG_UNAVAILABLE, or CATALOG_MISCONFIGURED when waiting does not help. */
  describe(error: unknown): GatewayError;
  /** The error says that there is no such table. */
  saysNoTable(error: unknown): boolean;
}
