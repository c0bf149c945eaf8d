import type { ReadableEntry } from '../audit/entry-body.ts';
import type { Verification } from '../audit/verification.ts';
import { count, formatTime, type TimeDisplay, timeZone } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal.ts';

/** The entries as a table. */
export function auditTable(entries: readonly ReadableEntry[], display: TimeDisplay): string {
  const rows = entries.map(({ position, time, actor, action, outcome, target, forgotten, details }) => [
    String(position),
    formatTime(time, display),
    printable(actor),
    action,
    outcome,
    target === null ? (forgotten > 0 ? '(erased)' : '-') : printable(target),
    details === null ? '-' : printable(detailsText(details)),
  ]);
  return table(['#', `TIME (${timeZone(display)})`, 'WHO', 'WHAT', 'OUTCOME', 'TARGET', 'DETAILS'], rows);
}

function detailsText(details: NonNullable<ReadableEntry['details']>): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** The result of a verification, line by line. */
export function verificationLines(verification: Verification): string[] {
  const { origin, size, first, root, checkpoints, signedSize, unknownKeys, problems } = verification;
  const lines = [
    `Log         ${origin}`,
    `Entries     ${size}${first > 0 ? `, of which retention removed ${first}` : ''}`,
  ];
  lines.push(`Root        ${root}`);
  const signed = Math.min(signedSize, size);
  const rest = signed === size ? '' : `, the last one before entry ${signed}`;
  lines.push(`Compared    with ${count(checkpoints, 'signed checkpoint')}${checkpoints === 0 ? '' : rest}`);
  if (unknownKeys.length > 0) {
    lines.push(
      `Not used    checkpoints of ${count(unknownKeys.length, 'other key')}: ${unknownKeys.join(', ')} (--public-key)`,
    );
  }
  if (problems.length === 0) lines.push('Result      nothing was changed, removed, moved or cut off');
  else for (const { message } of problems) lines.push(`WRONG       ${message}`);
  return lines;
}
