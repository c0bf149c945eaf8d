import { type Interval, isProblem, isWorse, type Observation, type Severity } from '../observations/observation.ts';
import type { ConferenceSession, SessionAnalysis, Side } from './contract.ts';
import { merged } from './intervals.ts';

/**
 * Observations that the network between a client and the other side causes. Freezes are not among them, because a slow
 * decoder causes them too.
 */
const OF_THE_NETWORK: ReadonlySet<string> = new Set([
  'packet-loss',
  'high-jitter',
  'bandwidth-limited',
  'bufferbloat',
  'media-interruption',
  'audio-concealment',
]);

/** Neither clocks nor the network are more exact than this, in milliseconds. */
const MIN_UNCERTAINTY = 1000;
/** TURN servers of a session that are compared. */
const MAX_RELAYS = 10;

/** The features of a track that are used here. */
interface Track {
  readonly connection: string;
  readonly id: string;
  readonly kind?: unknown;
  readonly direction?: unknown;
}

export interface SessionFacts {
  readonly id: string;
  readonly user: string | null;
  /** By the clock of the server, milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly browser: string | null;
}

/** Takes from an analysis what is compared between the sessions of a conference. */
export function conferenceSession(facts: SessionFacts, analysis: SessionAnalysis): ConferenceSession {
  const { features, observations } = analysis;
  const { offset, uncertainty } = clockOf(facts, features);
  const problems = observations.filter(isProblem);
  const names = new Map<string, Severity>();
  for (const { name, severity } of problems) names.set(name, worse(names.get(name), severity));
  const side = (direction: 'in' | 'out'): Side => {
    const wanted = direction === 'in' ? 'inbound' : 'outbound';
    const tracks = (features.tracks as readonly Track[]).filter((track) => track.direction === wanted);
    return sideOf(problems, direction, tracks, ([from, to]) => [
      within(from + offset, facts),
      within(to + offset, facts),
    ]);
  };
  return {
    ...facts,
    uncertainty,
    relays: relaysOf(features.connections),
    receiving: side('in'),
    sending: side('out'),
    problems: names,
  };
}

/**
 * The server noted when it accepted the session, and the first event of the client has about that time by its own
 * clock. The duration tells how far this is from the truth: a clock that jumps, and events that were recorded before
 * the client connected, make both durations differ.
 */
function clockOf({ start, end }: SessionFacts, { client, connections }: SessionAnalysis['features']) {
  const { startTime, webSocketConnectionTime } = client;
  if (!isFiniteNumber(startTime)) return { offset: 0, uncertainty: null };
  const waited = isFiniteNumber(webSocketConnectionTime) ? webSocketConnectionTime : 0;
  // Dumps that were cut short or uploaded have no closing line, so the last event is one of a connection.
  const ends = [client, ...(connections as readonly Readonly<Record<string, unknown>>[])].flatMap((one) =>
    isFiniteNumber(one['startTime']) && isFiniteNumber(one['duration']) ? one['startTime'] + one['duration'] : [],
  );
  const last = ends.reduce((latest, time) => Math.max(latest, time), startTime);
  const drift = Math.abs(end - start - (last - startTime));
  // Intervals stay within the session, so they cannot be misplaced by more than its duration.
  const limit = Math.max(MIN_UNCERTAINTY, end - start);
  const uncertainty = Math.round(Math.min(limit, Math.max(MIN_UNCERTAINTY, waited, drift)));
  return { offset: start - startTime, uncertainty };
}

function sideOf(
  problems: readonly Observation[],
  direction: 'in' | 'out',
  tracks: readonly Track[],
  aligned: (interval: Interval) => Interval,
): Side {
  const byConnection = Map.groupBy(tracks, ({ connection }) => connection);
  const ofSide = problems.filter(
    (problem) => OF_THE_NETWORK.has(problem.name) && (problem.direction === direction || problem.direction === 'both'),
  );
  const found = Array.from(byConnection, ([connection, own]) => {
    const here = ofSide.filter(({ scope }) => scope.type !== 'client' && scope.connection === connection);
    return isAffected(here, own) ? here : [];
  }).filter((here) => here.length > 0);
  const all = found.flat();
  return {
    connections: byConnection.size,
    affected: found.length,
    severity: all.reduce<Severity | null>((worst, { severity }) => worse(worst, severity), null),
    intervals: merged(all.flatMap(({ intervals }) => intervals.map(aligned))),
  };
}

/**
 * Whether a connection is affected as a whole. Problems of single tracks count if most tracks of that kind have them,
 * because those of one track can come from its sender: a server sends the tracks of all participants.
 */
function isAffected(problems: readonly Observation[], tracks: readonly Track[]): boolean {
  if (problems.some(({ scope }) => scope.type === 'connection')) return true;
  const ids = new Set(problems.flatMap(({ scope }) => (scope.type === 'track' ? scope.track : [])));
  const byKind = Array.from(Map.groupBy(tracks, ({ kind }) => kind).values());
  return byKind.some((ofKind) => ofKind.filter(({ id }) => ids.has(id)).length > ofKind.length / 2);
}

function relaysOf(connections: SessionAnalysis['features']['connections']): string[] {
  const relays = new Set<string>();
  for (const connection of connections as readonly Readonly<Record<string, unknown>>[]) {
    const { firstCandidatePairLocalType: type, firstCandidatePairLocalRelayUrl: url } = connection;
    if (type === 'relay' && typeof url === 'string' && url !== '') relays.add(url);
  }
  return Array.from(relays).toSorted().slice(0, MAX_RELAYS);
}

/** An interval that a jump of the clock moved out of the session would move the conference, too. */
function within(time: number, { start, end }: SessionFacts): number {
  return Math.round(Math.min(Math.max(time, start), Math.max(start, end)));
}

export function worse(a: Severity | null | undefined, b: Severity): Severity {
  return a && !isWorse(b, a) ? a : b;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
