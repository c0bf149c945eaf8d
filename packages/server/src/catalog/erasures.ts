/**
 * Erasures of people and calls, and the receipts that remain of them.
 *
 * An erasure is written here before the first deletion, with the sessions to remove, so that whatever process comes
 * next can end what another one began. When no session is left, it is finished: the names are deleted, and the row is
 * the receipt. It says what was removed, when and by whom; whom it concerned is only in it as keyed hashes
 * (lifecycle/subjects/tombstones.ts), which nobody can reverse without the key of the gateway.
 *
 * **Durability and errors.** As in `Catalog`.
 */
export interface Erasures {
  /** Writes a new erasure that is not finished. Repeating it changes nothing. */
  begin(erasure: NewErasure): Promise<void>;
  /** Adds sessions to remove. Those that are in the list already are not counted twice. */
  add(id: string, sessionIds: readonly string[]): Promise<void>;
  get(id: string): Promise<Erasure | undefined>;
  /** Newest first. `before`: the id of the last erasure of the previous page. */
  list(query: { readonly limit?: number; readonly before?: string }): Promise<readonly Erasure[]>;
  /** The erasures that are not finished, oldest first, with the names that they look for. */
  open(): Promise<readonly OpenErasure[]>;
  /**
   * Claims an erasure for `by`, until a time or the next claim by the same. False if another process has claimed it, or
   * if it is finished.
   */
  claim(id: string, by: string, now: string, until: string): Promise<boolean>;
  /** The claim ends, so that another process need not wait until it expires. */
  release(id: string, by: string): Promise<void>;
  /** Sessions that are not removed from every place yet, in the order of their ids. */
  remaining(
    id: string,
    query: { readonly limit: number; readonly after?: string },
  ): Promise<readonly RemainingSession[]>;
  /**
   * Records what was done for a session. When no place is `pending` or `failed`, the session leaves the list, and its
   * outcomes are added to the receipt in the same transaction, so that a repetition after a crash counts nothing twice.
   */
  settle(id: string, sessionId: string, report: SessionReport): Promise<void>;
  /** Counts connections that were closed because of the erasure. */
  endedLive(id: string, sessions: number): Promise<void>;
  /** Finishes the erasure and deletes its names. False if sessions remain. */
  finish(id: string, at: string): Promise<boolean>;
}

/** `removed` and `absent` are final: nothing is left there. `pending` and `failed` are tried again. */
export type ErasureOutcome = 'removed' | 'absent' | 'pending' | 'failed';

/** The outcome for one session, by place (`storage`, `catalog` …). */
export interface SessionReport {
  readonly places: Readonly<Record<string, ErasureOutcome>>;
  /** What has to happen before the rest can be removed, such as the start of another gateway; null if nothing. */
  readonly waitsFor: string | null;
}

export interface RemainingSession {
  readonly sessionId: string;
  /** The last one; null before the first try. */
  readonly report: SessionReport | null;
}

export interface NewErasure {
  /** UUID version 7 (RFC 9562), so that ids sort by time. */
  readonly id: string;
  readonly kind: ErasureKind;
  /** Keyed hash of the name that was given. */
  readonly subject: string;
  /** Keyed hashes of all names that the subject can have in the catalog, the given one included. */
  readonly hashes: readonly string[];
  /** The names to look for in the catalog. Never one that the policy replaces. Deleted at the end. */
  readonly names: readonly string[];
  /** ISO 8601, UTC, milliseconds; so are all times here. Sessions that began before are erased. */
  readonly requestedAt: string;
  /** The name of the admin token, or `command:` and the user that ran the command. */
  readonly by: string;
}

export type ErasureKind = 'user' | 'conference' | 'session';

export interface OpenErasure extends NewErasure {
  /** Sessions in its list that are not removed from every place yet. */
  readonly remaining: number;
}

/** A receipt, of an erasure that may not be finished yet. */
export interface Erasure extends Omit<NewErasure, 'names'> {
  /** Null while something remains to be done. */
  readonly finishedAt: string | null;
  /** Sessions found so far. */
  readonly sessions: number;
  /** Those of them whose connection was open and was closed. */
  readonly live: number;
  /** Number of sessions by place and outcome, including those that remain. */
  readonly places: Readonly<Record<string, Readonly<Partial<Record<ErasureOutcome, number>>>>>;
  /** What the remaining sessions wait for, with their number; empty when nothing does. */
  readonly waitsFor: Readonly<Record<string, number>>;
}
