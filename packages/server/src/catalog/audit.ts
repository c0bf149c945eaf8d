/**
 * The tables of the audit log. They know nothing of hashes and encryption, which audit/ adds: the callbacks run inside
 * of the transaction that has the log locked, so everybody who appends sees the entry of the one before.
 *
 * **Durability and errors.** As in `Catalog`; an entry survives a power cut as well.
 */
export interface Audit {
  /**
   * Appends an entry. `persons` are hashes of names, here and below. Makes a random key of `PERSON_KEY_BYTES` for each person that has none.
   *
   * @returns its position
   */
  append(persons: readonly string[], compose: ComposeEntry): Promise<number>;
  /**
   * Deletes the keys of these persons and their links to entries, in batches. Idempotent.
   *
   * @returns how many entries were linked to them
   */
  forget(persons: readonly string[]): Promise<number>;
  /**
   * Removes the oldest entries before a time, with their links and the keys that no entry needs any more, and appends
   * the entry that says so. Does nothing if there are none.
   *
   * @param time ISO 8601 in UTC
   * @param limit entries at most
   * @returns how many were removed
   */
  drop(time: string, limit: number, compose: ComposeCut): Promise<number>;
  head(): Promise<AuditHead>;
  /** Entries in the order of their positions. `from`: the first position. */
  read(query: { readonly from: number; readonly limit: number }): Promise<readonly AuditRow[]>;
  /** Entries with the keys that are left, newest first. */
  list(query: AuditQuery): Promise<readonly AuditRowWithKeys[]>;
  /** Adds a checkpoint; one of the same size and key is left as it is. */
  addCheckpoint(checkpoint: CheckpointRow): Promise<void>;
  /** Checkpoints in the order of their sizes. */
  checkpoints(query: { readonly afterSize: number; readonly limit: number }): Promise<readonly CheckpointRow[]>;
  /** The one of the largest size that was signed with this key. */
  lastCheckpoint(keyId: string): Promise<CheckpointRow | undefined>;
}

export const PERSON_KEY_BYTES = 32;

/** The roots of the complete subtrees of a Merkle tree, the largest first: what is needed to append to it. */
export type TreeState = readonly Uint8Array[];

export interface AuditState {
  /** The position of the new entry, from 0. */
  readonly position: number;
  /** Of the entries before it. */
  readonly tree: TreeState;
  /** The key of each person of the entry, by hash. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

export interface ComposedEntry {
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly action: string;
  /** The text that is hashed. */
  readonly body: string;
  readonly leaf: Uint8Array;
  /** The tree with the entry. */
  readonly tree: TreeState;
  /** The persons in the order of their parts in the body. */
  readonly links: readonly string[];
}

export type ComposeEntry = (state: AuditState) => ComposedEntry;

export interface AuditCut {
  /** Of the entries that are gone already. */
  readonly firstTree: TreeState;
  /** Leaf hashes of the entries to remove. */
  readonly leaves: readonly Uint8Array[];
  /** Position of the first entry that remains. */
  readonly first: number;
}

export type ComposeCut = (cut: AuditCut, state: AuditState) => { firstTree: TreeState; entry: ComposedEntry };

export interface AuditHead {
  /** Random name of the log. */
  readonly origin: string;
  /** Number of entries that were ever appended. */
  readonly size: number;
  readonly tree: TreeState;
  /** Position of the oldest entry that is not removed yet. */
  readonly first: number;
  /** Of the entries before `first`. */
  readonly firstTree: TreeState;
}

export interface AuditRow {
  readonly position: number;
  readonly time: string;
  readonly action: string;
  readonly body: string;
  readonly leaf: Uint8Array;
}

export interface AuditRowWithKeys extends AuditRow {
  readonly keys: readonly { readonly slot: number; readonly person: string; readonly key: Uint8Array }[];
}

export interface AuditQuery {
  readonly limit: number;
  /** Only entries before this position. */
  readonly before?: number;
  /** Only entries at or after this time, ISO 8601 in UTC. */
  readonly since?: string;
  readonly action?: string;
}

export interface CheckpointRow {
  readonly size: number;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly tree: TreeState;
  /** The signed note. */
  readonly note: string;
  readonly createdAt: string;
}
