import type { Category, Direction, Evidence, Interval, Observation, Severity } from '../observations/observation.ts';

/** What an `AnalysisDocument` has that is compared, so that this folder does not depend on the whole of it. */
export interface SessionAnalysis {
  readonly observations: readonly Observation[];
  readonly features: {
    readonly client: Readonly<Record<string, unknown>>;
    readonly connections: readonly { readonly id: string }[];
    readonly tracks: readonly { readonly connection: string; readonly id: string }[];
  };
}

/**
 * What is compared of one session of a conference. `conferenceSession` makes it of an analysis; it is small, so that
 * the analyses of a large conference need not be in memory at the same time.
 */
export interface ConferenceSession {
  readonly id: string;
  /** Pseudonym of the user; sessions of the same user are one participant. Null: the session is a participant alone. */
  readonly user: string | null;
  /** By the clock of the server, milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** By how much intervals can be misplaced in time, in milliseconds; null if the clock of the client is not known. */
  readonly uncertainty: number | null;
  /** Browser with its major version, such as `Chrome 140`; null if not known. */
  readonly browser: string | null;
  /** URLs of the TURN servers that were in use. */
  readonly relays: readonly string[];
  readonly receiving: Side;
  readonly sending: Side;
  /** Problems by name, with the highest severity. */
  readonly problems: ReadonlyMap<string, Severity>;
}

/** One direction of the media of a session. */
export interface Side {
  /** Connections with media in this direction. */
  readonly connections: number;
  /** Those of them with a problem of the network in this direction. */
  readonly affected: number;
  /** Highest severity of these problems; null if there are none. */
  readonly severity: Severity | null;
  /** When there were problems, by the clock of the server. */
  readonly intervals: readonly Interval[];
}

export const CONFERENCE_OBSERVATIONS = [
  'participant-downlink',
  'participant-uplink',
  'shared-relay',
  'shared-browser',
] as const;
export type ConferenceObservationName = (typeof CONFERENCE_OBSERVATIONS)[number];

/** Where the cause of problems is. `participant` is the pseudonym of the user, or the session id without one. */
export interface ConferenceScope {
  readonly type: 'conference';
  readonly participant?: string;
  readonly relay?: string;
  readonly browser?: string;
}

/** A cause that the problems of several sessions have in common. Times are by the clock of the server. */
export interface ConferenceObservation {
  readonly name: ConferenceObservationName;
  readonly severity: Severity;
  readonly category: Category;
  readonly scope: ConferenceScope;
  /** Seen from the participant; null if the observation has no direction. */
  readonly direction: Direction;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly intervals: readonly Interval[];
  readonly evidence: Evidence;
}

export interface ConferenceNotJudged {
  readonly what: ConferenceObservationName;
  /** A sentence without a full stop. */
  readonly why: string;
}

/** Sessions of a conference that overlap in time. Rooms are used again, so a conference can have several calls. */
export interface ConferenceCall {
  /** By the clock of the server, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly participants: number;
  readonly sessions: readonly string[];
  /** The largest uncertainty of the clocks, in milliseconds; null if none is known. */
  readonly clockUncertaintyMs: number | null;
  /** The worst first. */
  readonly observations: readonly ConferenceObservation[];
  readonly notJudged: readonly ConferenceNotJudged[];
}
