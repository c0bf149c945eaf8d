import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestPostgres } from '@rtcstats-server/testing/postgres';
import { onTestFinished } from 'vitest';
import type { Catalog } from '../../catalog/catalog.ts';
import { openPostgresCatalog } from '../../catalog/postgres.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { createConfig } from '../../config/config.ts';

/** An empty database for a test, which ends with it. */
export interface AuditDatabase {
  /** Opens it; several may be open at the same time. */
  open(): Promise<Catalog>;
  /** Runs statements past the catalog, as somebody would who wants to hide something. */
  tamper(statements: string): Promise<void>;
}

export async function sqliteDatabase(): Promise<AuditDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-audit-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, `${randomUUID()}.sqlite`);
  return {
    open: () => opened(openSqliteCatalog(file)),
    tamper: async (statements) => {
      const database = new DatabaseSync(file);
      database.exec(statements);
      database.close();
    },
  };
}

export async function postgresDatabase(postgres: TestPostgres): Promise<AuditDatabase> {
  const connectionString = await postgres.createDatabase();
  const given = { connectionString, ssl: 'disable' };
  const { catalog } = createConfig({ catalog: { type: 'postgres', postgres: given } });
  return {
    open: () => opened(openPostgresCatalog(catalog.postgres)),
    tamper: async (statements) => void (await postgres.query(connectionString, statements)),
  };
}

async function opened(catalog: Catalog): Promise<Catalog> {
  onTestFinished(() => catalog.close());
  await catalog.migrate();
  return catalog;
}
