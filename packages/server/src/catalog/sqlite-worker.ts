import { workerData } from 'node:worker_threads';
import { serveOperations } from '../threads/serve-operations.ts';
import { type NodeSqlite, openDatabase } from './sqlite-database.ts';

/** An operation of the thread in which a gateway calls SQLite. `open` is the first one, `close` the last one. */
export type SqliteOperation =
  | { readonly do: 'open' | 'close' }
  /** Ends a transaction that is open. */
  | { readonly do: 'reset' }
  | { readonly do: 'query'; readonly sql: string; readonly parameters: readonly unknown[] };

/** The result of a query: rows, or what it changed. Empty for other operations. */
export interface SqliteReply {
  readonly rows?: readonly unknown[];
  readonly changes?: number | bigint;
  readonly insertId?: number | bigint;
}

/** `workerData` of the thread. */
export interface SqliteThreadData {
  readonly path: string;
}

const NOTHING: SqliteReply = {};
let database: NodeSqlite | undefined;

serveOperations(execute);

function execute(operation: SqliteOperation): SqliteReply {
  switch (operation.do) {
    case 'open':
      database = openDatabase((workerData as SqliteThreadData).path, true);
      return NOTHING;
    case 'close':
      database!.close();
      return NOTHING;
    case 'reset':
      database!.reset();
      return NOTHING;
    case 'query':
      return query(operation.sql, operation.parameters);
  }
}

function query(sql: string, parameters: readonly unknown[]): SqliteReply {
  const statement = database!.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { changes, insertId: lastInsertRowid };
}
