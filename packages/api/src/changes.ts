import { z } from 'zod';
import { count, instant, type Shape, timestamp } from './fields.ts';
import { CHANGE_DIMENSIONS, CHANGE_MEASURES } from './states.ts';

/** The query of `GET /api/insights/changes`. */
export const changesQuery = z.strictObject({
  from: instant.describe(
    'Calls that started at or after this time: ISO 8601 with a zone, or a day in UTC. Default: a range of ' +
      'seven days (UTC) that ends with that of `to`, so that both ranges have the same days of the week.',
  ),
  to: instant.describe('Calls that started before this time. Default: now.'),
  by: z
    .enum(CHANGE_DIMENSIONS)
    .optional()
    .describe(
      'Only comparisons by this dimension. Without it, all dimensions, all calls and the problems are compared.',
    ),
  sort: z
    .enum(['pValue', 'difference'])
    .optional()
    .describe(
      '`pValue`: the smallest p-value first; `difference`: significant changes first, of them the largest difference. ' +
        'Default: `pValue`.',
    ),
  limit: z.coerce.number().int().min(1).max(200).optional().describe('The most changes in the answer. Default: 50.'),
});
/** The same as a client writes it. */
export type ChangesQuery = z.input<typeof changesQuery>;

const share = z.number().min(0).max(1);
const difference = z.number().min(-1).max(1);

export const changeSide = z
  .strictObject({
    calls: count.describe('Analyzed sessions of the group in this range.'),
    judged: count.describe('Calls of these with another verdict than `notJudged`, from which the share is computed.'),
    affected: count
      .nullable()
      .describe(
        'Judged calls that the measure counts; null if fewer calls than `minimumGroup` had the problem. The change is then computed ' +
          'as if it were one less than `minimumGroup`, so it is at least as large as it says.',
      ),
    share: share.nullable().describe('`affected` divided by `judged`; null if `affected` is.'),
  })
  .describe('A group in one of the ranges.');

export const change = z
  .strictObject({
    measure: z
      .enum(CHANGE_MEASURES)
      .describe(
        '`badShare`: part of the judged calls that were `bad` or `failed`; `setupFailureShare`: part that never came about; ' +
          '`problemShare`: part that had the problem.',
      ),
    dimension: z.enum(CHANGE_DIMENSIONS).nullable().describe('Dimension of the group; null if the group is all calls.'),
    value: z
      .string()
      .nullable()
      .describe('Value of the dimension; `unknown` if a call does not say; null with all calls.'),
    problem: z
      .string()
      .nullable()
      .describe(
        'With `problemShare`: an observation of severity medium or higher, as in docs/observations.md; otherwise null.',
      ),
    before: changeSide,
    after: changeSide,
    difference: difference.describe('The share after less the share before; more than 0 is a change for the worse.'),
    differenceLow: difference.describe('Lower limit of the 95 % confidence interval of the difference.'),
    differenceHigh: difference.describe('Its upper limit.'),
    pValue: share.describe(
      'Probability of a difference that is as unlikely or more, if nothing had changed: Fisher’s exact test, two-sided.',
    ),
    adjustedPValue: share.describe('The same, corrected for the number of comparisons (Benjamini and Hochberg).'),
    significant: z.boolean().describe('`adjustedPValue` is at most `falseDiscoveryRate`.'),
  })
  .describe('A comparison of one measure of one group between two ranges.');
export type Change = Shape<typeof change>;

const range = z.strictObject({
  from: timestamp.describe('Its begin.'),
  to: timestamp.describe('Its end, not included.'),
  calls: count.describe('All analyzed sessions of the range.'),
});

export const changes = z
  .strictObject({
    before: range.describe('The range of the same length before.'),
    after: range.describe('The range that was asked for, extended to whole hours or days.'),
    minimumGroup: count.describe(
      'Smallest number of calls that a group needs in both ranges to be compared (`insights.minimumGroup`).',
    ),
    falseDiscoveryRate: share.describe('Highest expected part of the significant changes that are none.'),
    comparisons: count.describe(
      'Number of comparisons that the p-values are corrected for: those with an affected call in one of the ranges.',
    ),
    significant: count.describe('Number of significant changes, of which `changes` may have only the first.'),
    onlyBefore: count.describe('Groups that are large enough in the range before only, and so are not compared.'),
    onlyAfter: count.describe(
      'Groups that are large enough in the range asked for only, such as a new version of a browser, and so are not compared.',
    ),
    changes: z.array(change).describe('In the order of `sort`, including those that are not significant.'),
  })
  .describe('What changed between a time range and the one before.');
export type Changes = Shape<typeof changes>;
