import type { ConferenceAnalysis } from '@rtcstats-server/api';
import { formatCount, formatDuration, formatPlural, formatTime } from '../ui/format.ts';

type CallAnalysis = ConferenceAnalysis['calls'][number];
/** A cause of problems in a conference. */
export type Cause = CallAnalysis['observations'][number];

/** What is at fault, for headings and lanes. */
export function causeTitle({ name, scope }: Pick<Cause, 'name' | 'scope'>, nameOf: (user: string) => string): string {
  const participant = scope.participant === undefined ? 'unknown' : nameOf(scope.participant);
  switch (name) {
    case 'participant-downlink':
      return `Downlink of ${participant}`;
    case 'participant-uplink':
      return `Uplink of ${participant}`;
    case 'shared-relay':
      return `TURN server ${scope.relay ?? 'unknown'}`;
    case 'shared-browser':
      return scope.browser ?? 'unknown browser';
  }
}

/** Why, with the numbers of participants that were compared. Numbers that are missing are left out. */
export function causeReason({ name, evidence }: Pick<Cause, 'name' | 'evidence'>): string {
  const number = (key: string): number | undefined => {
    const value = evidence[key];
    return typeof value === 'number' ? value : undefined;
  };
  const of = (part: string, whole: string, what: string): string | undefined => {
    const [some, all] = [number(part), number(whole)];
    return some === undefined || all === undefined ? undefined : `${formatCount(some)} of ${formatCount(all)} ${what}`;
  };
  if (name === 'participant-downlink' || name === 'participant-uplink') {
    const verb = name === 'participant-downlink' ? 'receives' : 'sends';
    const own = of('affectedConnections', 'connections', 'connections');
    const others = of('othersAffected', 'others', 'other participants');
    const receivers = of('receiversAffected', 'receivers', 'other participants');
    return sentences([
      own && `What this participant ${verb} is bad on ${own}.`,
      others && `The same is bad for ${others}.`,
      receivers && `At the same time, ${receivers} received badly.`,
    ]);
  }
  const problem = typeof evidence['problem'] === 'string' ? evidence['problem'] : 'the problem';
  const members = of('affected', 'members', 'participants');
  const others = of('othersAffected', 'others', 'other participants');
  const place = name === 'shared-relay' ? 'behind it' : 'with it';
  return sentences([
    members && `${members} ${place} ${members.startsWith('1 of') ? 'has' : 'have'} ${problem}.`,
    others && `So ${others.startsWith('1 of') ? 'does' : 'do'} ${others}.`,
  ]);
}

function sentences(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

const ADVICE: Readonly<Record<Cause['name'], string>> = {
  'participant-downlink':
    'Look at the network of this participant, such as Wi-Fi or VPN, or at the way from the server to it.',
  'participant-uplink': 'Look at the network of this participant; the others hear and see the effect.',
  'shared-relay': 'Look at the load and the network of this TURN server, or use another one.',
  'shared-browser': 'Compare with another version of this browser, and look for a known fault of it.',
};

/** What to do about a cause. */
export function causeAdvice({ name }: Pick<Cause, 'name'>): string {
  return ADVICE[name];
}

const MISSING: Readonly<Record<ConferenceAnalysis['missing'][number]['why'], string>> = {
  recording: 'still recorded',
  closed: 'not finished yet',
  quarantined: 'in quarantine',
  erased: 'erased',
  notAnalyzed: 'not analyzed',
};

/** Why sessions are not compared: `3 sessions are not compared: 1 still recorded, 2 not analyzed.` Empty if all are. */
export function missingText(missing: ConferenceAnalysis['missing']): string {
  if (missing.length === 0) return '';
  const counts = [...Map.groupBy(missing, ({ why }) => why)].map(
    ([why, sessions]) => `${formatCount(sessions.length)} ${MISSING[why]}`,
  );
  const verb = missing.length === 1 ? 'is' : 'are';
  return `${formatPlural(missing.length, 'session')} ${verb} not compared: ${counts.join(', ')}.`;
}

/** An interval, from and to, in local time: `10:02:03 for 12 s`. */
export function intervalText([from = Number.NaN, to = from]: readonly number[]): string {
  return to > from ? `${formatTime(from)} for ${formatDuration(to - from)}` : formatTime(from);
}
