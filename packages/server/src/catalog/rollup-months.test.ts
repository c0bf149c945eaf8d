import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, expect, it } from 'vitest';
import type { Catalog } from './catalog.ts';
import { openPostgresCatalog } from './postgres.ts';
import type { RollupRange } from './rollups.ts';
import { openSqliteCatalog } from './sqlite.ts';

const MARCH: RollupRange = { granularity: 'day', from: '2026-03-01', to: '2026-04-01' };
/** Makes the tables those of an earlier version. */
const EARLIER = `delete from rollups where granularity = 'month';
  drop table dump_keys;
  drop index analyses_by_score;
  create index analyses_by_experience on analyses (experience);
  delete from kysely_migration where name >= '015-rollup-months';`;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

async function openSqlite() {
  const file = join(temporaryDirectory(), 'catalog.sqlite');
  const run = async (statements: string): Promise<void> => {
    const database = new DatabaseSync(file);
    database.exec(statements);
    database.close();
  };
  return { catalog: openSqliteCatalog(file), run };
}

async function openPostgres() {
  const connectionString = await postgres.createDatabase();
  const run = async (statements: string): Promise<void> => void (await postgres.query(connectionString, statements));
  return { catalog: openPostgresCatalog({ connectionString, ssl: 'disable', poolSize: 2 }), run };
}

async function figures({ rollups }: Catalog) {
  const distributions = await rollups.distributions(MARCH, 'country', ['DE', 'FR']);
  return [await rollups.byValue(MARCH, 'country'), distributions];
}

it.each([
  ['SQLite', openSqlite],
  ['PostgreSQL', openPostgres],
])('the counts of months are made from those of days, and go on: %s', async (_, open) => {
  const { catalog, run } = await open();
  await catalog.migrate();
  const put = (id: string, day: string, country: string, experience: number | null) =>
    catalog.sessions.put(
      sessionRow(id, { startedAt: `2026-03-${day}T10:00:00.000Z`, country }),
      analysisRow({ experience }),
    );
  await put('a', '01', 'DE', 50);
  await put('b', '02', 'DE', 50);
  await put('c', '02', 'DE', 90);
  await put('d', '31', 'FR', null);
  await catalog.rollups.fold(10, '2026-04-02T00:00:00.000Z');
  const before = await figures(catalog);
  await run(EARLIER);
  expect(await figures(catalog)).toEqual([[], new Map()]);
  expect(await catalog.migrate()).toContain('015-rollup-months');
  expect(await figures(catalog)).toEqual(before);
  await put('a', '01', 'DE', 90);
  await put('e', '03', 'FR', 90);
  await catalog.rollups.fold(10, '2026-04-02T00:00:00.000Z');
  expect((await catalog.rollups.distributions(MARCH, 'country', ['DE'])).get('DE')?.experience).toEqual(
    new Map([
      [50, 1],
      [90, 2],
    ]),
  );
  await catalog.close();
});
