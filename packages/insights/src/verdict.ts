import { type AnalysisDocument, DETECTOR_FAILED } from './analysis-document.ts';
import { isProblem, isWorse, type Observation, type Severity } from './observations/observation.ts';
import { type ConnectionSetup, SETUP_FAILURES } from './setup/connection-setup.ts';

// For programs that only read stored analyses and therefore do not load the detectors.
export { ANALYSIS_VERSION } from './analysis-document.ts';
export { isProblem, isWorse, SEVERITIES, type Severity } from './observations/observation.ts';

/**
 * What a call was like as a whole, in one word, best first; the last one is for calls without any experience score.
 * This is the only definition: lists, metrics, rollups and pages use it.
 *
 * | verdict | when |
 * |---|---|
 * | `good` | experience of at least 80, and no problem |
 * | `degraded` | experience below 80, or a problem, that is, an observation of severity medium or higher |
 * | `bad` | experience below 60; or below 80 with an observation of severity high or critical |
 * | `failed` | the call never came about: no connection was ever established, or there was no device to begin with |
 * | `notJudged` | no call was attempted, or the recording does not tell |
 *
 * A severe problem that was short has little effect on the experience of a long call, which is therefore `degraded` and
 * not `bad`.
 */
export const CALL_VERDICTS = ['good', 'degraded', 'bad', 'failed', 'notJudged'] as const;
export type CallVerdict = (typeof CALL_VERDICTS)[number];

/** Below this experience, a call is `degraded` even if no detector says why. */
const GOOD_EXPERIENCE = 80;
/** Below this experience, a call is `bad`, whatever the severity of its problems. */
const BAD_EXPERIENCE = 60;

/** The parts of an `AnalysisDocument` that the verdict depends on. */
export interface JudgedCall {
  readonly scores: Pick<AnalysisDocument['scores'], 'experience'>;
  readonly observations: readonly Pick<Observation, 'severity'>[];
  readonly setup: readonly { readonly connected: boolean }[];
}

/** The verdict on an analyzed call. */
export function callVerdict({ scores: { experience }, observations, setup }: JudgedCall): CallVerdict {
  if (experience === null) return 'notJudged';
  // A call that connected can have an experience of 0, too.
  if (experience === 0 && !setup.some(({ connected }) => connected)) return 'failed';
  if (experience < BAD_EXPERIENCE) return 'bad';
  const isGood = experience >= GOOD_EXPERIENCE;
  const worst = worstSeverity(observations);
  if (!isGood && worst !== undefined && !isWorse('high', worst)) return 'bad';
  return isGood && !observations.some(isProblem) ? 'good' : 'degraded';
}

/** Why a call with the verdict `failed` did not come about; `no-connection`: the client made no connection at all. */
export const CALL_SETUP_FAILURES = [...SETUP_FAILURES, 'no-connection'] as const;
export type CallSetupFailure = (typeof CALL_SETUP_FAILURES)[number];

/**
 * Why a call did not come about: the reason of its first connection that was attempted, because applications make
 * further ones as a consequence. Undefined if the verdict is not `failed`.
 */
export function callSetupFailure(
  call: JudgedCall & { readonly setup: readonly Pick<ConnectionSetup, 'connected' | 'failure'>[] },
): CallSetupFailure | undefined {
  if (callVerdict(call) !== 'failed') return undefined;
  const setup: readonly Pick<ConnectionSetup, 'failure'>[] = call.setup;
  const failures = setup.flatMap(({ failure }) => failure ?? []);
  return failures.find((failure) => failure !== 'not-attempted') ?? failures[0] ?? 'no-connection';
}

/** The highest severity of the observations; undefined without observations. */
export function worstSeverity(observations: readonly Pick<Observation, 'severity'>[]): Severity | undefined {
  let worst: Severity | undefined;
  for (const { severity } of observations) if (worst === undefined || isWorse(severity, worst)) worst = severity;
  return worst;
}

/** The names of the detectors that failed on a call. A failure does not affect the other detectors. */
export function failedDetectors({ notJudged }: Pick<AnalysisDocument, 'notJudged'>): string[] {
  return notJudged.filter(({ why }) => why.startsWith(DETECTOR_FAILED)).map(({ what }) => what);
}
