import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from './audit-actions.ts';
import { count, limit, type Shape, timestamp } from './fields.ts';

/** Characters of a signed note. */
const MAX_NOTE_LENGTH = 65_536;

export const auditEntry = z
  .strictObject({
    position: count.describe('Position in the log, from 0. Positions have no gaps.'),
    time: timestamp.describe('When it was recorded, ISO 8601 in UTC.'),
    actor: z
      .string()
      .describe(
        'Who did it: the name of an admin token (`admin` for `admin.token`), `local` if none is required, `unknown` if none was given, ' +
          '`command:<user of the system>`, `retention` or `gateway`.',
      ),
    action: z.string().describe(`What was done: ${AUDIT_ACTIONS.map((action) => `\`${action}\``).join(', ')}.`),
    outcome: z
      .string()
      .describe(
        `One of ${AUDIT_OUTCOMES.map((outcome) => `\`${outcome}\``).join(', ')}. \`begun\` without a later entry: the process ended during it.`,
      ),
    target: z
      .string()
      .nullable()
      .describe('The session or other thing that it was done to; null if there is none, or if it was erased.'),
    persons: z
      .array(z.string())
      .describe('Pseudonyms of the users, conferences and sessions that it concerns, without those that were erased.'),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .nullable()
      .describe('More about it; null if there is nothing, or if it was erased.'),
    targetExists: z.boolean().describe('Whether the target is the id of a session that is in the catalog.'),
    erased: count.describe('How many of the persons were erased.'),
  })
  .describe('An entry of the audit log.');
export type AuditEntryBody = Shape<typeof auditEntry>;

export const auditCheckpoint = z
  .strictObject({
    size: count.describe('Number of entries that it states.'),
    root: z.string().describe('Root of the Merkle tree of these entries (RFC 6962), Base64.'),
    signedAt: timestamp.describe('When the gateway signed it, ISO 8601 in UTC.'),
    publicKey: z.string().describe('The key that signed it, as `rtcstats-server audit --print-key` prints it.'),
    note: z
      .string()
      .describe(
        'The signed note (https://c2sp.org/tlog-checkpoint), to be kept elsewhere and compared with the log later.',
      ),
  })
  .describe('A signed statement of the size and the content of the audit log.');
export type AuditCheckpoint = Shape<typeof auditCheckpoint>;

export const auditPage = z
  .strictObject({
    origin: z.string().describe('Name of the log, as in its checkpoints.'),
    size: count.describe('Number of entries that were ever recorded.'),
    checkpoint: auditCheckpoint
      .nullable()
      .describe('The last checkpoint of this gateway; null before the first one, a minute after the first start.'),
    entries: z
      .array(auditEntry)
      .describe('Newest first. With `actor` or `outcome`, a page may have fewer entries than `limit`, or none.'),
    nextCursor: z
      .string()
      .nullable()
      .describe('The `cursor` of the next page: the position of the last entry that was read; null on the last page.'),
  })
  .describe('A page of the audit log.');
export type AuditPage = Shape<typeof auditPage>;

/** The body of `POST /api/audit/verify`. */
export const auditVerifyBody = z.strictObject({
  checkpoint: z
    .string()
    .max(MAX_NOTE_LENGTH)
    .optional()
    .describe('The signed note of a checkpoint that was kept elsewhere, to compare the log with.'),
});

export const auditVerification = z
  .strictObject({
    verified: z.boolean().describe('Whether nothing is wrong.'),
    verifiedAt: timestamp.describe('When reading the log began, ISO 8601 in UTC. Later entries were not read.'),
    origin: z.string().describe('Name of the log.'),
    size: count.describe('Number of entries that were ever recorded.'),
    first: count.describe('Of these, how many were removed by retention.'),
    root: z.string().describe('Root of the Merkle tree as it was computed, Base64.'),
    checkpoints: count.describe('Number of signed checkpoints that the log was compared with.'),
    signedSize: count.describe('The size of the largest one; 0 without any.'),
    unknownKeys: z.array(z.string()).describe('Ids of keys of other gateways, whose checkpoints were not used.'),
    problems: z
      .array(
        z.strictObject({
          kind: z
            .string()
            .describe('`changed`, `removed`, `moved`, `cutOff`, `checkpoint` (a checkpoint does not fit) or `state`.'),
          from: count.nullable().describe('Position of the first entry concerned; null if it is not about entries.'),
          to: count.nullable().describe('Position of the last entry concerned.'),
          message: z.string().describe('What is wrong, in one sentence.'),
        }),
      )
      .describe('What is wrong; at most 20.'),
  })
  .describe('The result of a verification of the audit log.');
export type AuditVerification = Shape<typeof auditVerification>;

/** The query of `GET /api/audit`. */
export const auditQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/)
    .refine((text) => !Number.isNaN(Date.parse(text)))
    .optional()
    .describe('Only entries that were recorded at or after this time, ISO 8601.'),
  action: z.enum(AUDIT_ACTIONS).optional().describe('Only entries about this action.'),
  outcome: z.enum(AUDIT_OUTCOMES).optional().describe('Only entries with this outcome.'),
  actor: z.string().min(1).max(512).optional().describe('Only entries of this actor, whose whole name is given.'),
  limit: limit.describe('Entries per page, 1 to 1000. Default: 100.'),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('`nextCursor` of the previous page.'),
});
export type AuditListQuery = Shape<typeof auditQuery>;
