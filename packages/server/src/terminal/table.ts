import { paint, printable } from './terminal.ts';

/** A column of a table that has to fit the terminal. */
export interface Column {
  readonly heading: string;
  /** Columns with the highest number are left out first when the table is too wide; 0: never left out. */
  readonly rank: number;
  readonly align?: 'right';
}

const GAP = '  ';

/** Formats a table with columns as wide as their content; the last column is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return format(
    headings.map((heading) => ({ heading, rank: 0 })),
    rows.map((row) => row.map(printable)),
  );
}

/**
 * Formats a table, and leaves out columns until it fits.
 *
 * @param width columns of the terminal; Infinity: no limit
 * @returns the table and the headings of the columns that were left out
 */
export function fittedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): { readonly text: string; readonly omitted: readonly string[] } {
  const clean = rows.map((row) => row.map(printable));
  const widths = widthsOf(columns, clean);
  const shown = columns.map((_, index) => index);
  const byRank = shown.filter((index) => columns[index]!.rank > 0).sort((a, b) => columns[b]!.rank - columns[a]!.rank);
  const omitted = new Set<number>();
  const total = (): number => {
    const left = shown.filter((index) => !omitted.has(index));
    return left.reduce((sum, index) => sum + widths[index]!, 0) + GAP.length * (left.length - 1);
  };
  while (total() > width && byRank.length > 0) omitted.add(byRank.shift()!);
  const isShown = (_: unknown, index: number): boolean => !omitted.has(index);
  const text = format(
    columns.filter(isShown),
    clean.map((row) => row.filter(isShown)),
  );
  return { text, omitted: columns.filter((_, index) => omitted.has(index)).map(({ heading }) => heading) };
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ heading }, column) => Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)));
}

function format(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(columns, rows);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        if (columns[index]?.align === 'right') return cell.padStart(widths[index] ?? 0);
        return index === cells.length - 1 ? cell : cell.padEnd(widths[index] ?? 0);
      })
      .join(GAP);
  return [paint('bold', line(columns.map(({ heading }) => heading))), ...rows.map(line)].join('\n');
}
