import type { Ledger } from '../catalog/ledger.ts';

/** Where dumps were sent, from the ledger. */
export interface Recipient {
  /** URL without credentials. */
  readonly target: string;
  /** Transfers that succeeded. */
  readonly sent: number;
  /** Transfers that failed or did not end, of which a part may have arrived. */
  readonly incomplete: number;
  /** Dumps removed at the target. */
  readonly withdrawn: number;
  /** When the first and the last transfer of those that were read began, ISO 8601. */
  readonly from: string;
  readonly to: string;
}

const PAGE = 500;
/** The newest entries that are read. */
export const MAX_ENTRIES = 10_000;

/** Adds up the newest entries of the ledger by target, the most transfers first. */
export async function readRecipients(ledger: Pick<Ledger, 'egress'>): Promise<Recipient[]> {
  const recipients = new Map<string, Recipient>();
  let before: string | undefined;
  for (let read = 0; read < MAX_ENTRIES; read += PAGE) {
    const page = await ledger.egress({ limit: PAGE, ...(before !== undefined && { before }) });
    for (const { target, action, outcome, startedAt } of page) {
      const known = recipients.get(target);
      const isSend = action === 'send';
      const arrived = outcome === 'delivered' || outcome === 'analysed';
      recipients.set(target, {
        target,
        sent: (known?.sent ?? 0) + Number(isSend && arrived),
        incomplete: (known?.incomplete ?? 0) + Number(isSend && !arrived),
        withdrawn: (known?.withdrawn ?? 0) + Number(!isSend && outcome === 'withdrawn'),
        from: startedAt,
        to: known?.to ?? startedAt,
      });
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  return [...recipients.values()].sort((a, b) => b.sent - a.sent);
}
