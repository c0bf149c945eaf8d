import type { Overview, OverviewDimension, OverviewFigures, OverviewProblem } from '@rtcstats-server/api';
import { OTHER } from '../catalog/contribution.ts';
import { quantileBin, setupTime } from '../catalog/histogram.ts';
import type { CallCounts, Distributions, Rollups, ValueCounts } from '../catalog/rollups.ts';
import { foldSmallGroups } from './minimum-group.ts';
import {
  isoRange,
  periodName,
  periodsOf,
  previousRange,
  rollupRange,
  type TimeRange,
  timeRange,
} from './time-range.ts';

/** What is asked for; times in ISO 8601. */
export interface OverviewRequest {
  readonly from?: string;
  readonly to?: string;
  readonly by?: OverviewDimension;
  readonly compare?: 'previous' | 'none';
}

export interface OverviewOptions {
  /** `insights.minimumGroup` */
  readonly minimumGroup: number;
  /** Replaced in tests. */
  readonly now?: () => Date;
}

const MAX_GROUPS = 50;
const MAX_PROBLEMS = 20;
const SLOW = 0.95;
const NO_CALLS: CallCounts = { calls: 0, verdicts: { good: 0, degraded: 0, bad: 0, failed: 0, notJudged: 0 } };

/** Figures over all calls of a time range, read from the rollups. */
export class Overviews {
  readonly #rollups: Rollups;
  readonly #minimumGroup: number;
  readonly #now: () => Date;

  constructor(rollups: Rollups, { minimumGroup, now = () => new Date() }: OverviewOptions) {
    this.#rollups = rollups;
    this.#minimumGroup = minimumGroup;
    this.#now = now;
  }

  /** @throws GatewayError BAD_REQUEST if the range is empty or too long, and the errors of the catalog */
  async overview({ from, to, by, compare = 'previous' }: OverviewRequest): Promise<Overview> {
    const asked = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const range = timeRange(asked, this.#now());
    const before = compare === 'previous' ? previousRange(range) : null;
    const periods = new Map(
      (await this.#rollups.byPeriod(rollupRange(range))).map((counts) => [counts.period, counts]),
    );
    const [total, previous] = await Promise.all([
      this.#total(range, sumOf([...periods.values()])),
      before && this.#previous(before),
    ]);
    const [problems, breakdown] = await Promise.all([
      this.#problems(range, total, previous),
      by === undefined ? null : this.#breakdown(by, range, before),
    ]);
    return {
      ...isoRange(range),
      granularity: range.granularity,
      minimumGroup: this.#minimumGroup,
      total,
      previous: previous && { ...isoRange(previous.range), total: previous.total },
      trend: periodsOf(range).map((at) => ({
        at: new Date(at).toISOString(),
        ...countFigures(periods.get(periodName(range.granularity, at)) ?? NO_CALLS),
      })),
      problems,
      breakdown,
    };
  }

  async #total(range: TimeRange, counts: CallCounts): Promise<OverviewFigures> {
    const distributions = await this.#rollups.distributions(rollupRange(range), 'all', ['']);
    return figuresOf(counts, distributions.get(''));
  }

  async #previous(range: TimeRange): Promise<{ readonly range: TimeRange; readonly total: OverviewFigures }> {
    return { range, total: await this.#total(range, sumOf(await this.#rollups.byPeriod(rollupRange(range)))) };
  }

  async #problems(
    range: TimeRange,
    { judged }: OverviewFigures,
    previous: { readonly range: TimeRange; readonly total: OverviewFigures } | null,
  ): Promise<OverviewProblem[]> {
    // A call can have several problems, so the hidden ones cannot be computed from the total and the others.
    const frequent = async (of: TimeRange): Promise<readonly ValueCounts[]> =>
      (await this.#rollups.byValue(rollupRange(of), 'observation')).filter(
        ({ value, calls }) => value !== OTHER && calls >= this.#minimumGroup,
      );
    const earlier = previous ? await frequent(previous.range) : [];
    const known = new Map(earlier.map(({ value, calls }) => [value, calls]));
    return (await frequent(range)).slice(0, MAX_PROBLEMS).map(({ value, calls }) => {
      const callsBefore = known.get(value);
      return {
        name: value,
        calls,
        share: shareOf(calls, judged),
        previousShare: previous && callsBefore !== undefined ? shareOf(callsBefore, previous.total.judged) : null,
      };
    });
  }

  async #breakdown(
    by: OverviewDimension,
    range: TimeRange,
    before: TimeRange | null,
  ): Promise<NonNullable<Overview['breakdown']>> {
    const { shown, hidden } = this.#large(await this.#rollups.byValue(rollupRange(range), by), MAX_GROUPS);
    const earlier = before ? await this.#rollups.byValue(rollupRange(before), by) : [];
    const known = new Map(this.#large(earlier, earlier.length).shown.map((counts) => [counts.value, counts]));
    const names = shown.map(({ value }) => value);
    const distributions = await this.#rollups.distributions(rollupRange(range), by, names);
    return {
      by,
      groups: shown.map((counts) => {
        const previous = known.get(counts.value);
        return {
          value: counts.value,
          ...figuresOf(counts, distributions.get(counts.value)),
          previous: previous ? countFigures(previous) : null,
        };
      }),
      other: hidden.length === 0 ? null : { values: hidden.length, ...countFigures(sumOf(hidden)) },
    };
  }

  #large(groups: readonly ValueCounts[], most: number) {
    return foldSmallGroups(groups, { minimum: this.#minimumGroup, most, alwaysHidden: OTHER });
  }
}

function sumOf(all: readonly CallCounts[]): CallCounts {
  return all.reduce(
    (sum, { calls, verdicts }) => ({
      calls: sum.calls + calls,
      verdicts: {
        good: sum.verdicts.good + verdicts.good,
        degraded: sum.verdicts.degraded + verdicts.degraded,
        bad: sum.verdicts.bad + verdicts.bad,
        failed: sum.verdicts.failed + verdicts.failed,
        notJudged: sum.verdicts.notJudged + verdicts.notJudged,
      },
    }),
    NO_CALLS,
  );
}

function countFigures({ calls, verdicts }: CallCounts) {
  const { good, degraded, bad, failed, notJudged } = verdicts;
  const judged = calls - notJudged;
  return {
    calls,
    verdicts: { good, degraded, bad, failed, notJudged },
    judged,
    badShare: shareOf(bad + failed, judged),
    setupFailures: failed,
    setupFailureShare: shareOf(failed, judged),
  };
}

function figuresOf(counts: CallCounts, distributions: Distributions | undefined): OverviewFigures {
  const setup = (share: number): number | null => {
    const bin = distributions ? quantileBin(distributions.setup, share) : null;
    return bin === null ? null : Math.round(setupTime(bin));
  };
  return {
    ...countFigures(counts),
    medianExperience: distributions ? quantileBin(distributions.experience, 0.5) : null,
    medianSetupMs: setup(0.5),
    slowSetupMs: setup(SLOW),
  };
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(1, part / whole) : null;
}
