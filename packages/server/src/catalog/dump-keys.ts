/**
 * The keys of encrypted dumps. Each object in a storage has its own key, an age identity, which is in the catalog only,
 * and only in wrapped form: encrypted to the recipients of the operator. Without its row, nobody can read any copy of
 * the object, in backups and earlier versions of a bucket as well.
 *
 * **Durability.** When `keep` or `add` resolves, the key survives a power cut, because a dump without its key is lost.
 * **Errors.** As in `Catalog`.
 */
export interface DumpKeys {
  /**
   * Adds a key for an object that has none, so that all attempts to store an object use the same key.
   *
   * @returns the recipient of the object's newest key: that of `key`, or of the one that it has already
   */
  keep(key: DumpKey): Promise<string>;
  /** Adds a key for an object that is replaced. It has two keys then, until `removeOthers`. */
  add(key: DumpKey): Promise<void>;
  /** The keys of an object, the newest first; empty if it was never encrypted, or its key was destroyed. */
  of(object: string): Promise<readonly Pick<DumpKey, 'recipient' | 'wrapped'>[]>;
  /** Destroys the keys of an object but that of `recipient`. */
  removeOthers(object: string, recipient: string): Promise<void>;
  /** Destroys the keys of objects. Does nothing for those without one. */
  remove(objects: readonly string[]): Promise<void>;
}

export interface DumpKey {
  /** The store and the key in it: `dumps/2026/03/01/<id>.gz` or `quarantine/<id>.gz`. */
  readonly object: string;
  /** The session of the dump. Its keys are destroyed with its row at the latest. */
  readonly sessionId: string;
  /** The public part of the key, as age writes it: `age1…`. */
  readonly recipient: string;
  /** The key, as an armored age file for the recipients of the operator. */
  readonly wrapped: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
}
