import type { DataClass } from '@rtcstats-server/privacy';

/**
 * The canary: a session full of invented personal values, sent to a running gateway as a client would send it, and a search for every
 * one of them in all that the gateway left.
 *
 *     plan     plan.ts, places/: every place of the event model and of the upgrade request, and a value of its own for each
 *     send     send.ts: one connection
 *     wait     stored-dump.ts: until the catalog says that the dump is kept
 *     search   search.ts, needles.ts: data directory (while it is recorded, and after), stored dump, catalog, logs, metrics
 *     report   outcome.ts, replacement.ts: what became of each place; run.ts puts all of it together
 *     start    by the command (commands/canary.ts), or by the gateway itself (admin/canary-runs.ts); expected.ts is of both
 *
 * It shares no code with the anonymizer or the verifier: it does not look for what looks personal, but for what it sent. All it takes from
 * them is which places there are, and which classes the policy keeps.
 */

/** A value, made up for one place. */
export interface Value {
  /** As it is written in the place. */
  readonly text: string;
  /** Parts of it that tell who is meant. None of them may be readable anywhere, in any case of letters and any usual encoding. */
  readonly needles: readonly string[];
  /** What it belongs to; it may stay when the policy keeps every one of them. */
  readonly classes: readonly DataClass[];
  /** The IP address that it is, for policies that except networks. */
  readonly address?: string;
  /** An address of a relayed candidate, for policies that keep those of TURN servers. */
  readonly relay?: boolean;
  /** An identifier that says nothing by itself, for policies that keep such. */
  readonly opaque?: boolean;
}

/** What was put where. */
export interface Plant {
  /** `onicecandidate: raddr of a relay candidate` */
  readonly place: string;
  /** `null`: a technical value beside the personal ones, which has to survive. */
  readonly value: Value | null;
  readonly text: string;
  /** The number of the message, `null` for the request. */
  readonly message: number | null;
  /** May stay when the policy keeps any of its classes: the place is read for several purposes. */
  readonly either: boolean;
}

/** `number` is the event's delta too, by which its line is found in the dump again. */
export interface PlannedMessage {
  readonly number: number;
  /** The name of the event; `null` for what is no event and must not be kept. */
  readonly method: string | null;
  readonly data: string | Uint8Array;
}

/** What the upgrade request says, the socket's URL apart. */
export interface PlannedRequest {
  /** Path and query, without the token. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The reason in the frame that closes the connection. */
  readonly closeReason: string;
}

export interface CanaryPlan {
  readonly seed: string;
  readonly request: PlannedRequest;
  readonly messages: readonly PlannedMessage[];
  readonly plants: readonly Plant[];
  /** Who a token has to name; planted in the query too. */
  readonly identity: { readonly user: string; readonly conference: string; readonly session: string };
  /** Path of a plain request at the same port, which nobody answers. */
  readonly plainRequest: string;
  /** For a gateway that asks for no token. */
  readonly unsignedToken: string;
  /** A technical value in the last message: a dump that holds it is this session's. */
  readonly marker: string;
}

/**
 * What became of a place. `gone`, `masked` and `pseudonym` are the policy's work; `dropped`: the message was not kept; `kept`: the
 * policy keeps its class; `leaked`: it is readable and should not be. Of technical values: `survived`, or `changed`, which is a fault too.
 */
export const OUTCOMES = ['gone', 'masked', 'pseudonym', 'dropped', 'kept', 'leaked', 'survived', 'changed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** Those that make a report not clean. */
export const FAULTS: ReadonlySet<Outcome> = new Set(['leaked', 'changed']);

export interface PlaceReport {
  readonly place: string;
  /** `technical` for what has to survive. */
  readonly classes: readonly (DataClass | 'technical')[];
  readonly planted: string;
  readonly outcome: Outcome;
  /** What stands in the dump instead, where that can be told. */
  readonly became: string | null;
  /** Where it is readable: `dump line 12 (addTrack)`, `spool/0198….open while recording`. */
  readonly foundIn: readonly string[];
}

export interface CanaryReport {
  /** Nothing leaked, nothing technical was changed, and the gateway's verifier agrees. */
  readonly clean: boolean;
  readonly session: string;
  readonly state: 'stored' | 'quarantined';
  readonly seed: string;
  /** The gateway's policy by its receipt, and the one that was checked by. */
  readonly policy: { readonly recorded: string; readonly checked: string };
  readonly places: readonly PlaceReport[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Messages that should be in the dump and are not. */
  readonly lost: number;
  readonly searched: SearchSummary;
  /** Whether the session was removed again. */
  readonly deleted: boolean;
}

export interface SearchSummary {
  readonly files: number;
  readonly bytes: number;
  /** Dumps of other sessions that were there before: they cannot hold anything of this one. */
  readonly olderFiles: number;
  /** Names of files that this user may not read. */
  readonly unreadable: readonly string[];
  /** Whether the session was seen on the disk while it was recorded. */
  readonly whileRecording: boolean;
  readonly logs: readonly string[];
  /** Whether the gateway's metrics could be searched. */
  readonly metrics: boolean;
  /** Whether the dump was delivered, read back, searched and deleted there. */
  readonly forwarded: boolean;
}
