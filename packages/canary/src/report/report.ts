import type { DataClass } from '@rtcstats-server/privacy';

/**
 * What happened to a planted value.
 *
 * Personal values: `gone`, `masked` and `pseudonym` are what the policy does; `dropped`: the message was not stored;
 * `kept`: the policy keeps the class; `leaked`: the value is readable although the policy does not keep it.
 * Technical values: `survived`, or `changed`, which is a fault too.
 */
export const OUTCOMES = ['gone', 'masked', 'pseudonym', 'dropped', 'kept', 'leaked', 'survived', 'changed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes with which a report is not clean. */
export const FAULTS: ReadonlySet<Outcome> = new Set(['leaked', 'changed']);

export interface PlaceReport {
  readonly place: string;
  /** `technical` for values that have to survive. */
  readonly classes: readonly (DataClass | 'technical')[];
  readonly planted: string;
  readonly outcome: Outcome;
  /** The text in the dump that replaced the value, or `null` if it cannot be determined. */
  readonly became: string | null;
  /** Where the value is readable: `dump line 12 (addTrack)`, `spool/0198….open while recording`. */
  readonly foundIn: readonly string[];
}

export interface CanaryReport {
  /** No value leaked, no technical value changed, no message was lost, and the gateway's own verifier agrees. */
  readonly clean: boolean;
  /** The id of the session in the catalog. */
  readonly session: string;
  readonly state: 'stored' | 'quarantined';
  readonly seed: string;
  /** The policy in the gateway's receipt, and the policy that the outcomes were judged by. */
  readonly policy: { readonly recorded: string; readonly checked: string };
  readonly places: readonly PlaceReport[];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** How many messages should be in the dump but are not. */
  readonly lost: number;
  readonly searched: SearchSummary;
  /** Whether the session was deleted after the search. */
  readonly deleted: boolean;
}

export interface SearchSummary {
  readonly files: number;
  readonly bytes: number;
  /** Dumps that are older than the canary. They were not searched because they cannot contain its values. */
  readonly olderFiles: number;
  /** Names of files that this user is not allowed to read. */
  readonly unreadable: readonly string[];
  /** Whether the session was seen in the spool while it was recorded. */
  readonly whileRecording: boolean;
  readonly logs: readonly string[];
  /** Whether the gateway's metrics could be searched. */
  readonly metrics: boolean;
  /** Whether the dump was delivered to rtcstats.com, read back, searched and deleted there. */
  readonly forwarded: boolean;
}
