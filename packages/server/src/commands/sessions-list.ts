import { STATE_WORDS } from '@rtcstats-server/api/states';
import type { IdentityField } from '@rtcstats-server/dump';
import { browserName } from '@rtcstats-server/insights/browser';
import type { ListedSession, SessionRow } from '../catalog/sessions.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatTime,
  type TimeDisplay,
  timeZone,
} from '../terminal/formats.ts';
import { type Column, fittedTable } from '../terminal/table.ts';

/** How `sessions list` shows its table. */
export interface ListDisplay extends TimeDisplay {
  /** Columns of the terminal; Infinity: no limit. */
  readonly width: number;
}

/** The columns of the console's list, and those that identify a session for another command. */
const COLUMNS: readonly (Column & { readonly cell: (row: ListedSession, display: ListDisplay) => string | null })[] = [
  { heading: 'ID', rank: 0, cell: ({ id }) => id },
  { heading: 'STARTED', rank: 0, cell: ({ startedAt }, display) => formatTime(startedAt, display) },
  { heading: 'STATE', rank: 1, cell: ({ state }) => STATE_WORDS[state] },
  { heading: 'VERDICT', rank: 3, cell: ({ verdict }) => verdict },
  { heading: 'SCORE', rank: 2, align: 'right', cell: ({ scores }) => scores?.experience?.toString() ?? null },
  { heading: 'LENGTH', rank: 2, cell: (row, { now }) => formatDuration(lengthOf(row, now)) },
  { heading: 'USER', rank: 4, cell: (row) => nameOf(row, 'user') },
  { heading: 'CONFERENCE', rank: 5, cell: (row) => nameOf(row, 'conference') },
  { heading: 'PROBLEMS', rank: 6, cell: ({ problems }) => problems.map(({ name }) => name).join(' ') || null },
  { heading: 'SESSION', rank: 12, cell: (row) => nameOf(row, 'session') },
  { heading: 'BROWSER', rank: 7, cell: ({ userAgent }) => browserName(userAgent).replace(/ on .*/, '') },
  { heading: 'ORIGIN', rank: 11, cell: ({ origin }) => origin?.replace(/^https?:\/\//, '') ?? null },
  { heading: 'COUNTRY', rank: 13, cell: ({ country }) => country },
  { heading: 'MESSAGES', rank: 9, align: 'right', cell: counted(({ messages }) => formatCount(messages)) },
  { heading: 'SIZE', rank: 8, align: 'right', cell: counted(({ bytes }) => formatBytes(bytes)) },
  { heading: 'REPLACED', rank: 10, align: 'right', cell: counted((row) => formatCount(replaced(row))) },
];

/** Formats sessions as a table, with the columns for which the terminal has room. */
export function sessionsTable(
  sessions: readonly ListedSession[],
  display: ListDisplay,
): { readonly text: string; readonly omitted: readonly string[] } {
  const columns = COLUMNS.map((column) =>
    column.heading === 'STARTED' ? { ...column, heading: `STARTED (${timeZone(display)})` } : column,
  );
  const rows = sessions.map((row) => columns.map(({ cell }) => cell(row, display) ?? '-'));
  return fittedTable(columns, rows, display.width);
}

/**
 * A name of a session; null if it has none. Anybody can write any name into the URL of a client, so names that are not
 * from a signed token are marked.
 */
export function nameOf(row: SessionRow, field: IdentityField): string | null {
  const name = row[field];
  return name === null || row.signed.includes(field) ? name : `${name} (unsigned)`;
}

/** The counts of a running session are not known yet. */
function counted(text: (row: SessionRow) => string): (row: SessionRow) => string {
  return (row) => (row.state === 'recording' ? '…' : text(row));
}

function lengthOf({ startedAt, endedAt }: SessionRow, now: number): number {
  return (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt);
}

function replaced({ receipt }: SessionRow): number {
  return Object.values(receipt.redactions).reduce<number>((sum, number = 0) => sum + number, 0);
}
