import type { Evidence, Interval, Severity } from '../observations/observation.ts';
import { worse } from './conference-session.ts';
import type { ConferenceObservation } from './contract.ts';
import { merged } from './intervals.ts';
import type { Participant } from './participants.ts';
import type { Judged } from './sides.ts';

/**
 * Participants in a group, and outside of it, at least. With fewer, even all against none is likely by chance: three
 * of three against none of three has p = 0.05 (Fisher's exact test).
 */
const MIN_GROUP = 3;
const MIN_AFFECTED_SHARE = 0.8;
/** The cause is not the group if more of the others are affected. */
const MAX_OTHERS_SHARE = 0.25;
/** Problems that a TURN server, or the way to it, can cause. */
const OF_A_RELAY: ReadonlySet<string> = new Set([
  'packet-loss',
  'high-rtt',
  'high-jitter',
  'bandwidth-limited',
  'bufferbloat',
  'media-interruption',
  'audio-concealment',
  'ice-disconnected',
  'ice-failed',
]);

interface Cause {
  readonly problem: string;
  readonly severity: Severity;
  readonly evidence: Evidence;
}

export interface JudgedGroups extends Judged {
  /** The participants whose problems of the network the groups explain. */
  readonly explained: ReadonlySet<Participant>;
}

/** Finds TURN servers, or versions of a browser, whose users have a problem in common that others do not have. */
export function judgeGroups(
  participants: readonly Participant[],
  kind: 'relay' | 'browser',
  call: Interval,
): JudgedGroups {
  const what = kind === 'relay' ? 'shared-relay' : 'shared-browser';
  const explained = new Set<Participant>();
  const observations: ConferenceObservation[] = [];
  const groups = groupsOf(participants, kind);
  const large = groups.filter(([, members]) => isComparable(members.length, participants.length));
  for (const [value, members] of large) {
    const cause = causeOf(members, participants, kind);
    if (cause === undefined) continue;
    if (OF_A_RELAY.has(cause.problem)) for (const member of members) explained.add(member);
    const intervals = merged(
      members.flatMap(({ receiving, sending }) => [...receiving.intervals, ...sending.intervals]),
    );
    observations.push({
      name: what,
      severity: cause.severity,
      category: kind === 'relay' ? 'network' : 'client',
      scope: { type: 'conference', [kind]: value },
      direction: null,
      from: intervals[0]?.[0] ?? call[0],
      to: intervals.at(-1)?.[1] ?? call[1],
      intervals: intervals.length > 0 ? intervals : [call],
      evidence: { ...cause.evidence, clockUncertaintyMs: Math.max(...members.map(({ uncertainty }) => uncertainty)) },
    });
  }
  const why = `no ${kind === 'relay' ? 'TURN server' : 'browser version'} has ${MIN_GROUP} participants that can be compared with ${MIN_GROUP} others`;
  return { observations, notJudged: large.length === 0 ? [{ what, why }] : [], explained };
}

function groupsOf(participants: readonly Participant[], kind: 'relay' | 'browser'): [string, Participant[]][] {
  const groups = new Map<string, Participant[]>();
  for (const participant of participants) {
    for (const value of kind === 'relay' ? participant.relays : participant.browsers) {
      const members = groups.get(value);
      if (members === undefined) groups.set(value, [participant]);
      else members.push(participant);
    }
  }
  return Array.from(groups).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function isComparable(members: number, participants: number): boolean {
  return members >= MIN_GROUP && participants - members >= MIN_GROUP;
}

/** The worst problem that the members have and the others do not. */
function causeOf(
  members: readonly Participant[],
  participants: readonly Participant[],
  kind: 'relay' | 'browser',
): Cause | undefined {
  const everywhere = countsOf(participants);
  const others = participants.length - members.length;
  const found: Cause[] = [];
  for (const [problem, { count, severity }] of countsOf(members)) {
    const othersAffected = everywhere.get(problem)!.count - count;
    const isCommon = count / members.length >= MIN_AFFECTED_SHARE && othersAffected / others <= MAX_OTHERS_SHARE;
    if (!isCommon || (kind === 'relay' && !OF_A_RELAY.has(problem))) continue;
    const evidence = { problem, participants: participants.length, members: members.length, affected: count };
    found.push({ problem, severity, evidence: { ...evidence, others, othersAffected } });
  }
  return found.find(({ severity }) => found.every((other) => worse(severity, other.severity) === severity));
}

function countsOf(participants: readonly Participant[]): Map<string, { count: number; severity: Severity }> {
  const counts = new Map<string, { count: number; severity: Severity }>();
  for (const { problems } of participants) {
    for (const [name, severity] of problems) {
      const known = counts.get(name);
      counts.set(name, { count: (known?.count ?? 0) + 1, severity: worse(known?.severity, severity) });
    }
  }
  return new Map(Array.from(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
