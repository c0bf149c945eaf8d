import type { ColumnSource } from 'hyparquet-writer';

/** The types that columns have. `JSON` values are texts, because not every engine reads the type of that name. */
export type ColumnType = 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP';

/** A column of a table, and how it is filled from a row. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly value: (row: Row) => string | number | boolean | Date | null;
}

/**
 * A table of the export, filled row by row. All columns may be null, and a file has them all even if it has no row, so
 * that the files of a table have one schema.
 */
export class TableBuilder<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #data: (string | number | boolean | Date | null)[][];

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns;
    this.#data = columns.map(() => []);
  }

  add(row: Row): void {
    for (const [index, column] of this.#columns.entries()) this.#data[index]!.push(column.value(row));
  }

  /** The columns as hyparquet-writer takes them. */
  columnData(): ColumnSource[] {
    return this.#columns.map(({ name, type }, index) => ({ name, type, data: this.#data[index]!, nullable: true }));
  }
}

/** The range of times in every engine: years 1 to 9999. */
const MIN_TIME = Date.parse('0001-01-01T00:00:00Z');
const MAX_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** @param time milliseconds since the epoch, or ISO 8601; clients send any number */
export function dateOf(time: number | string | null): Date | null {
  if (time === null) return null;
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Math.round(time);
  return milliseconds >= MIN_TIME && milliseconds <= MAX_TIME ? new Date(milliseconds) : null;
}
