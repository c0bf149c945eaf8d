import type { Observation } from '@rtcstats-server/insights';
import type { ExpectedLabel, RecordingLabel, TimedAnalysis } from './recordings.ts';

/** Statistics come once per second, and some only with RTCP: an observation may begin this much early. */
const EARLY_SECONDS = 3;
/** Estimates and buffers need time to recover. */
const LATE_SECONDS = 10;

/** What was right and wrong about one recording. */
export interface Judged {
  readonly name: string;
  /** Of the injected fault; `none` for a healthy call. */
  readonly kind: string;
  readonly isHealthy: boolean;
  readonly found: readonly string[];
  /** Labels that were reported and are neither expected nor acceptable, with their direction. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  /** Expected and reported, but at another time. */
  readonly misplaced: readonly string[];
  /** Observations of severity medium or higher. */
  readonly problems: readonly string[];
}

/** Counts of one label over all recordings. */
export interface LabelScore {
  readonly label: string;
  readonly found: number;
  readonly missed: number;
  readonly wrong: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

const DIRECTIONS = { inbound: 'in', outbound: 'out' } as const;

/**
 * Compares an analysis with the label of its recording. An expected label counts once per direction, however many
 * observations there are.
 */
export function judge(label: RecordingLabel, analysis: TimedAnalysis): Judged {
  const found: string[] = [];
  const missed: string[] = [];
  const misplaced: string[] = [];
  const { observations, start } = analysis;
  for (const expected of label.expected) {
    const candidates = observations.filter((observation) => matches(expected, observation));
    const text = keyOf(expected.label, directionOf(expected));
    if (candidates.some((observation) => overlaps(expected, observation, start))) found.push(text);
    else {
      missed.push(text);
      if (candidates.length > 0) misplaced.push(text);
    }
  }
  const wrong = new Set<string>();
  for (const observation of observations) {
    if (label.acceptable.includes(observation.name)) continue;
    if (label.expected.some((expected) => matches(expected, observation))) continue;
    wrong.add(keyOf(observation.name, observation.direction));
  }
  const problems = observations
    .filter(({ severity }) => severity === 'critical' || severity === 'high' || severity === 'medium')
    .map(({ name, severity }) => `${name} (${severity})`);
  return {
    name: label.name,
    kind: label.fault.kind,
    isHealthy: label.fault.kind === 'none',
    found,
    wrong: Array.from(wrong),
    missed,
    misplaced,
    problems,
  };
}

/** Precision and recall of every label that was expected or reported. */
export function scoreLabels(judged: readonly Judged[]): LabelScore[] {
  const counts = new Map<string, { found: number; missed: number; wrong: number }>();
  const count = (text: string, what: 'found' | 'missed' | 'wrong'): void => {
    const label = text.split(' ')[0]!;
    const known = counts.get(label) ?? { found: 0, missed: 0, wrong: 0 };
    known[what] += 1;
    counts.set(label, known);
  };
  for (const { found, missed, wrong } of judged) {
    for (const text of found) count(text, 'found');
    for (const text of missed) count(text, 'missed');
    for (const text of wrong) count(text, 'wrong');
  }
  return Array.from(counts, ([label, { found, missed, wrong }]) => ({
    label,
    found,
    missed,
    wrong,
    precision: shareOf(found, found + wrong),
    recall: shareOf(found, found + missed),
  })).sort((a, b) => a.label.localeCompare(b.label));
}

/** The sums over all labels. */
export function total(labels: readonly LabelScore[]): LabelScore {
  const sum = (pick: (score: LabelScore) => number): number => labels.reduce((all, score) => all + pick(score), 0);
  const [found, missed, wrong] = [sum((it) => it.found), sum((it) => it.missed), sum((it) => it.wrong)];
  const [precision, recall] = [shareOf(found, found + wrong), shareOf(found, found + missed)];
  return { label: 'all', found, missed, wrong, precision, recall };
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function directionOf({ direction }: ExpectedLabel): Observation['direction'] {
  return direction === undefined ? null : DIRECTIONS[direction];
}

function matches(expected: ExpectedLabel, { name, direction }: Observation): boolean {
  if (name !== expected.label) return false;
  const wanted = directionOf(expected);
  return wanted === null || direction === null || direction === 'both' || direction === wanted;
}

function overlaps({ from, to, effectTo }: ExpectedLabel, { intervals }: Observation, start: number): boolean {
  const earliest = start + (from - EARLY_SECONDS) * 1000;
  const latest = start + (Math.max(to, effectTo ?? to) + LATE_SECONDS) * 1000;
  return intervals.some(([begin, end]) => begin <= latest && end >= earliest);
}

function keyOf(label: string, direction: Observation['direction']): string {
  return direction === null ? label : `${label} ${direction}`;
}
