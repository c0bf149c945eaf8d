import type { SessionRow } from './sessions.ts';

/**
 * Legal holds: sessions that must be kept, although their time is over. Retention leaves them as they are, and the
 * erasure of a held person or call is refused with the reason. Deleting a single session by hand is not prevented.
 *
 * A hold never holds the id that the application uses, unless the privacy policy keeps it in the catalog. It has the
 * pseudonyms of that id instead, one per key epoch, past and coming ones, so that it holds for sessions of later epochs
 * without the id. Until the hold is removed, it therefore links the pseudonyms of one person. **Durability and
 * errors.** As in `Catalog`.
 */
export interface Holds {
  /** Adds a hold. It counts for every batch of retention that begins afterwards. */
  add(hold: Hold): Promise<void>;
  /** Removes a hold with all its names. @returns false if there is none with this id */
  remove(id: string): Promise<boolean>;
  /** All holds, the oldest first. */
  list(): Promise<readonly Hold[]>;
}

export const HOLD_KINDS = ['user', 'conference', 'session'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

export interface Hold {
  /** UUID version 7 (RFC 9562). */
  readonly id: string;
  readonly kind: HoldKind;
  /** The name as it is in the catalog now, never an id that the policy replaces. */
  readonly name: string;
  /**
   * All names that are held: `name`, and its pseudonyms in other key epochs where the hold was made with the id of the
   * application. For a session also the id of a dump.
   */
  readonly names: readonly string[];
  /** Why the data must be kept: a text for people. */
  readonly reason: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
  /**
   * Until when sessions that begin are held: the end of the last key epoch in `names`. Null: for good, because the name
   * does not change with the epoch.
   */
  readonly coversUntil: string | null;
}

/** The parts of a session's row that holds are matched with. */
export type HeldBy = Pick<SessionRow, 'id' | 'user' | 'conference' | 'session'>;

/** The first hold that holds this session; undefined if it may be removed. */
export function holdOn(row: HeldBy, holds: readonly Hold[]): Hold | undefined {
  return holds.find(({ kind, names }) =>
    kind === 'session'
      ? names.includes(row.id) || (row.session !== null && names.includes(row.session))
      : row[kind] !== null && names.includes(row[kind]),
  );
}

export function isHeld(row: HeldBy, holds: readonly Hold[]): boolean {
  return holdOn(row, holds) !== undefined;
}
