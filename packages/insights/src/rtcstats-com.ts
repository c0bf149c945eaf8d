import type { AnalysisDocument } from './analysis-document.ts';
import { isObject } from './features/values.ts';
import { durationOf } from './observations/episodes.ts';
import type { Direction, Evidence, Observation, Severity } from './observations/observation.ts';

/**
 * An analysis in the shape in which `/v1.0/enrich` of rtcstats.com answers, for programs that read that. The types of
 * observations are the names of this project (docs/observations.md), not those of rtcstats.com.
 */
export interface RtcstatsComAnalysis {
  readonly scores: {
    readonly experienceScore: number | null;
    readonly audioScore: number | null;
    readonly videoScore: number | null;
    readonly connectivityScore: number | null;
    /** Always null: this project has no such score. */
    readonly observationsScore: null;
  };
  readonly observationsCount: Readonly<Record<Severity, number>>;
  readonly observations: readonly RtcstatsComObservation[];
  /** What the browser says about itself and its platform; empty if the dump has nothing of it. */
  readonly userAgentData: Readonly<Record<string, unknown>>;
}

/** Fields without a finite value are absent. Durations and values are those of the evidence. */
export interface RtcstatsComObservation {
  readonly type: string;
  readonly severity: Severity;
  readonly category?: 'connections' | 'streams' | 'devices';
  readonly tags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly firstSeenAt?: number;
  readonly valueInCount?: number;
  readonly valueInPercent?: number;
  readonly maxInMs?: number;
  readonly durationInMs?: number;
  readonly durationInSeconds?: number;
}

/** Converts an analysis to the shape of rtcstats.com. */
export function toRtcstatsCom({ scores, observations, features }: AnalysisDocument): RtcstatsComAnalysis {
  const observationsCount = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of observations) observationsCount[severity] += 1;
  const { userAgentData } = features.client;
  return {
    scores: {
      experienceScore: scores.experience,
      audioScore: scores.audio,
      videoScore: scores.video,
      connectivityScore: scores.connectivity,
      observationsScore: null,
    },
    observationsCount,
    observations: observations.map(observationOf),
    userAgentData: isObject(userAgentData) ? userAgentData : {},
  };
}

function observationOf(observation: Observation): RtcstatsComObservation {
  const { name, severity, from, intervals, evidence } = observation;
  const category = categoryOf(observation);
  const numbers = {
    firstSeenAt: Math.trunc(from),
    valueInPercent: percentOf(evidence),
    valueInCount: countOf(evidence),
    maxInMs: millisecondsOf(evidence, /^max|^longest/),
    durationInMs: millisecondsOf(evidence, /^(?!max|longest|lowest)/),
    durationInSeconds: intervals.length === 0 ? undefined : twoDecimals(durationOf(intervals) / 1000),
  };
  const finite = Object.entries(numbers).filter(([, value]) => value !== undefined && Number.isFinite(value));
  return {
    type: name,
    severity,
    ...(category !== undefined && { category }),
    tags: tagsOf(observation),
    ...Object.fromEntries(finite),
  };
}

function categoryOf({ category, scope }: Observation): RtcstatsComObservation['category'] {
  if (category === 'capture') return 'devices';
  if (scope.type === 'client') return undefined;
  return scope.type === 'track' ? 'streams' : 'connections';
}

const TAGS_OF_DIRECTION: Readonly<Record<'in' | 'out' | 'both', readonly string[]>> = {
  in: ['inbound'],
  out: ['outbound'],
  both: ['inbound', 'outbound'],
};

function tagsOf({ name, category, direction, evidence }: Observation): string[] {
  const tags = direction === null ? [] : [...TAGS_OF_DIRECTION[direction satisfies NonNullable<Direction>]];
  if (category === 'network') tags.push('network');
  if (category === 'setup') tags.push('connectivity');
  if (category === 'capture') tags.push('peripheral');
  const { kind } = evidence;
  for (const medium of ['audio', 'video'] as const) {
    if (kind === medium || name.startsWith(`${medium}-`) || name.endsWith(`-${medium}`)) tags.push(medium);
  }
  return tags;
}

/** Names of evidence end with their unit: `maxLossShare` is a share from 0 to 1, `maxRttMs` is in milliseconds. */
function percentOf(evidence: Evidence): number | undefined {
  const share = numberOf(evidence, (name) => name.endsWith('Share'));
  return share === undefined ? undefined : twoDecimals(100 * share);
}

function millisecondsOf(evidence: Evidence, prefix: RegExp): number | undefined {
  return numberOf(evidence, (name) => name.endsWith('Ms') && prefix.test(name));
}

function countOf(evidence: Evidence): number | undefined {
  return numberOf(evidence, (name) => !/(?:Share|Ms|MsIn10s|Dbfs|Code)$/.test(name));
}

function numberOf(evidence: Evidence, matches: (name: string) => boolean): number | undefined {
  for (const [name, value] of Object.entries(evidence)) if (typeof value === 'number' && matches(name)) return value;
  return undefined;
}

function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}
