import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';

const DOCUMENT = join(import.meta.dirname, '../../../../../../docs/warehouse.md');

/** Runs a statement and resolves to its rows. */
export type Query = (sql: string) => Promise<DuckDBValue[][]>;

/** DuckDB in the data directory of a gateway, with the views of docs/warehouse.md. */
export async function duckdb(dataDirectory: string): Promise<Query> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const query: Query = async (sql) => (await connection.runAndReadAll(sql)).getRows();
  await query(`set file_search_path = '${dataDirectory}'`);
  await query("set timezone = 'UTC'");
  for (const sql of await statements()) if (sql.startsWith('create view')) await query(sql);
  return query;
}

/** The queries of docs/warehouse.md that DuckDB runs, without its views. */
export async function warehouseQueries(): Promise<string[]> {
  return (await statements()).filter((sql) => sql.startsWith('select'));
}

async function statements(): Promise<string[]> {
  const text = await readFile(DOCUMENT, 'utf8');
  const section = /^## DuckDB\n(.*?)^## /ms.exec(text)![1]!;
  const blocks = Array.from(section.matchAll(/^```sql\n(.*?)^```/gms), ([, block]) => block!);
  return blocks
    .flatMap((block) => block.split(/;\n/))
    .map((sql) => sql.trim())
    .filter((sql) => sql !== '');
}
