import type { Changes, Overview } from '@rtcstats-server/api';

/** Periods of a trend that an assistant gets; the trend of a year is longer than all other figures together. */
const MAX_PERIODS = 100;
/** Digits after the point of a share, a p-value apart. */
const DIGITS = 4;

interface Counted {
  readonly calls: number;
  readonly judged: number;
  readonly badShare: number | null;
  readonly setupFailures: number;
  readonly setupFailureShare: number | null;
}

/** An overview with the figures that explain something, so that every answer of the API fits. */
export function overviewAnswer({ trend, breakdown, problems, ...rest }: Overview) {
  return {
    ...rest,
    problems: problems.map((problem) => ({
      ...problem,
      share: rounded(problem.share),
      previousShare: rounded(problem.previousShare),
    })),
    trend:
      trend.length <= MAX_PERIODS
        ? trend.map(({ at, ...counted }) => ({ at, ...countedAnswer(counted) }))
        : `left out: ${trend.length} days; ask for at most ${MAX_PERIODS}`,
    breakdown: breakdown && {
      by: breakdown.by,
      groups: breakdown.groups.map(({ value, previous, ...group }) => ({
        value,
        ...countedAnswer(group),
        medianExperience: group.medianExperience,
        medianSetupMs: group.medianSetupMs,
        slowSetupMs: group.slowSetupMs,
        previous: previous && countedAnswer(previous),
      })),
      other: breakdown.other && { values: breakdown.other.values, ...countedAnswer(breakdown.other) },
    },
  };
}

/** Changes without the figures that can be computed from the others. */
export function changesAnswer({ changes, ...rest }: Changes) {
  return {
    ...rest,
    changes: changes.map(
      ({ before, after, difference, differenceLow, differenceHigh, pValue, adjustedPValue, ...change }) => ({
        ...change,
        before: { judged: before.judged, affected: before.affected, share: rounded(before.share) },
        after: { judged: after.judged, affected: after.affected, share: rounded(after.share) },
        difference: [differenceLow, difference, differenceHigh].map(rounded),
        pValue: Number(pValue.toPrecision(2)),
        adjustedPValue: Number(adjustedPValue.toPrecision(2)),
      }),
    ),
  };
}

function countedAnswer({ calls, judged, badShare, setupFailures, setupFailureShare }: Counted): Counted {
  return { calls, judged, badShare: rounded(badShare), setupFailures, setupFailureShare: rounded(setupFailureShare) };
}

function rounded(share: number | null): number | null {
  return share === null ? null : Number(share.toFixed(DIGITS));
}
