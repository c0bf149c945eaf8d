import { z } from 'zod';
import { count, type Shape } from './fields.ts';
import { SEVERITIES } from './states.ts';

const time = z.number().int().describe('Milliseconds since the epoch, by the clock of the client.');
const milliseconds = z.number().min(0).optional();
const score = (max: number) => z.number().min(0).max(max).nullable();

const reason = z.strictObject({
  score: z.enum(['experience', 'audio', 'video', 'connectivity']).describe('The score that was lowered.'),
  name: z.string().describe('An observation; `delay`, `frame-rate` or `resolution`; or `not-connected`.'),
  cost: z.number().min(0).describe('Points of the score, before it is cut to its range.'),
});

const scores = z
  .strictObject({
    experience: score(100).describe('0 to 100; 0 for a call that never connected, null if there was no call.'),
    audio: score(5).describe('1 to 4.5, the MOS of the E-model (ITU-T G.107); null if nothing was heard.'),
    video: score(5).describe('1 to 5; null if nothing was seen.'),
    connectivity: score(5).describe('1 to 5; null if no connection was attempted.'),
    reasons: z.array(reason).describe('What lowered the scores, the highest costs first.'),
  })
  .describe('How good the call was.');

const connection = z.string().describe('The id of the connection in the dump, such as `PC_0`.');
const track = z.string().describe('The id of the media track, or what identifies it if there is none.');

const scope = z
  .union([
    z.strictObject({ type: z.literal('client').describe('`client`: the client as a whole.') }),
    z.strictObject({ type: z.literal('connection').describe('`connection`: one peer connection.'), connection }),
    z.strictObject({
      type: z.literal('track').describe('`track`: one media track.'),
      connection: connection.optional(),
      track,
    }),
  ])
  .describe('Where it was observed.');

const observation = z.strictObject({
  name: z.string().describe('As in docs/observations.md.'),
  severity: z.enum(SEVERITIES).describe('Problems are observations of severity medium or higher.'),
  category: z.enum(['network', 'setup', 'signaling', 'capture', 'media', 'client']).describe('What it concerns.'),
  scope,
  direction: z.enum(['in', 'out', 'both']).nullable().describe('Seen from the recorded client.'),
  from: time,
  to: time,
  intervals: z.array(z.tuple([time, time])).describe('When it was observed: from and to.'),
  evidence: z.record(z.string(), z.union([z.number(), z.string()])).describe('The numbers that it is based on.'),
});

const setup = z.strictObject({
  id: z.string().describe('The connection.'),
  connected: z.boolean().describe('Whether it ever connected.'),
  failure: z
    .enum([
      'not-attempted',
      'offer-not-answered',
      'media-rejected',
      'no-local-candidates',
      'no-remote-candidates',
      'turn-refused',
      'turn-unreachable',
      'turn-missing',
      'udp-blocked',
      'dtls-failed',
      'closed-early',
    ])
    .optional()
    .describe('Why it did not connect.'),
  turnErrorCode: z.number().int().optional().describe('With `turn-refused`: the code of the TURN server.'),
  total: milliseconds.describe('Milliseconds from the first call of the API to the first media.'),
  gathering: milliseconds.describe('Milliseconds.'),
  signaling: milliseconds.describe('Milliseconds from the offer to both descriptions being set.'),
  ice: milliseconds.describe('Milliseconds.'),
  dtls: milliseconds.describe('Milliseconds from ICE being connected to the connection being so.'),
});

/** The result of the analysis of a call, the same wherever it is made. */
export const analysisDocument = z
  .strictObject({
    analysisVersion: count.describe('Version of the analysis; results of different versions cannot be compared.'),
    scores,
    observations: z.array(observation).describe('The worst first.'),
    features: z
      .strictObject({
        client: z.looseObject({}).describe('Features of the client.'),
        connections: z.array(z.looseObject({ id: connection })).describe('Features of each connection.'),
        tracks: z.array(z.looseObject({ connection, id: track })).describe('Features of each track.'),
      })
      .describe('Named as the columns of the tables of rtcstats; empty if they were not computed.'),
    setup: z.array(setup).describe('How each connection was set up.'),
    notJudged: z
      .array(
        z.strictObject({
          what: z.string().describe('An observation, a score, or a part of the recording.'),
          why: z.string().describe('The reason, without a full stop.'),
        }),
      )
      .describe('What could not be judged.'),
  })
  .describe('The analysis of a call.');
export type AnalysisBody = Shape<typeof analysisDocument>;
