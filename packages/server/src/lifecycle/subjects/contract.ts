import type { IdentityField } from '@rtcstats-server/dump';
import type { Erasure, ErasureOutcome } from '../../catalog/erasures.ts';
import type { Hold } from '../../catalog/holds.ts';
import type { SessionRow } from '../../catalog/sessions.ts';

/**
 * A person or a call whose data is erased or exported: the name that the application uses, from which the pseudonyms of
 * all key epochs are computed, or one pseudonym as it is in the catalog. For `session` the id of the gateway will do.
 */
export interface Subject {
  readonly kind: IdentityField;
  readonly name: string;
}

/** What an erasure would remove now. */
export interface ErasePreview {
  readonly sessions: number;
  /** Number of sessions by their state in the catalog. */
  readonly states: Readonly<Partial<Record<SessionRow['state'], number>>>;
  /** Dumps that left the gateway and are deleted at rtcstats.com as well. */
  readonly forwarded: number;
  /** Dumps in the quarantine of other gateways, which have to run. */
  readonly elsewhere: number;
}

/** What is known of a subject, for the person who answers a request. */
export interface SubjectOverview extends ErasePreview {
  /** The legal holds because of which an erasure would be refused, with the number of sessions each of them holds. */
  readonly holds: readonly { readonly hold: Hold; readonly sessions: number }[];
  /** The newest sessions, at most `MAX_LISTED`. */
  readonly newest: readonly SessionRow[];
  /** Epochs whose keys were destroyed: sessions of their time are found by pseudonym only. */
  readonly destroyedEpochs: number;
}

/** Sessions in a `SubjectOverview`. */
export const MAX_LISTED = 100;

export interface EraseRequest extends Subject {
  /** The name of the admin token, or `command:` and the user that runs the command. */
  readonly by: string;
}

/** Erases people and calls. The gateway and the commands have one each; both write the same catalog. */
export interface SubjectErasures {
  /**
   * Counts what `erase` would remove, and changes nothing.
   *
   * @throws GatewayError SUBJECT_HELD
   */
  preview(subject: Subject): Promise<ErasePreview>;
  /** The same with the sessions themselves and the legal holds on them, which do not make it reject. */
  overview(subject: Subject): Promise<SubjectOverview>;
  /**
   * Erases everything that is known of the subject up to now. Resolves when it is finished, or when all that remains
   * has to wait for something: the receipt says for what, and a running gateway removes it when it can. Repeating an
   * erasure that found everything changes nothing and resolves to the receipt of the first one.
   *
   * @throws GatewayError SUBJECT_HELD, KEY_UNUSABLE
   */
  erase(request: EraseRequest): Promise<Erasure>;
}

/** The outcome of removing a session from every place, as `RemovalReport` of lifecycle/removal.ts. */
export interface RemovedSession {
  readonly places: Readonly<Record<string, ErasureOutcome>>;
  /** Why a place is pending, for people; without personal data. */
  readonly reasons: Readonly<Partial<Record<string, string>>>;
  /** The first error of a place that failed. */
  readonly error?: unknown;
}

/**
 * Removes one finished session from every place, its row last. Idempotent: it may be repeated after a crash.
 * Implemented by lifecycle/removal.ts.
 */
export interface RemovesSessions {
  remove(row: SessionRow, reason: 'erasure'): Promise<RemovedSession>;
}

/** The sessions that processes of this gateway record or finish, which are not in the storage yet. */
export interface UnfinishedSessions {
  /**
   * Discards those of a subject: open connections are closed with the code of `SUBJECT_ERASED`, files in the spool are
   * removed, and nothing of them is stored later.
   */
  erase(subject: ErasedSubject, ids: readonly string[]): Promise<DiscardedSessions>;
}

/** The subject of an erasure, as processes pass it on: without any name. */
export interface ErasedSubject {
  readonly id: string;
  readonly kind: IdentityField;
  readonly hashes: readonly string[];
  /** ISO 8601. Sessions that were recorded later are not concerned. */
  readonly requestedAt: string;
}

export interface DiscardedSessions {
  /** Ids of the sessions that were being recorded. */
  readonly live: readonly string[];
  /** Whether something could not be discarded yet. It will be when it would be finished. */
  readonly pending: boolean;
}
