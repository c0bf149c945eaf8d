import type { CallVerdict, ListedSession } from '@rtcstats-server/api';

/** Names of the verdicts, for badges and filters. */
export const VERDICT_NAMES: Readonly<Record<CallVerdict, string>> = {
  good: 'good',
  degraded: 'degraded',
  bad: 'bad',
  failed: 'failed',
  notJudged: 'not judged',
};

const FAILURES = {
  unreadable: 'The dump is damaged.',
  deadline: 'The analysis took too long.',
  failed: 'The analysis failed.',
} as const;

/**
 * `87 good`; without a score `not judged`. A call that failed has a score of 0, which adds nothing to the word.
 *
 * @param experience experience score, 0 to 100
 */
export function verdictText(verdict: CallVerdict, experience: number | null): string {
  const name = VERDICT_NAMES[verdict];
  return experience === null || verdict === 'failed' ? name : `${Math.round(experience)} ${name}`;
}

/** The same with the unit of the score and all problems, or why there is no verdict. */
export function verdictTitle(session: Pick<ListedSession, 'scores' | 'problems' | 'analysisFailure'>): string {
  const { scores, problems, analysisFailure } = session;
  if (analysisFailure !== null) return FAILURES[analysisFailure];
  const experience = scores?.experience ?? null;
  const score = experience === null ? 'No call to judge' : `Experience ${Math.round(experience)} of 100`;
  return [score, ...problems.map(({ name, severity }) => `${name} (${severity})`)].join(', ');
}
