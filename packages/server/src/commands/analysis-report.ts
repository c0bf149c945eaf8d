import {
  type AnalysisDocument,
  DETECTORS,
  isProblem,
  type Observation,
  type Scores,
  SETUP_FAILURE_TEXTS,
  type SetupOfConnection,
  type Severity,
} from '@rtcstats-server/insights';
import { count, formatDuration, formatTime, type TimeDisplay, timeZone } from '../terminal/formats.ts';
import { paint, printable } from '../terminal/terminal.ts';

/** Entries of a kind that are shown; `--json` has all. */
const MAX_SHOWN = 20;
/** Intervals of an observation that are shown. */
const MAX_INTERVALS = 3;
/** Reasons for the score that are shown; further ones cost little. */
const MAX_REASONS = 5;

const COLORS = { critical: 'red', high: 'red', medium: 'yellow', low: 'dim', info: 'dim' } as const satisfies Record<
  Severity,
  string
>;
const DIRECTIONS = { in: 'inbound', out: 'outbound', both: 'both directions' } as const;
/** The highest value of each score: that of audio is the highest MOS of the E-model. */
const BEST = { audio: 4.5, video: 5, connectivity: 5 } as const;
/** The lines that `analyze` prints for a call: verdict, scores, problems, minor observations, what was not judged. */
export function analysisReport(name: string, analysis: AnalysisDocument, display: TimeDisplay): string[] {
  const { scores, observations, setup, notJudged } = analysis;
  const problems = observations.filter(isProblem);
  const minor = observations.filter((observation) => !isProblem(observation));
  const verdict =
    problems.length === 0 ? paint('green', 'no problem') : paint('red', count(problems.length, 'problem'));
  const reasons = reasonsOf(scores);
  const unconnected = setup.filter(({ connected, failure }) => !connected && failure !== 'not-attempted');
  return [
    `${verdict}  ${printable(name)}  ${scoresOf(scores)}`,
    ...(reasons === '' ? [] : [`  lowered by  ${reasons}`]),
    ...limited(problems, (problem) => problemLines(problem, display)),
    ...limited(unconnected, (connection) => [`  not connected  ${printable(connection.id)}: ${failureOf(connection)}`]),
    ...limited(minor, (observation) => [`  ${headOf(observation)}  ${whenOf(observation, display)}`]),
    ...limited(notJudged, ({ what, why }) => [`  not judged  ${printable(what)}: ${printable(why)}`]),
  ];
}

function limited<T>(entries: readonly T[], linesOf: (entry: T) => readonly string[]): string[] {
  const lines = entries.slice(0, MAX_SHOWN).flatMap(linesOf);
  return entries.length > MAX_SHOWN ? [...lines, `  … and ${entries.length - MAX_SHOWN} more`] : lines;
}

function scoresOf({ experience, ...parts }: Scores): string {
  if (experience === null) return 'no score';
  const known = (['audio', 'video', 'connectivity'] as const).flatMap((part) => {
    const value = parts[part];
    return value === null ? [] : [`${part} ${value} of ${BEST[part]}`];
  });
  return [`experience ${experience} of 100`, ...known].join(', ');
}

function reasonsOf({ reasons }: Scores): string {
  return reasons
    .filter(({ score }) => score === 'experience')
    .slice(0, MAX_REASONS)
    .map(({ name, cost }) => `${name} (${count(Math.round(cost), 'point')})`)
    .join(', ');
}

function problemLines(observation: Observation, display: TimeDisplay): string[] {
  const { evidence } = observation;
  const definition = DETECTORS.find((detector) => detector.definition.name === observation.name)?.definition;
  const numbers = Object.entries(evidence).map(([key, value]) => `${printable(key)} ${printable(String(value))}`);
  return [
    `  ${headOf(observation)}`,
    `    when    ${whenOf(observation, display)}`,
    ...(definition === undefined ? [] : [`    what    ${definition.meaning}`, `    advice  ${definition.advice}`]),
    ...(numbers.length === 0 ? [] : [`    data    ${numbers.join(', ')}`]),
  ];
}

/** `high  packet-loss  inbound, connection PC_0` */
function headOf({ severity, name, direction, scope }: Observation): string {
  const where = direction === null ? placeOf(scope) : `${DIRECTIONS[direction]}, ${placeOf(scope)}`;
  return `${paint(COLORS[severity], severity)}  ${printable(name)}  ${where}`;
}

function placeOf(scope: Observation['scope']): string {
  switch (scope.type) {
    case 'client':
      return 'client';
    case 'connection':
      return `connection ${printable(scope.connection)}`;
    case 'track':
      return `track ${printable(scope.track)}${scope.connection === undefined ? '' : ` of ${printable(scope.connection)}`}`;
  }
}

function whenOf({ intervals }: Observation, display: TimeDisplay): string {
  const shown = intervals.slice(0, MAX_INTERVALS).map(([from, to]) => {
    const start = clientTime(from, display);
    return to > from ? `${start} for ${formatDuration(to - from)}` : start;
  });
  const more = intervals.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; ${more} more` : ''} (${timeZone(display)})`;
}

/** The clock of a client can be anything, even a time that `Date` does not know. */
function clientTime(time: number, display: TimeDisplay): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? `${time} ms` : formatTime(date.toISOString(), display);
}

function failureOf({ failure, turnErrorCode }: SetupOfConnection): string {
  const code = turnErrorCode === undefined ? '' : ` with code ${turnErrorCode}`;
  return failure === undefined ? 'the reason is unknown' : `${SETUP_FAILURE_TEXTS[failure]}${code}`;
}
