import { z } from 'zod';
import { count, instant, type Shape, timestamp } from './fields.ts';
import { OVERVIEW_DIMENSIONS } from './states.ts';

/** The query of `GET /api/insights/overview`. */
export const overviewQuery = z.strictObject({
  from: instant.describe(
    'Calls that started at or after this time: ISO 8601 with a zone, or a day in UTC. Default: 7 days before `to`.',
  ),
  to: instant.describe('Calls that started before this time. Default: now.'),
  by: z.enum(OVERVIEW_DIMENSIONS).optional().describe('Dimension of the breakdown. Without it, there is no breakdown.'),
  compare: z
    .enum(['previous', 'none'])
    .optional()
    .describe(
      '`previous`: compares with the time of the same length before the range; `none`: does not. Default: `previous`.',
    ),
});
/** The same as a client writes it. */
export type OverviewQuery = z.input<typeof overviewQuery>;

const share = z.number().min(0).max(1).nullable();
const milliseconds = z.number().min(0).nullable();

const counted = {
  calls: count.describe('Analyzed sessions.'),
  verdicts: z
    .strictObject({
      good: count.describe('No problem.'),
      degraded: count.describe('A problem, or an experience below 80.'),
      bad: count.describe('An experience below 60, or below 80 with a severe problem.'),
      failed: count.describe('The call never came about.'),
      notJudged: count.describe('There was no call, or the recording does not tell.'),
    })
    .describe('The calls by verdict.'),
  judged: count.describe('Calls with another verdict than `notJudged`.'),
  badShare: share.describe('Part of the judged calls that were `bad` or `failed`; null if none was judged.'),
  setupFailures: count.describe('Calls that never came about (`failed`).'),
  setupFailureShare: share.describe('Part of the judged calls that never came about; null if none was judged.'),
};

const figures = z.strictObject({
  ...counted,
  medianExperience: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .describe('Median of the experience scores; null without any.'),
  medianSetupMs: milliseconds.describe(
    'Median of the time to the first media, in milliseconds, to within 2 %; null without any.',
  ),
  slowSetupMs: milliseconds.describe('95th percentile of the same.'),
});
export type OverviewFigures = Shape<typeof figures>;

const problem = z.strictObject({
  name: z.string().describe('Observation of severity medium or higher, as in docs/observations.md.'),
  calls: count.describe('Calls that had it.'),
  share: share.describe('Part of the judged calls that had it.'),
  previousShare: share.describe('The same in the previous range; null if it is not known.'),
});
export type OverviewProblem = Shape<typeof problem>;

const group = z.strictObject({
  value: z.string().describe('Value of the dimension; `unknown` if a call does not say.'),
  ...figures.shape,
  previous: z
    .strictObject(counted)
    .nullable()
    .describe('The same group in the previous range; null if it is not known, or too small there.'),
});
export type OverviewGroup = Shape<typeof group>;

const others = z.strictObject({ values: count.describe('Number of values.'), ...counted }).nullable();

export const overview = z
  .strictObject({
    from: timestamp.describe('Begin of the range, extended to a whole hour or day.'),
    to: timestamp.describe('End of the range, not included.'),
    granularity: z.enum(['hour', 'day']).describe('Length of the periods of `trend`.'),
    minimumGroup: count.describe('Smallest number of calls of a group that is shown (`insights.minimumGroup`).'),
    total: figures.describe('All calls of the range.'),
    previous: z
      .strictObject({
        from: timestamp.describe('Its begin.'),
        to: timestamp.describe('Its end, not included.'),
        total: figures.describe('All calls of the previous range.'),
      })
      .nullable()
      .describe('The range of the same length before; null if it was not asked for.'),
    trend: z
      .array(z.strictObject({ at: timestamp.describe('Begin of the period.'), ...counted }))
      .describe('Every period of the range, also those without calls.'),
    problems: z.array(problem).describe('The most frequent problems first, at most 20.'),
    breakdown: z
      .strictObject({
        by: z.enum(OVERVIEW_DIMENSIONS).describe('The dimension.'),
        groups: z.array(group).describe('The most calls first, at most 50.'),
        other: others.describe(
          'All values that are not shown, because they have too few calls or because there are too many; null if there are none. ' +
            'By observation, a call counts once per observation.',
        ),
      })
      .nullable()
      .describe('Figures by the values of one dimension; null if it was not asked for.'),
  })
  .describe('Figures over all calls of a time range.');
export type Overview = Shape<typeof overview>;
