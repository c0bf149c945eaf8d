import type { Drift } from '@rtcstats-server/privacy';
import type { SessionReceipt } from '../catalog/sessions.ts';
import { count } from '../terminal/formats.ts';

/** The lines of a receipt as labels and texts; a text is null where nothing is known. */
export function receiptLines(receipt: SessionReceipt): [string, string | null][] {
  const { complete } = receipt;
  const counted = (words: string): string => (complete ? words : 'unknown: the gateway ended before the session did');
  return [
    ['policy', receipt.policy],
    ['engine', receipt.engine],
    ['key', receipt.keyId],
    ['replaced', counted(inWords(receipt.redactions))],
    ['dropped', counted(inWords(receipt.dropped))],
    ['unknown', counted(driftInWords(receipt.drift))],
    ['times', receipt.timesFrom === 'sessionStart' ? 'counted from the start of the session' : 'by the client'],
    ['verified', verdictInWords(receipt)],
    ['sha256', receipt.sha256],
    ...(receipt.dictionary === null ? [] : [['dictionary', String(receipt.dictionary)] as [string, string]]),
  ];
}

/** `ipAddresses 4, contact 1` */
function inWords(counts: Readonly<Record<string, number | undefined>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'nothing' : entries.map(([name, number]) => `${name} ${number}`).join(', ');
}

/** Unknown fields with their event, type and count: `create.iceServers.region (string) 2, :log (object) 5`. */
function driftInWords({ entries, more }: Drift): string {
  const words = entries.map(
    ({ event, path, type, count }) => `${path === '' ? event : `${event}.${path}`} (${type}) ${count}`,
  );
  if (more > 0) words.push(`and ${more} more`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}

function verdictInWords({ verified, findings, findingsByClass, verifier }: SessionReceipt): string {
  if (!verified) return 'not yet';
  const classes = Object.keys(findingsByClass).length === 0 ? '' : ` (${inWords(findingsByClass)})`;
  return `${verifier === null ? 'yes' : `by ${verifier}`}, ${count(findings, 'finding')}${classes}`;
}
