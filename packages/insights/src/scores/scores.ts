import { durationOf } from '../observations/episodes.ts';
import { type Observation, rounded } from '../observations/observation.ts';
import { COSTS, SEVERITY_SHARE } from './costs.ts';
import type { Measured } from './media-scores.ts';

/** Which scores there are. Experience is 0 to 100, the others 1 to 5. */
export type ScoreName = 'experience' | 'audio' | 'video' | 'connectivity';

/** Something that lowered a score, and by how many of its points before it was cut to its range. */
export interface Reason {
  readonly score: ScoreName;
  /** An observation, or for measured parts `delay`, `frame-rate` or `resolution`. */
  readonly name: string;
  readonly cost: number;
}

/** Null: there was nothing to score. */
export interface Scores {
  readonly experience: number | null;
  readonly audio: number | null;
  readonly video: number | null;
  readonly connectivity: number | null;
  /** The highest costs first. */
  readonly reasons: readonly Reason[];
}

/** What the scores are computed from. */
export interface ScoreInput {
  readonly audio: Measured | undefined;
  readonly video: Measured | undefined;
  /** Whether a connection was attempted, and whether one worked. */
  readonly attempted: boolean;
  readonly connected: boolean;
  readonly observations: readonly Observation[];
  /** Length of the call in milliseconds. */
  readonly duration: number;
}

/** The highest MOS of the E-model's narrowband scale is 4.5, that of the others 5. */
const BEST = { audio: 4.5, video: 5, connectivity: 5 } as const;
/** Hearing matters most. */
const WEIGHTS = { audio: 0.5, video: 0.3, connectivity: 0.2 } as const;
type Part = keyof typeof WEIGHTS;
const PARTS = Object.keys(WEIGHTS) as Part[];
const MIN_COST = 0.05;

/**
 * The scores of a call. Experience is the mean of the weighted parts and the worst part, because one part that is bad
 * makes a bad call. A call that was attempted and never connected, or had no device to begin with, has experience 0.
 */
export function scoresOf(input: ScoreInput): Scores {
  const reasons: Reason[] = [];
  const values: Record<Part, number | null> = {
    audio: input.audio?.score ?? null,
    video: input.video?.score ?? null,
    connectivity: input.attempted ? 5 : null,
  };
  for (const part of ['audio', 'video'] as const) {
    for (const [name, cost] of Object.entries(input[part]?.costs ?? {})) reasons.push({ score: part, name, cost });
  }
  for (const { name, score, cost } of costsOf(input)) {
    const value = values[score];
    // Nothing of it was measured, for instance because none of it ever arrived.
    values[score] = Math.max(1, (value ?? BEST[score]) - cost);
    reasons.push({ score, name, cost });
  }
  if (input.attempted && !input.connected) values.connectivity = 1;
  const experience = experienceOf(input, values);
  const all = [...reasons, ...experienceReasons(input, reasons)];
  return {
    experience: experience === null ? null : Math.round(experience),
    audio: roundedScore(values.audio),
    video: roundedScore(values.video),
    connectivity: roundedScore(values.connectivity),
    reasons: all
      .filter(({ score, cost }) => cost >= (score === 'experience' ? 0.5 : MIN_COST))
      .map((reason) => ({ ...reason, cost: rounded(reason.cost) }))
      .sort((a, b) => costShare(b) - costShare(a)),
  };
}

/** The costs of observations, the worst of each name. */
function costsOf({ observations, duration }: ScoreInput): { name: string; score: Part; cost: number }[] {
  const costs = new Map<string, { name: string; score: Part; cost: number }>();
  for (const { name, severity, intervals, from, to, evidence } of observations) {
    const known = Object.hasOwn(COSTS, name) ? COSTS[name] : undefined;
    if (known === undefined) continue;
    const lasted = Math.max(durationOf(intervals), intervals.length === 0 ? to - from : 0);
    const share = duration > 0 ? Math.min(1, lasted / duration) : 1;
    const cost = known.points * SEVERITY_SHARE[severity] * (0.5 + 0.5 * share);
    const score = known.score !== 'kind' ? known.score : evidence['kind'] === 'video' ? 'video' : 'audio';
    const key = `${score} ${name}`;
    if (cost > (costs.get(key)?.cost ?? 0)) costs.set(key, { name, score, cost });
  }
  return Array.from(costs.values());
}

function experienceOf(input: ScoreInput, values: Record<Part, number | null>): number | null {
  if (isFailed(input)) return 0;
  const shares = PARTS.flatMap((part) => {
    const value = values[part];
    return value === null ? [] : [{ part, share: (value - 1) / (BEST[part] - 1) }];
  });
  if (shares.length === 0) return null;
  const weight = shares.reduce((sum, { part }) => sum + WEIGHTS[part], 0);
  const mean = shares.reduce((sum, { part, share }) => sum + WEIGHTS[part] * share, 0) / weight;
  const worst = Math.min(...shares.map(({ share }) => share));
  return 100 * Math.min(1, Math.max(0, (mean + worst) / 2));
}

/** A call that never came about. */
function isFailed({ attempted, connected, observations }: ScoreInput): boolean {
  if (attempted) return !connected;
  return observations.some(({ name, severity }) => name === 'capture-failed' && severity === 'critical');
}

/** The same reasons in points of the experience, by the weights of the parts; for a failed call, what made it fail. */
function experienceReasons(input: ScoreInput, reasons: readonly Reason[]): Reason[] {
  if (!isFailed(input)) {
    // Delay, for instance, lowers audio and video.
    const sums = new Map<string, number>();
    for (const { score, name, cost } of reasons) {
      const part = score as Part;
      sums.set(name, (sums.get(name) ?? 0) + (100 * WEIGHTS[part] * cost) / (BEST[part] - 1));
    }
    return Array.from(sums, ([name, cost]) => ({ score: 'experience', name, cost }));
  }
  const causes = input.observations.filter(({ severity }) => severity === 'critical' || severity === 'high');
  const names = new Set(causes.map(({ name }) => name));
  if (names.size === 0) names.add('not-connected');
  return Array.from(names, (name) => ({ score: 'experience', name, cost: 100 / names.size }));
}

function costShare({ score, cost }: Reason): number {
  return score === 'experience' ? cost / 100 : cost / (BEST[score] - 1);
}

function roundedScore(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
