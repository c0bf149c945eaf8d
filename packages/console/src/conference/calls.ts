import type { ConferenceAnalysis, ListedSession } from '@rtcstats-server/api';
import type { Span } from '../routing/parameters.ts';

/** Calls that follow each other this closely are shown together: somebody connected again, or a test made them. */
const MAX_SPREAD = 4;
const SPREAD_ALLOWANCE_MS = 60_000;

/** Sessions that overlap in time. A room that is used again has several calls. */
export interface Call extends Span {
  /** Id of the first session, which names the call in the URL. */
  readonly id: string;
  /** The first one first. */
  readonly sessions: readonly ListedSession[];
}

/** The sessions of a user; a session without one is a participant of its own. */
export interface Participant {
  /** The user as stored, or the id of the session: `scope.participant` of an analysis. */
  readonly name: string;
  readonly sessions: readonly ListedSession[];
}

/** When a session began and ended. @param now the end of one that is being recorded, milliseconds since the epoch */
export function spanOf({ startedAt, endedAt }: Pick<ListedSession, 'startedAt' | 'endedAt'>, now: number): Span {
  const from = Date.parse(startedAt);
  return { from, to: Math.max(from, endedAt === null ? now : Date.parse(endedAt)) };
}

/** The calls of a conference, as the gateway divides its sessions. The first one first. */
export function callsOf(sessions: readonly ListedSession[], now: number): Call[] {
  const calls: { id: string; from: number; to: number; sessions: ListedSession[] }[] = [];
  const timed = sessions.map((session) => ({ session, ...spanOf(session, now) }));
  for (const { session, from, to } of timed.sort((a, b) => a.from - b.from || (a.session.id < b.session.id ? -1 : 1))) {
    const call = calls.at(-1);
    if (call === undefined || from > call.to) calls.push({ id: session.id, from, to, sessions: [session] });
    else {
      call.sessions.push(session);
      call.to = Math.max(call.to, to);
    }
  }
  return calls;
}

/**
 * The calls to show: the chosen one, or all of them if they fit on one time axis, or the last one.
 *
 * @param chosen id of a call; `all`; undefined for the default
 */
export function shownCalls(calls: readonly Call[], chosen: string | undefined): readonly Call[] {
  const one = calls.find(({ id }) => id === chosen);
  if (one !== undefined) return [one];
  return chosen === 'all' || fitsOneAxis(calls) ? calls : calls.slice(-1);
}

/** Whether the spans are so close to each other that none becomes invisible on a common axis. */
export function fitsOneAxis(spans: readonly Span[]): boolean {
  const { from, to } = aroundAll(spans);
  const longest = Math.max(...spans.map((span) => span.to - span.from));
  return spans.length === 0 || to - from <= longest * MAX_SPREAD + SPREAD_ALLOWANCE_MS;
}

/** From the first begin to the last end. */
export function aroundAll(spans: readonly Span[]): Span {
  const from = Math.min(...spans.map((span) => span.from));
  return { from, to: Math.max(from + 1, ...spans.map((span) => span.to)) };
}

/** In the order in which they joined. */
export function participantsOf(calls: readonly Call[]): Participant[] {
  const sessions = calls.flatMap((call) => call.sessions);
  const byName = Map.groupBy(sessions, ({ user, id }) => user ?? id);
  return [...byName].map(([name, own]) => ({ name, sessions: own }));
}

/** The analyses of calls. They are known by their sessions, because ends of calls move while they are recorded. */
export function analysesOf(calls: readonly Call[], analysis: ConferenceAnalysis): ConferenceAnalysis['calls'] {
  const shown = new Set(calls.flatMap(({ sessions }) => sessions.map(({ id }) => id)));
  return analysis.calls.filter(({ sessions }) => sessions.some((id) => shown.has(id)));
}
