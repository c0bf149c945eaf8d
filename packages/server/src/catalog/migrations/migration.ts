import type { Kysely, RawBuilder } from 'kysely';

/** The ways in which migrations differ from engine to engine. */
export type EngineName = 'sqlite' | 'postgres';

export interface MigrationContext {
  readonly engine: EngineName;
  /**
   * The type of text columns. Texts sort by their bytes, as in SQLite: the order of a page must not depend on a
   * collation.
   */
  readonly text: 'text' | RawBuilder<unknown>;
}

/** Applies one migration. */
export type Migrate = (db: Kysely<unknown>, context: MigrationContext) => Promise<void>;
