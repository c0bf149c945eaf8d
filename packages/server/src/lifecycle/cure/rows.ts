import { type Anonymizer, ENGINE, type Receipt } from '@rtcstats-server/privacy';
import { VERIFIER } from '@rtcstats-server/privacy/verifier';
import type { SessionReceipt, SessionRow } from '../../catalog/sessions.ts';
import type { Rewritten } from './passes.ts';

/** The columns of a row that the anonymizer writes. */
const NAMED = ['user', 'conference', 'session', 'origin', 'userAgent'] as const;
const ROLES = { user: 'person', conference: 'conference', session: 'session', userAgent: 'userAgent' } as const;

/** Whether today's policy, anonymizer and verifier have read the dump without findings. */
export function isCurrent(receipt: SessionReceipt, policy: string): boolean {
  const { verified, findings, verifier, engine } = receipt;
  return verified && findings === 0 && receipt.policy === policy && verifier === VERIFIER && engine === ENGINE;
}

/** The row with its names, origin and user agent anonymized again. */
export function withNames(row: SessionRow, anonymizer: Anonymizer): SessionRow {
  const names = NAMED.map((name) => {
    const value = row[name];
    const role = name === 'origin' ? undefined : ROLES[name];
    return [name, value === null ? null : anonymizer.text(value, role)];
  });
  return { ...row, ...Object.fromEntries(names) };
}

export function sameRow(one: SessionRow, other: SessionRow): boolean {
  return NAMED.every((name) => one[name] === other[name]);
}

/** The row of a dump in which nothing was replaced. */
export function verifiedRow(
  row: SessionRow,
  proof: { readonly policy: string; readonly verifier: string; readonly storedBytes: number; readonly sha256: string },
): SessionRow {
  const { policy, verifier, storedBytes, sha256 } = proof;
  const read = { policy, engine: ENGINE, verifier, verified: true, findings: 0, findingsByClass: {}, sha256 };
  return { ...row, storedBytes, receipt: { ...row.receipt, ...read } };
}

/** The row of a dump that was rewritten. Its receipt counts what was replaced and dropped in all passes. */
export function rewrittenRow(
  row: SessionRow,
  written: Rewritten & { readonly policy: string; readonly storedBytes: number; readonly receipt: Receipt },
): SessionRow {
  const { verdict, bytes, storedBytes, sha256, dictionary, policy, receipt } = written;
  const dropped = Object.values(receipt.dropped).reduce((sum: number, number) => sum + number, 0);
  return {
    ...row,
    bytes,
    storedBytes,
    messages: Math.max(0, row.messages - dropped),
    receipt: {
      ...row.receipt,
      redactions: added(row.receipt.redactions, receipt.redactions),
      dropped: added(row.receipt.dropped, receipt.dropped),
      policy,
      engine: ENGINE,
      verifier: VERIFIER,
      verified: true,
      findings: verdict.total,
      findingsByClass: verdict.classes,
      sha256,
      dictionary,
    },
  };
}

function added<Name extends string>(
  one: Readonly<Partial<Record<Name, number>>>,
  other: Readonly<Partial<Record<Name, number>>>,
): Partial<Record<Name, number>> {
  const sums: Partial<Record<Name, number>> = { ...one };
  for (const [name, number] of Object.entries(other) as [Name, number][]) sums[name] = (sums[name] ?? 0) + number;
  return sums;
}
