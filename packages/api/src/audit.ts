import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from './audit-actions.ts';
import { count, limit, type Shape, timestamp } from './fields.ts';

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
    erased: count.describe('How many of the persons were erased.'),
  })
  .describe('An entry of the audit log.');
export type AuditEntryBody = Shape<typeof auditEntry>;

export const auditPage = z
  .strictObject({
    origin: z.string().describe('Name of the log, as in its checkpoints.'),
    size: count.describe('Number of entries that were ever recorded.'),
    entries: z.array(auditEntry).describe('Newest first.'),
    nextCursor: z.string().nullable().describe('The `cursor` of the next page; null on the last page.'),
  })
  .describe('A page of the audit log.');
export type AuditPage = Shape<typeof auditPage>;

/** The query of `GET /api/audit`. */
export const auditQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/)
    .refine((text) => !Number.isNaN(Date.parse(text)))
    .optional()
    .describe('Only entries that were recorded at or after this time, ISO 8601.'),
  action: z.enum(AUDIT_ACTIONS).optional().describe('Only entries about this action.'),
  limit: limit.describe('Entries per page, 1 to 1000. Default: 100.'),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('`nextCursor` of the previous page.'),
});
