import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Analyses } from './analyses.ts';
import type { Audit } from './audit.ts';
import type { Catalog, ScrubStep } from './catalog.ts';
import type { Deliveries } from './deliveries.ts';
import type { DumpKeys } from './dump-keys.ts';
import type { Engine } from './engine.ts';
import type { Erasures } from './erasures.ts';
import type { Exports } from './exports.ts';
import type { Figures } from './figures.ts';
import type { Holds } from './holds.ts';
import { KyselyAnalyses } from './kysely-analyses.ts';
import { KyselyAudit } from './kysely-audit.ts';
import { KyselyDeliveries } from './kysely-deliveries.ts';
import { KyselyDumpKeys } from './kysely-dump-keys.ts';
import { KyselyErasures } from './kysely-erasures.ts';
import { KyselyExports } from './kysely-exports.ts';
import { KyselyFigures } from './kysely-figures.ts';
import { KyselyHolds } from './kysely-holds.ts';
import { KyselyLeases } from './kysely-leases.ts';
import { KyselyLedger } from './kysely-ledger.ts';
import { KyselyRemovals } from './kysely-removals.ts';
import { KyselyRetention } from './kysely-retention.ts';
import { KyselyRollups } from './kysely-rollups.ts';
import { KyselySessions } from './kysely-sessions.ts';
import type { Leases } from './leases.ts';
import type { Ledger } from './ledger.ts';
import { catalogMigrations, MIGRATIONS } from './migrations/migrations.ts';
import type { Removals } from './removals.ts';
import type { Retention } from './retention.ts';
import type { Rollups } from './rollups.ts';
import type { CatalogTables } from './schema.ts';

/** The table in which Kysely's migrator records the migrations it has applied. */
type MigrationTables = {
  readonly kysely_migration: { readonly name: string };
};

/**
 * The catalog in a database that Kysely has a dialect for. It consists of four parts:
 *
 * - an `Engine` (sqlite.ts, postgres.ts) with everything that differs between databases: locks, transactions, errors;
 * - the subjects `sessions`, `deliveries` and so on (kysely-….ts), with the queries, the same for every engine;
 * - the tables as types (schema.ts) and their history (migrations/);
 * - this class, through whose `#query` every query of the subjects runs. It waits for the schema first, so that a
 *   gateway may start while its database is away and the first query after that migrates it; a failed migration is
 *   tried again by the next query. Then it lets the engine translate the errors.
 */
export class KyselyCatalog implements Catalog {
  readonly sessions: KyselySessions;
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
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  /** The migration that is running or has succeeded; `undefined` before the first one and after a failure. */
  #migrated: Promise<void> | undefined;

  constructor(db: Kysely<CatalogTables>, engine: Engine) {
    this.#db = db;
    this.#engine = engine;
    const query = <T>(work: () => Promise<T>): Promise<T> => this.#query(work);
    this.sessions = new KyselySessions(db, engine, query);
    this.deliveries = new KyselyDeliveries(db, engine, query);
    this.ledger = new KyselyLedger(db, query);
    this.analyses = new KyselyAnalyses(db, engine, query);
    this.rollups = new KyselyRollups(db, engine, query);
    this.exports = new KyselyExports(db, engine, query);
    this.leases = new KyselyLeases(db, query);
    this.holds = new KyselyHolds(db, engine, query);
    this.removals = new KyselyRemovals(db, engine, query);
    this.retention = new KyselyRetention(db, engine, query);
    this.audit = new KyselyAudit(db, engine, query);
    this.erasures = new KyselyErasures(db, engine, query);
    this.dumpKeys = new KyselyDumpKeys(db, engine, query);
    this.figures = new KyselyFigures(db, query);
  }

  async migrate(): Promise<readonly string[]> {
    const migrated = this.#describe(() => this.#migrate());
    this.#migrated = migrated.then(
      () => {},
      () => {
        this.#migrated = undefined;
      },
    );
    return await migrated;
  }

  async scrub(step?: ScrubStep): Promise<boolean> {
    await this.sessions.drain();
    return await this.#query(() => this.#engine.scrub(this.#db, step));
  }

  async close(): Promise<void> {
    await this.sessions.drain();
    await this.#db.destroy();
  }

  async #query<T>(work: () => Promise<T>): Promise<T> {
    if (this.#migrated === undefined) await this.migrate();
    else await this.#migrated;
    return await this.#describe(work);
  }

  async #migrate(): Promise<readonly string[]> {
    if (await this.#isCurrent()) return [];
    return await this.#engine.exclusively(this.#db, async (db) => {
      const migrator = new Migrator({ db, provider: catalogMigrations(this.#engine.name) });
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
      return (results ?? []).map(({ migrationName }) => migrationName);
    });
  }

  /**
   * Checked first, because most starts find nothing to do: this needs neither a lock nor the right to change tables.
   * Unknown entries come from a newer version, which only added to the tables.
   */
  async #isCurrent(): Promise<boolean> {
    try {
      const rows = await this.#db.withTables<MigrationTables>().selectFrom('kysely_migration').select('name').execute();
      const applied = new Set(rows.map(({ name }) => name));
      return MIGRATIONS.every((name) => applied.has(name));
    } catch (error) {
      if (this.#engine.isMissingTable(error)) return false;
      throw error;
    }
  }

  async #describe<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#engine.patiently(work);
    } catch (error) {
      throw error instanceof GatewayError ? error : this.#engine.describe(error);
    }
  }
}
