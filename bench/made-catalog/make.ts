import { deepStrictEqual } from 'node:assert/strict';
import { parseHistogram } from '../../packages/server/src/catalog/histogram.ts';
import type { RollupsTable } from '../../packages/server/src/catalog/schema.ts';
import { contributionOf, DAYS, END, madeCall, startOf } from './calls.ts';
import { type MadeDatabase, sqliteDatabase } from './database.ts';
import { rollupRows } from './rollup-rows.ts';
import { sessionStatements } from './session-rows.ts';

const ROLLUPS_AT_ONCE = 5000;
const SESSIONS_AT_ONCE = 500_000;
const CHECKED_CALLS = 2000;
const FOLDED_AT_ONCE = 1000;
const ROLLUP_COLUMNS = [
  'granularity',
  'dimension',
  'period',
  'value',
  'calls',
  'good',
  'degraded',
  'bad',
  'failed',
  'not_judged',
  'experience',
  'setup',
] as const satisfies readonly (keyof RollupsTable)[];
const TABLES = ['sessions', 'analyses', 'observed'];

/** Fills a database with the rollups of made calls, and with their sessions and analyses. */
export async function makeCatalog(database: MadeDatabase, calls: number): Promise<void> {
  await timed(`${calls} calls in ${DAYS} days: rollups`, async () => {
    let rows: RollupsTable[] = [];
    const insert = async (): Promise<void> => {
      await database.insert('rollups', ROLLUP_COLUMNS, JSON.stringify(rows));
      rows = [];
    };
    for (const row of rollupRows(calls)) if (rows.push(row) === ROLLUPS_AT_ONCE) await insert();
    await insert();
  });
  await makeSessions(database, calls);
}

/** Fills a database with the sessions and analyses of made calls, without rollups. */
export async function makeSessions(database: MadeDatabase, calls: number): Promise<void> {
  await timed(`${calls} sessions`, async () => {
    const indexes: string[] = [];
    for (const table of TABLES) {
      for (const { r } of await database.query(database.indexesOf(table))) indexes.push(r);
    }
    // An index is made in a fraction of the time that it takes to insert into it.
    for (const index of indexes) await database.run(`drop index ${/index "?(\w+)"?/i.exec(index)?.[1]}`);
    for (let from = 0; from < calls; from += SESSIONS_AT_ONCE) {
      const statements = sessionStatements(database.forms, calls, from, Math.min(calls, from + SESSIONS_AT_ONCE));
      for (const statement of statements) await database.run(statement);
    }
    for (const index of indexes) await database.run(index);
  });
}

async function timed(title: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  console.log(`${title} made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

/**
 * Counts some calls as a gateway does.
 *
 * @param file of a database, created
 * @throws AssertionError if `rollupRows` gives anything else
 */
export async function checkRollupRows(file: string): Promise<void> {
  const database = await sqliteDatabase(file);
  const catalog = await database.open();
  try {
    const contributions = Array.from({ length: CHECKED_CALLS }, (_, index) =>
      contributionOf(madeCall(index), startOf(index, CHECKED_CALLS)),
    );
    await queue(database, contributions);
    while ((await catalog.rollups.fold(FOLDED_AT_ONCE, new Date(END).toISOString())) > 0);
    const columns = ROLLUP_COLUMNS.map((column) => `'${column}', ${column}`);
    const counted = await database.query(`select json_object(${columns.join()}) as r from rollups`);
    const made = Array.from(rollupRows(CHECKED_CALLS), sorted);
    deepStrictEqual(new Set(counted.map(({ r }) => sorted(JSON.parse(r) as RollupsTable))), new Set(made));
  } finally {
    await catalog.close();
    await database.close();
  }
}

/** Queues contributions of calls to the rollups. */
export async function queue(database: MadeDatabase, contributions: readonly string[]): Promise<void> {
  const rows = contributions.map((contribution) => ({ sign: 1, contribution }));
  // The id is given by the database.
  await database.insert('rollup_changes', ['sign', 'contribution'], JSON.stringify(rows));
}

/** A row as text that is the same whatever the order of bins and columns. */
function sorted(row: RollupsTable): string {
  const bins = (text: string): readonly [number, number][] => [...parseHistogram(text)].sort(([a], [b]) => a - b);
  const values = { ...row, experience: bins(row.experience), setup: bins(row.setup) };
  return JSON.stringify(ROLLUP_COLUMNS.map((column) => values[column]));
}
