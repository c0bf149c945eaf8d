/** One row. */
export interface AuditLogTable {
  readonly id: number;
  readonly origin: string;
  /** PostgreSQL returns 64-bit integers as text. */
  readonly size: number | string;
  /** JSON text of a list of hashes in Base64: a `TreeState`. */
  readonly tree: string;
  readonly first: number | string;
  readonly first_tree: string;
}

export interface AuditEntriesTable {
  readonly position: number | string;
  readonly time: string;
  readonly action: string;
  readonly body: string;
  /** Base64. */
  readonly leaf: string;
}

/** Deleted when the person is forgotten. */
export interface AuditPersonsTable {
  readonly person: string;
  /** Base64. */
  readonly key: string;
}

/** Which person's key opens which part of an entry. Deleted when the person is forgotten. */
export interface AuditLinksTable {
  readonly position: number | string;
  readonly slot: number;
  readonly person: string;
}

export interface AuditCheckpointsTable {
  readonly size: number | string;
  readonly key_id: string;
  readonly tree: string;
  readonly note: string;
  readonly created_at: string;
}
