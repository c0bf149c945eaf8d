import type { AuditAction, AuditOutcome } from '@rtcstats-server/api/audit-actions';

export type { AuditAction, AuditOutcome };

/** Values of `AuditEntry.details`. */
export type AuditDetail = string | number | boolean;

/**
 * An action to be recorded. Time and position are added by the log.
 *
 * Time, actor, action and outcome can always be read. `target`, `persons` and `details` are encrypted if the entry has
 * persons or a target; they must not appear in another field.
 */
export interface AuditEntry {
  readonly action: AuditAction;
  /**
   * Who did it: the name of an admin token, `local` (a listener without tokens), `command:<user of the system>`,
   * `retention` or `gateway`.
   */
  readonly actor: string;
  readonly outcome: AuditOutcome;
  /**
   * The id of a session or a similar name of one thing. It cannot be read any more after one of the persons is
   * forgotten. Without persons it is treated as a person of its own: `forget([target])`.
   */
  readonly target?: string;
  /**
   * The pseudonyms, as in the catalog, of all users, conferences and sessions of the application that the entry is
   * about. At most `MAX_PERSONS`. Leave them out of an entry that is recorded after the person was forgotten, such as
   * the end of an erasure: it would make a new key for that person.
   */
  readonly persons?: readonly string[];
  /**
   * Reason, counts, names of formats: must not say who the persons are, because it can be read as long as one of them
   * is not forgotten. Text is cut to `MAX_DETAIL_LENGTH`.
   */
  readonly details?: Readonly<Record<string, AuditDetail>>;
}

/** Persons per entry. An action that concerns more people is recorded with their number in `details`. */
export const MAX_PERSONS = 64;
/** Characters of a text in `details`, and of `target`, `actor` and each person. */
export const MAX_DETAIL_LENGTH = 512;
/** Number of `details`. */
export const MAX_DETAILS = 32;

/**
 * The audit log. There is one per catalog: gateways that share a catalog and commands in other processes append to the
 * same log, one after the other, each in a transaction of its own, so that no entry is lost or changes its place.
 *
 * **Durability.** When `record` resolves, the entry survives a kill -9, and a power cut as well. **Errors.** Those of
 * `Catalog`: CATALOG_UNAVAILABLE (retryable) and CATALOG_MISCONFIGURED.
 *
 * **When the log cannot be written.** Reading or exporting a dump, deleting, erasing, releasing, forwarding and key
 * operations await `record` before they begin and fail with it: nothing of this happens without an entry. Sign-ins,
 * refused calls and the policy at the start only log a warning, because operators need the console in an outage.
 */
export interface AuditLog {
  /** Appends an entry. */
  record(entry: AuditEntry): Promise<void>;
  /**
   * Destroys the keys of these pseudonyms, so that nobody can read any more what the log says about them: the targets
   * of all their entries, and the details of those that name nobody else. The log verifies as before, because it hashes
   * what was encrypted. Idempotent.
   *
   * @param persons of any number; unknown ones are ignored
   * @returns how many entries were about them
   */
  forget(persons: readonly string[]): Promise<number>;
}

/** The part of the log that retention needs. */
export interface AuditRetention {
  /**
   * Removes entries from the beginning of the log that are older than `time`, up to `limit`, in one transaction. The
   * rest of the log, and checkpoints that are not older than it, still verify; an entry `retention.pass` in the log
   * says up to where it was cut.
   *
   * @param time ISO 8601 in UTC
   * @returns how many entries were removed; fewer than `limit` means that no older ones are left
   */
  dropBefore(time: string, limit: number): Promise<number>;
}

/** Records `begun`, does the work, and records `done` or `failed` with the code of the error. */
export async function audited<T>(
  log: AuditLog,
  entry: Omit<AuditEntry, 'outcome'>,
  work: () => Promise<T>,
): Promise<T> {
  await log.record({ ...entry, outcome: 'begun' });
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
    await log.record({ ...entry, outcome: 'failed', details: { ...entry.details, error: code } });
    throw error;
  }
  await log.record({ ...entry, outcome: 'done' });
  return result;
}
