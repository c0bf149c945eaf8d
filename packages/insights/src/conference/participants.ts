import type { Severity } from '../observations/observation.ts';
import { worse } from './conference-session.ts';
import type { ConferenceSession, Side } from './contract.ts';
import { merged } from './intervals.ts';

/** All sessions of one user in a call. */
export interface Participant {
  /** The pseudonym of the user, or the id of the session of somebody without one. */
  readonly name: string;
  readonly receiving: Side;
  readonly sending: Side;
  readonly browsers: ReadonlySet<string>;
  readonly relays: ReadonlySet<string>;
  readonly problems: ReadonlyMap<string, Severity>;
  readonly uncertainty: number;
}

/** Joins the sessions of each user, in the order of their names. */
export function participantsOf(sessions: readonly ConferenceSession[]): Participant[] {
  const groups = Map.groupBy(sessions, ({ id, user }) => (user === null ? `session ${id}` : `user ${user}`));
  return Array.from(groups.keys())
    .toSorted()
    .map((key) => participantOf(groups.get(key)!));
}

function participantOf(sessions: readonly ConferenceSession[]): Participant {
  const [{ id, user }] = sessions as [ConferenceSession];
  const problems = new Map<string, Severity>();
  for (const session of sessions) {
    for (const [name, severity] of session.problems) problems.set(name, worse(problems.get(name), severity));
  }
  return {
    name: user ?? id,
    receiving: joined(sessions.map(({ receiving }) => receiving)),
    sending: joined(sessions.map(({ sending }) => sending)),
    browsers: new Set(sessions.flatMap(({ browser }) => browser ?? [])),
    relays: new Set(sessions.flatMap(({ relays }) => relays)),
    problems,
    uncertainty: Math.max(0, ...sessions.map(({ uncertainty }) => uncertainty ?? 0)),
  };
}

function joined(sides: readonly Side[]): Side {
  let severity: Severity | null = null;
  for (const side of sides) if (side.severity !== null) severity = worse(severity, side.severity);
  return {
    connections: sides.reduce((sum, { connections }) => sum + connections, 0),
    affected: sides.reduce((sum, { affected }) => sum + affected, 0),
    severity,
    intervals: merged(sides.flatMap(({ intervals }) => intervals)),
  };
}
