import { z } from 'zod';
import { count, counts, type Shape, timestamp } from './fields.ts';

/** The `format` of a findings report. A change that readers of this version would not understand gets a new number. */
export const FINDINGS_FORMAT = 'rtcstats-findings/1';

const transfer = z.strictObject({
  target: z.string().describe('Where the dump went, as in the ledger: an API URL without credentials.'),
  at: timestamp.nullable().describe('When it was sent; null if it is not known.'),
  withdrawn: z.boolean().describe('Whether it was removed there since.'),
});

/**
 * The treatment of a dump with findings. `rewritten`: anonymized again and replaced. `quarantined`: taken out of the
 * storage. `deleted`: removed with its row. `pending`: will be done, for example after a --dry-run or an interruption.
 * `failed`: could not be done. `none`: nothing, for example because it was only verified.
 */
export const FINDING_OUTCOMES = ['rewritten', 'quarantined', 'deleted', 'pending', 'failed', 'none'] as const;
export type FindingOutcome = (typeof FINDING_OUTCOMES)[number];

const affected = z.strictObject({
  session: z.string().describe('Id of the session, or the name of the file if it is not of this gateway.'),
  findings: counts.describe('Findings of the verifier by data class. Never a value, an excerpt or a path.'),
  outcome: z.enum(FINDING_OUTCOMES).describe('What was done about it.'),
  user: z.string().nullable().optional().describe('Pseudonym of the user, as in the catalog; null if not known.'),
  conference: z.string().nullable().optional().describe('The same of the conference.'),
  startedAt: timestamp.nullable().optional().describe('When the session started.'),
  storedAt: timestamp.nullable().optional().describe('Since when the dump could be read with these findings.'),
  forwarded: z.array(transfer).optional().describe('Where the dump had been sent with these findings.'),
});
export type AffectedDump = Shape<typeof affected>;

/**
 * The findings in dumps that had been stored as clean. `reanonymize` writes it, and `report --kind breach --findings`
 * reads it. JSON, with an entry for every dump that had findings and none for a clean one. Optional members are looked
 * up in the catalog by the reader. It names sessions and pseudonyms, so it is as confidential as the catalog; it has no
 * value that was found.
 */
export const findingsReport = z.strictObject({
  format: z.literal(FINDINGS_FORMAT).describe('The format of this file.'),
  createdAt: timestamp.describe('When the dumps had been read.'),
  policy: z.string().describe('The policy that they were read under: preset and hash.'),
  verifier: z.string().nullable().describe('Version of the verifier, as in receipts; null if it is not known.'),
  read: count.describe('Number of dumps that were read, the clean ones included.'),
  unreadable: count.describe('Number of dumps that could not be read, in which nothing is known to be or not to be.'),
  dumps: z.array(affected).describe('The dumps with findings, each once.'),
  measures: z
    .array(z.string())
    .optional()
    .describe('What was done besides, one sentence each: dumps rewritten under another policy, keys destroyed.'),
});
export type FindingsReport = Shape<typeof findingsReport>;
