import type { ConferenceAnalysis } from '@rtcstats-server/api';
import type { Config } from '../config/config.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { analyzeConference as compare } from '../lifecycle/conferences.ts';
import { count, formatDuration, formatTime, type TimeDisplay, timeZone } from '../terminal/formats.ts';
import { note, paint, print, printable, printJson } from '../terminal/terminal.ts';
import type { ExitCode } from './command.ts';
import { withStoredSessions } from './stored-sessions.ts';

/** Missing sessions that are listed; `--json` has all. */
const MAX_MISSING = 20;

type Call = ConferenceAnalysis['calls'][number];

const WHAT: Readonly<Record<Call['observations'][number]['name'], string>> = {
  'participant-downlink': 'what this participant receives is bad, and what the others receive is not',
  'participant-uplink': 'what this participant sends is bad, and what the others send is not',
  'shared-relay': 'the users of this TURN server have a problem that the others do not have',
  'shared-browser': 'the users of this browser version have a problem that the others do not have',
};

/** `analyze --conference`: where the problems of a conference come from. */
export async function analyzeConference(
  config: Config,
  name: string,
  { json, ...display }: TimeDisplay & { readonly json: boolean },
): Promise<ExitCode> {
  let analysis: ConferenceAnalysis;
  try {
    analysis = await withStoredSessions(config, (sessions) => compare(sessions, name));
  } catch (error) {
    if (!isGatewayError(error, 'SESSION_NOT_FOUND')) throw error;
    if (json) printJson({ error: error.message, code: error.code });
    else note(`${paint('red', 'not read', process.stderr)}  ${error.message} ${printable(name)} [${error.code}]`);
    return 2;
  }
  if (json) printJson(analysis);
  else for (const line of conferenceReport(analysis, display)) print(line);
  if (analysis.calls.length === 0) return 2;
  return analysis.calls.some(({ observations }) => observations.length > 0) ? 1 : 0;
}

/** The lines for people: each call with its causes and what was not judged, then the sessions that are missing. */
export function conferenceReport({ calls, missing, more }: ConferenceAnalysis, display: TimeDisplay): string[] {
  const shown = missing.slice(0, MAX_MISSING).map(({ session, why }) => `not compared  ${session}: ${why}`);
  return [
    ...calls.flatMap((call) => callLines(call, display)),
    ...shown,
    ...(missing.length > MAX_MISSING
      ? [`… and ${missing.length - MAX_MISSING} more sessions that are not compared`]
      : []),
    ...(more ? ['Older sessions were not looked at.'] : []),
  ];
}

function callLines(call: Call, display: TimeDisplay): string[] {
  const { from, to, participants, sessions, observations, notJudged, clockUncertaintyMs } = call;
  const found = observations.length;
  const verdict = found === 0 ? paint('green', 'no cause found') : paint('red', count(found, 'cause'));
  const when = `${timeOf(from, display)} for ${formatDuration(to - from)} (${timeZone(display)})`;
  const clocks = clockUncertaintyMs === null ? 'clocks not known' : `clocks ± ${formatDuration(clockUncertaintyMs)}`;
  return [
    `${verdict}  ${when}, ${count(participants, 'participant')}, ${count(sessions.length, 'session')}, ${clocks}`,
    ...observations.flatMap((observation) => causeLines(observation, display)),
    ...notJudged.map(({ what, why }) => `  not judged  ${what}: ${printable(why)}`),
  ];
}

function causeLines({ name, severity, scope, from, to, evidence }: Call['observations'][number], display: TimeDisplay) {
  const { type: _, ...parts } = scope;
  const where = Object.entries(parts).map(([key, value]) => `${key} ${printable(String(value))}`);
  const numbers = Object.entries(evidence).map(([key, value]) => `${key} ${printable(String(value))}`);
  return [
    `  ${paint(severity === 'medium' ? 'yellow' : 'red', severity)}  ${name}  ${where.join(', ')}`,
    `    when    ${timeOf(from, display)} for ${formatDuration(to - from)}`,
    `    what    ${WHAT[name]}`,
    `    data    ${numbers.join(', ')}`,
  ];
}

function timeOf(time: number, display: TimeDisplay): string {
  return formatTime(new Date(time).toISOString(), display);
}
