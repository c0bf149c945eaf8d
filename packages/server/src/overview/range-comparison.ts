import {
  CHANGE_DIMENSIONS,
  type Change,
  type ChangeDimension,
  type ChangeMeasure,
  type Changes,
} from '@rtcstats-server/api';
import { adjustForComparisons, fisherTest, newcombeInterval } from '@rtcstats-server/insights/comparison';
import { OTHER, type RollupDimension } from '../catalog/contribution.ts';
import type { CallCounts, Rollups, ValueCounts } from '../catalog/rollups.ts';
import { foldSmallGroups } from './minimum-group.ts';
import type { OverviewOptions } from './overviews.ts';
import { isoRange, previousRange, rollupRange, type TimeRange, timeRange, weekUntil } from './time-range.ts';

/** What is asked for; times in ISO 8601. */
export interface ChangesRequest {
  readonly from?: string;
  readonly to?: string;
  readonly by?: ChangeDimension;
  readonly sort?: 'pValue' | 'difference';
  readonly limit?: number;
}

const FALSE_DISCOVERY_RATE = 0.05;
const DEFAULT_LIMIT = 50;

/** Something in both ranges. */
interface Both<T> {
  readonly before: T;
  readonly after: T;
}

/** A change without the p-value that depends on the other comparisons. */
type Comparison = Omit<Change, 'adjustedPValue' | 'significant'>;

/** One range of a comparison. */
interface Side {
  readonly calls: number;
  readonly judged: number;
  /** null: fewer than the minimum, and not to be told. */
  readonly affected: number | null;
}

const isBad = ({ verdicts }: CallCounts): number => verdicts.bad + verdicts.failed;
const isFailed = ({ verdicts }: CallCounts): number => verdicts.failed;
const MEASURES: readonly (readonly [ChangeMeasure, (counts: CallCounts) => number])[] = [
  ['badShare', isBad],
  ['setupFailureShare', isFailed],
];

/** Compares the calls of a time range with those of the range before, read from the rollups. */
export class RangeComparison {
  readonly #rollups: Pick<Rollups, 'byValue'>;
  readonly #minimumGroup: number;
  readonly #now: () => Date;

  constructor(rollups: Pick<Rollups, 'byValue'>, { minimumGroup, now = () => new Date() }: OverviewOptions) {
    this.#rollups = rollups;
    this.#minimumGroup = minimumGroup;
    this.#now = now;
  }

  /** @throws GatewayError BAD_REQUEST if the range is empty or too long, and the errors of the catalog */
  async changes({ from, to, by, sort = 'pValue', limit = DEFAULT_LIMIT }: ChangesRequest): Promise<Changes> {
    const now = this.#now();
    const after = timeRange({ from: from ?? weekUntil(to, now), ...(to !== undefined && { to }) }, now);
    const ranges = { before: previousRange(after), after };
    const all = await this.#counts(ranges, 'all');
    const total = { before: all.before[0], after: all.after[0] };
    const comparisons: Comparison[] = [];
    const alone = { before: 0, after: 0 };
    for (const dimension of by === undefined ? CHANGE_DIMENSIONS : [by]) {
      const groups = this.#largeGroups(await this.#counts(ranges, dimension));
      const values = new Set([...groups.before.keys(), ...groups.after.keys()]);
      for (const value of values) {
        const [before, after] = [groups.before.get(value), groups.after.get(value)];
        if (before && after) comparisons.push(...compareVerdicts({ before, after }, { dimension, value }));
        else alone[before ? 'before' : 'after']++;
      }
    }
    if (by === undefined && this.#areLarge(total)) {
      comparisons.push(...compareVerdicts(total, { dimension: null, value: null }));
      comparisons.push(...this.#compareProblems(total, await this.#counts(ranges, 'observation')));
    }
    const changes = withAdjusted(comparisons);
    return {
      before: { ...isoRange(ranges.before), calls: total.before?.calls ?? 0 },
      after: { ...isoRange(ranges.after), calls: total.after?.calls ?? 0 },
      minimumGroup: this.#minimumGroup,
      falseDiscoveryRate: FALSE_DISCOVERY_RATE,
      comparisons: changes.length,
      significant: changes.filter(({ significant }) => significant).length,
      onlyBefore: alone.before,
      onlyAfter: alone.after,
      changes: changes.sort(ORDERS[sort]).slice(0, limit),
    };
  }

  async #counts({ before, after }: Both<TimeRange>, dimension: RollupDimension): Promise<Both<readonly ValueCounts[]>> {
    const [earlier, later] = await Promise.all(
      [before, after].map((range) => this.#rollups.byValue(rollupRange(range), dimension)),
    );
    return { before: earlier ?? [], after: later ?? [] };
  }

  /** The groups that may be shown, by value: the same as in the breakdown of the overview. */
  #largeGroups({ before, after }: Both<readonly ValueCounts[]>): Both<ReadonlyMap<string, ValueCounts>> {
    const large = (groups: readonly ValueCounts[]): Map<string, ValueCounts> => {
      const options = { minimum: this.#minimumGroup, most: groups.length, alwaysHidden: OTHER };
      return new Map(foldSmallGroups(groups, options).shown.map((counts) => [counts.value, counts]));
    };
    return { before: large(before), after: large(after) };
  }

  #areLarge(total: Both<CallCounts | undefined>): total is Both<CallCounts> {
    return [total.before, total.after].every((counts) => counts !== undefined && counts.calls >= this.#minimumGroup);
  }

  #compareProblems(total: Both<CallCounts>, problems: Both<readonly ValueCounts[]>): Comparison[] {
    const minimum = this.#minimumGroup;
    const callsOf = (counts: readonly ValueCounts[]) => new Map(counts.map(({ value, calls }) => [value, calls]));
    const calls = { before: callsOf(problems.before), after: callsOf(problems.after) };
    const frequent = [...calls.before, ...calls.after].filter(([name, count]) => name !== OTHER && count >= minimum);
    return Array.from(new Set(frequent.map(([name]) => name))).flatMap((problem) => {
      const side = (at: keyof typeof calls): Side => {
        const judged = judgedOf(total[at]);
        const count = calls[at].get(problem) ?? 0;
        // The catalog counts problems of calls that were not judged, too.
        const affected = count >= minimum || minimum === 1 ? Math.min(count, judged) : null;
        return { calls: total[at].calls, judged, affected };
      };
      const sides = { before: side('before'), after: side('after') };
      return compare(sides, { measure: 'problemShare', dimension: null, value: null, problem }, minimum);
    });
  }
}

type Subject = Pick<Change, 'measure' | 'dimension' | 'value' | 'problem'>;

function compareVerdicts(counts: Both<CallCounts>, group: Pick<Change, 'dimension' | 'value'>): Comparison[] {
  return MEASURES.flatMap(([measure, affectedOf]) => {
    const side = (at: CallCounts): Side => {
      const judged = judgedOf(at);
      // Where a call moved from one value to `other`, numbers of single verdicts can be wrong by some.
      return { calls: at.calls, judged, affected: Math.min(judged, Math.max(0, affectedOf(at))) };
    };
    return compare({ before: side(counts.before), after: side(counts.after) }, { measure, ...group, problem: null }, 1);
  });
}

/**
 * One comparison, or none if there is nothing to compare. A number that must not be told is taken as one less than the
 * minimum. If the share is the smaller one even so, the true difference is at least as large; otherwise nothing is
 * known.
 */
function compare(sides: Both<Side>, subject: Subject, minimum: number): Comparison[] {
  const proportion = ({ affected, judged }: Side) => ({
    affected: affected ?? Math.min(minimum - 1, judged),
    total: judged,
  });
  const before = proportion(sides.before);
  const after = proportion(sides.after);
  // The test depends on the sum of the affected calls only, so leaving out those without any favors no result.
  if (before.total === 0 || after.total === 0 || before.affected + after.affected === 0) return [];
  const difference = after.affected / after.total - before.affected / before.total;
  if (sides.before.affected === null && difference <= 0) return [];
  if (sides.after.affected === null && difference >= 0) return [];
  const [differenceLow, differenceHigh] = newcombeInterval(before, after);
  return [
    {
      ...subject,
      before: withShare(sides.before),
      after: withShare(sides.after),
      difference,
      differenceLow,
      differenceHigh,
      pValue: fisherTest(before, after),
    },
  ];
}

function withShare(side: Side): Change['before'] {
  return { ...side, share: side.affected === null ? null : side.affected / side.judged };
}

function withAdjusted(comparisons: readonly Comparison[]): Change[] {
  const adjusted = adjustForComparisons(comparisons.map(({ pValue }) => pValue));
  return comparisons.map((comparison, index) => {
    const adjustedPValue = adjusted[index] ?? 1;
    return { ...comparison, adjustedPValue, significant: adjustedPValue <= FALSE_DISCOVERY_RATE };
  });
}

const byDifference = (a: Change, b: Change): number => Math.abs(b.difference) - Math.abs(a.difference);
const ORDERS: Readonly<Record<'pValue' | 'difference', (a: Change, b: Change) => number>> = {
  pValue: (a, b) => a.pValue - b.pValue || byDifference(a, b),
  difference: (a, b) => Number(b.significant) - Number(a.significant) || byDifference(a, b),
};

function judgedOf({ calls, verdicts }: CallCounts): number {
  return Math.max(0, calls - Math.max(0, verdicts.notJudged));
}
