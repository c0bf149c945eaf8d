import { z } from 'zod';
import { count, limit, type Shape, timestamp } from './fields.ts';
import { SESSION_STATES } from './states.ts';

const name = z.string().min(1).max(512);
const fields = {
  user: name.optional().describe('A person: the id that the application uses, or one pseudonym as it is stored.'),
  conference: name.optional().describe('A call: its id in the application, or one pseudonym as it is stored.'),
  session: name
    .optional()
    .describe('One participation: its id in the application, its pseudonym, or the id of its dump.'),
};

/** The query of `GET /api/subjects/export`, and the body of the same with POST; one of its fields is required. */
export const subjectQuery = z.strictObject(fields);
export type SubjectQuery = Shape<typeof subjectQuery>;

/** The body of `POST /api/subjects/erase`; one of user, conference and session is required. */
export const eraseBody = z.strictObject({
  ...fields,
  dryRun: z
    .boolean()
    .optional()
    .describe('Whether to count what would be erased, and to change nothing. Default: false.'),
  confirm: name.optional().describe('The name that is erased, once more. Required unless `dryRun` is true.'),
});
export type EraseBody = Shape<typeof eraseBody>;

const OUTCOMES = ['removed', 'absent', 'pending', 'failed'] as const;

const outcomes = z
  .partialRecord(z.enum(OUTCOMES), count)
  .describe(
    'Number of sessions by outcome: `removed`; `absent` (nothing was there); `pending`; `failed`. The last two are tried again.',
  );

export const erasePreview = z
  .strictObject({
    sessions: count.describe('Sessions that would be erased.'),
    states: z.partialRecord(z.enum(SESSION_STATES), count).describe('Number of sessions by state.'),
    forwarded: count.describe('Dumps that would be deleted at rtcstats.com as well.'),
    elsewhere: count.describe('Dumps in the quarantine of other gateways, which have to run.'),
  })
  .describe('What an erasure would remove.');

export const subjectOverview = z
  .strictObject({
    ...erasePreview.shape,
    holds: z
      .array(
        z.strictObject({
          id: z.string().describe('Id of the legal hold.'),
          kind: z.enum(['user', 'conference', 'session']).describe('What is held.'),
          reason: z.string().describe('Why the data must be kept.'),
          createdAt: timestamp.describe('When the hold was added, ISO 8601 in UTC.'),
          sessions: count.describe('Sessions of this person or call that it holds.'),
        }),
      )
      .describe('Legal holds because of which an erasure would be refused.'),
    newest: z
      .array(
        z.strictObject({
          id: z.string().describe('Id of the session.'),
          state: z.enum(SESSION_STATES).describe('State of the session.'),
          startedAt: timestamp.describe('When it began, ISO 8601 in UTC.'),
          host: z.string().describe('The gateway that recorded it.'),
          keyId: z.string().nullable().describe('Name of the key of its pseudonyms; null if it is not known.'),
        }),
      )
      .describe('The newest sessions, at most 100.'),
    destroyedEpochs: count.describe(
      'Key epochs that were destroyed: sessions of their time are found by pseudonym only.',
    ),
  })
  .describe('What is stored about a person or a call.');
export type SubjectOverviewBody = Shape<typeof subjectOverview>;

export const erasureReceipt = z
  .strictObject({
    id: z.string().describe('Id of the erasure, a UUID version 7.'),
    kind: z.enum(['user', 'conference', 'session']).describe('What was erased.'),
    subject: z
      .string()
      .describe('Keyed hash of the name that was given. It shows that a name was erased to those who have the key.'),
    requestedAt: timestamp.describe('When it was requested, ISO 8601 in UTC. Sessions recorded later are not erased.'),
    finishedAt: timestamp.nullable().describe('When nothing was left, ISO 8601 in UTC; null while something is.'),
    by: z
      .string()
      .describe('Who requested it: the name of an admin token, or `command:` and the user that ran the command.'),
    sessions: count.describe('Sessions that were found.'),
    live: count.describe('Those of them that were being recorded, and were ended.'),
    places: z
      .record(z.string(), outcomes)
      .describe(
        'Outcomes by place: `spool`, `dump`, `catalog`, `exports` (Parquet files), `deliveries` (rtcstats.com).',
      ),
    waitsFor: z
      .record(z.string(), count)
      .describe('What has to happen before the rest can be removed, with the number of sessions.'),
  })
  .describe('The receipt of an erasure. Nothing in it says who was erased.');
export type ErasureReceipt = Shape<typeof erasureReceipt>;
export type ErasePreviewBody = Shape<typeof erasePreview>;

export const erasurePage = z
  .strictObject({
    erasures: z.array(erasureReceipt).describe('Newest first.'),
    nextCursor: z.string().nullable().describe('The `cursor` of the next page; null on the last page.'),
  })
  .describe('A page of receipts.');
export type ErasurePage = Shape<typeof erasurePage>;

/** The query of `GET /api/subjects/erasures`. */
export const erasuresQuery = z.strictObject({
  limit: limit.describe('Receipts per page, 1 to 1000. Default: 100.'),
  cursor: z.string().max(64).optional().describe('`nextCursor` of the previous page.'),
});
