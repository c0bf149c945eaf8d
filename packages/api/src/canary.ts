import { z } from 'zod';
import { count, counts, type Shape, timestamp } from './fields.ts';

const canaryFault = z.strictObject({
  place: z.string().describe('Where the value was planted, `onicecandidate: raddr of a relay candidate`.'),
  classes: z.array(z.string()).describe('Data classes of the value; `technical` for a value that must survive.'),
  outcome: z.string().describe('`leaked`: the value is still readable. `changed`: a technical value did not survive.'),
  foundIn: z.array(z.string()).describe('Where the value is readable, `dump line 12`. Never the value itself.'),
});
export type CanaryFault = Shape<typeof canaryFault>;

const canaryReport = z.strictObject({
  clean: z
    .boolean()
    .describe('Nothing leaked, no technical value was changed, and the verifier of the gateway agrees.'),
  session: z.string().describe('Id of the session of the canary. The session is deleted afterwards.'),
  state: z.enum(['stored', 'quarantined']).describe('State that the session ended in.'),
  counts: counts.describe(
    'Number of places by outcome: `gone`, `masked`, `pseudonym`, `dropped`, `kept`, `leaked`, `survived`, `changed`.',
  ),
  lost: count.describe('Messages that are missing in the dump.'),
  searched: z
    .strictObject({
      files: count.describe('Files that were searched.'),
      bytes: count.describe('Bytes that were searched.'),
      olderFiles: count.describe('Dumps of other sessions that existed before and were not searched.'),
      unreadable: z.array(z.string()).describe('Names of files that the gateway may not read.'),
      whileRecording: z.boolean().describe('Whether the spool was searched during the recording.'),
    })
    .describe('What was searched for the planted values.'),
  faults: z.array(canaryFault).describe('Places with the outcome `leaked` or `changed`.'),
});
export type CanaryReport = Shape<typeof canaryReport>;

export const canary = z
  .strictObject({
    running: z.boolean().describe('Whether a canary is running.'),
    startedAt: timestamp.nullable().describe('When it started, ISO 8601 in UTC; null if none has run yet.'),
    finishedAt: timestamp.nullable().describe('When it finished, ISO 8601 in UTC; null until then.'),
    report: canaryReport.nullable().describe('The result; null while it runs, or if it failed.'),
    error: z
      .strictObject({
        code: z.string().describe('Error code; docs/errors.md lists all codes.'),
        message: z.string().describe('What happened, in one English sentence.'),
      })
      .nullable()
      .describe('Why the canary could not run; otherwise null.'),
  })
  .describe('The canary that is running, otherwise the last one since the gateway started.');
export type Canary = Shape<typeof canary>;
