import { z } from 'zod';
import { count, type Shape } from './fields.ts';
import { SEVERITIES } from './states.ts';

const NAMES = ['participant-downlink', 'participant-uplink', 'shared-relay', 'shared-browser'] as const;

/** Why a session of a conference is not among those that are compared. */
export const MISSING_REASONS = ['recording', 'closed', 'quarantined', 'erased', 'notAnalyzed'] as const;
export type MissingReason = (typeof MISSING_REASONS)[number];

export const conferenceParams = z.strictObject({
  name: z.string().describe('The conference, as the application names it or as it is stored.'),
});
export type ConferenceParams = Shape<typeof conferenceParams>;

const time = z.number().int().describe('Milliseconds since the epoch, by the clock of the gateway.');

const scope = z
  .strictObject({
    type: z.literal('conference').describe('Always `conference`.'),
    participant: z
      .string()
      .optional()
      .describe('The user as stored, or the id of the session of somebody without one.'),
    relay: z.string().optional().describe('URL of a TURN server, as stored.'),
    browser: z.string().optional().describe('Browser with its major version, `Firefox 153`.'),
  })
  .describe('What is at fault.');

const observation = z.strictObject({
  name: z.enum(NAMES).describe('As in docs/observations.md.'),
  severity: z.enum(SEVERITIES).describe('The highest severity of the problems that it explains.'),
  category: z.enum(['network', 'setup', 'signaling', 'capture', 'media', 'client']).describe('What it concerns.'),
  scope,
  direction: z.enum(['in', 'out', 'both']).nullable().describe('Seen from the participant.'),
  from: time,
  to: time,
  intervals: z.array(z.tuple([time, time])).describe('When there were problems: from and to.'),
  evidence: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .describe('The numbers that it is based on, with the numbers of participants that were compared.'),
});

const call = z.strictObject({
  from: time,
  to: time,
  participants: count.describe('Users; a session without a user counts as one.'),
  sessions: z.array(z.string()).describe('Ids of the sessions that are compared.'),
  clockUncertaintyMs: count
    .nullable()
    .describe('By how many milliseconds intervals can be misplaced; null if the clock of no client is known.'),
  observations: z.array(observation).describe('Causes, the worst first.'),
  notJudged: z
    .array(
      z.strictObject({
        what: z.enum(NAMES).describe('An observation.'),
        why: z.string().describe('The reason, without a full stop.'),
      }),
    )
    .describe('What could not be judged.'),
});

export const conferenceAnalysis = z
  .strictObject({
    analysisVersion: count.describe('Version of the analyses that are compared.'),
    calls: z.array(call).describe('Sessions that overlap in time are a call; a room that is used again has several.'),
    missing: z
      .array(
        z.strictObject({
          session: z.string().describe('Id of the session.'),
          why: z
            .enum(MISSING_REASONS)
            .describe('Its state, if it is not stored; `notAnalyzed`: it has no analysis of this version.'),
        }),
      )
      .describe('Sessions that are not compared.'),
    more: z.boolean().describe('Whether there are older sessions, which were not looked at.'),
  })
  .describe('Where the problems of a conference come from.');
export type ConferenceAnalysis = Shape<typeof conferenceAnalysis>;
