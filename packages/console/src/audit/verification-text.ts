import type { AuditVerification } from '@rtcstats-server/api';
import { formatCount, formatPlural } from '../ui/format.ts';

/** What a verification read and compared, in one or two sentences. */
export function comparedText(verification: AuditVerification): string {
  const { size, first, checkpoints, signedSize, unknownKeys, verified } = verification;
  const read = formatPlural(size - first, 'entry was', 'entries were');
  const removed = first === 0 ? '' : ` (retention had removed the first ${formatCount(first)})`;
  const compared =
    checkpoints === 0
      ? 'There is no signed checkpoint to compare with yet'
      : `The log was compared with ${formatPlural(checkpoints, 'signed checkpoint')}, the last one of ${formatPlural(Math.min(signedSize, size), 'entry', 'entries')}`;
  const others =
    unknownKeys.length === 0
      ? ''
      : ` Checkpoints of ${formatPlural(unknownKeys.length, 'other key')} were not used: verify them on their gateway.`;
  const result = verified ? ' Nothing was changed, removed, moved or cut off.' : '';
  return `${read} read${removed}. ${compared}.${result}${others}`;
}

/** A problem as a sentence. */
export function problemText(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
