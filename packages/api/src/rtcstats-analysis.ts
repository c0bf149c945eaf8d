import { z } from 'zod';
import { count, type Shape } from './fields.ts';
import { SEVERITIES } from './states.ts';

const score = (max: number) => z.number().min(0).max(max).nullable();

/** The query of `GET /api/sessions/{id}/analysis`. */
export const analysisQuery = z.strictObject({
  format: z
    .enum(['rtcstats'])
    .optional()
    .describe('`rtcstats`: in the shape in which `/v1.0/enrich` of rtcstats.com answers. Default: `Analysis`.'),
});

/** An analysis in the shape in which `/v1.0/enrich` of rtcstats.com answers. */
export const rtcstatsAnalysis = z
  .strictObject({
    data: z
      .strictObject({
        scores: z
          .strictObject({
            experienceScore: score(100).describe('0 to 100; null if there was no call.'),
            audioScore: score(5).describe('1 to 4.5; null if nothing was heard.'),
            videoScore: score(5).describe('1 to 5; null if nothing was seen.'),
            connectivityScore: score(5).describe('1 to 5; null if no connection was attempted.'),
            observationsScore: z.null().describe('Always null, because the gateway has no such score.'),
          })
          .describe('The scores.'),
        observationsCount: z
          .strictObject({
            critical: count.describe('Of severity critical.'),
            high: count.describe('Of severity high.'),
            medium: count.describe('Of severity medium.'),
            low: count.describe('Of severity low.'),
            info: count.describe('Of severity info.'),
          })
          .describe('Observations by severity.'),
        observations: z
          .array(
            z.strictObject({
              type: z.string().describe('As in docs/observations.md; not the types of rtcstats.com.'),
              severity: z.enum(SEVERITIES).describe('As in `Analysis`.'),
              category: z.enum(['connections', 'streams', 'devices']).optional().describe('What it concerns.'),
              tags: z.array(z.string()).describe('Such as `network`, `audio`, `inbound`.'),
              firstSeenAt: z.number().int().optional().describe('Milliseconds since the epoch.'),
              valueInCount: z.number().optional().describe('The first number of the evidence that is a count.'),
              valueInPercent: z.number().optional().describe('The first number that is a share, in percent.'),
              maxInMs: z.number().optional().describe('The first number that is a maximum in milliseconds.'),
              durationInMs: z.number().optional().describe('The first other number in milliseconds.'),
              durationInSeconds: z.number().optional().describe('How long it was observed.'),
            }),
          )
          .describe('The worst first. A field without a value is absent.'),
        userAgentData: z.looseObject({}).describe('The client hints of the browser; empty if the dump has none.'),
      })
      .describe('Scores and observations.'),
    processorVersion: z.string().describe('`<analysisVersion>.0.0`.'),
    generatedAt: z.number().int().describe('When this response was made, in milliseconds since the epoch.'),
  })
  .describe('An analysis in the shape of `/v1.0/enrich` of rtcstats.com.');
export type RtcstatsAnalysis = Shape<typeof rtcstatsAnalysis>;
