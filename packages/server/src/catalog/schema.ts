import type { Generated } from 'kysely';
import type {
  AuditCheckpointsTable,
  AuditEntriesTable,
  AuditLinksTable,
  AuditLogTable,
  AuditPersonsTable,
} from './audit-tables.ts';

/** The tables as the queries see them. Times are ISO 8601 texts in UTC, which sort by time. */
export interface CatalogTables {
  readonly sessions: SessionsTable;
  readonly deliveries: DeliveriesTable;
  readonly forward_days: ForwardDaysTable;
  readonly egress: EgressTable;
  readonly analyses: AnalysesTable;
  readonly observations: ObservationsTable;
  readonly observed: ObservedTable;
  readonly rollups: RollupsTable;
  readonly rollup_changes: RollupChangesTable;
  readonly exported_parts: ExportedPartsTable;
  readonly leases: LeasesTable;
  readonly holds: HoldsTable;
  readonly hold_names: HoldNamesTable;
  readonly removals: RemovalsTable;
  readonly retention: RetentionTable;
  readonly audit_log: AuditLogTable;
  readonly audit_entries: AuditEntriesTable;
  readonly audit_persons: AuditPersonsTable;
  readonly audit_links: AuditLinksTable;
  readonly audit_checkpoints: AuditCheckpointsTable;
  readonly erasures: ErasuresTable;
  readonly erasure_sessions: ErasureSessionsTable;
  readonly dump_keys: DumpKeysTable;
}

export interface SessionsTable {
  readonly id: string;
  readonly state: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly close_code: number | null;
  readonly messages: number;
  /** PostgreSQL returns 64-bit integers as text. */
  readonly bytes: number | string;
  readonly stored_bytes: number | string | null;
  readonly storage_key: string | null;
  readonly blob_url: string | null;
  readonly user_name: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** JSON text of a list: which of these three come from a signed token. */
  readonly signed: string;
  readonly country: string | null;
  /** 0, 1 or null. */
  readonly forward: number | null;
  readonly origin: string | null;
  readonly user_agent: string | null;
  /** The `BrowserFamily` of the user agent. */
  readonly browser: string;
  readonly host: string;
  /** JSON text of a `SessionReceipt`. */
  readonly receipt: string;
}

export interface DeliveriesTable {
  readonly session_id: string;
  readonly state: string;
  readonly asked_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly assembling_at: string | null;
  /** 0 or 1. */
  readonly withdrawn: number;
  readonly remote_id: string | null;
  readonly url: string | null;
  readonly embed_url: string | null;
  /** JSON text. */
  readonly analysis: string | null;
  readonly last_status: number | null;
  readonly last_code: string | null;
  readonly claim: string | null;
  readonly claimed_until: string | null;
  /** The day (UTC) in whose budget it was last counted. */
  readonly budget_day: string | null;
}

/** Number of deliveries that were begun per day. */
export interface ForwardDaysTable {
  readonly day: string;
  readonly used: number;
}

export interface EgressTable {
  readonly id: string;
  readonly session_id: string;
  readonly action: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly target: string;
  readonly asked_by: string;
  /** PostgreSQL returns 64-bit integers as text. */
  readonly bytes: number | string;
  readonly sha256: string | null;
  readonly remote_id: string | null;
  readonly outcome: string;
}

/** One row per analyzed session; deleted with it. */
export interface AnalysesTable {
  readonly session_id: string;
  /** When the session started. */
  readonly started_at: string;
  readonly analysis_version: number;
  readonly analyzed_at: string;
  /** A `CallVerdict`. */
  readonly verdict: string;
  readonly experience: number | null;
  readonly audio: number | null;
  readonly video: number | null;
  readonly connectivity: number | null;
  /** The highest one of all observations. */
  readonly severity: string | null;
  /** JSON text of a list of `Problem`. */
  readonly problems: string;
  /** An `AnalysisFailure`. */
  readonly failure: string | null;
  /** JSON text of an `AnalysisDocument`. */
  readonly document: string | null;
  /** Text of a `Contribution`; null in rows of earlier versions, which are not counted. */
  readonly contribution: string | null;
  /** The part of the export that it is in; null if it is not exported yet. */
  readonly part: string | null;
}

/** Deleted with the analysis. */
export interface ObservationsTable {
  readonly session_id: string;
  /** From 0, in the order of the document. */
  readonly position: number;
  readonly name: string;
  readonly severity: string;
  readonly category: string;
  readonly scope_type: string;
  readonly connection: string | null;
  readonly track: string | null;
  readonly direction: string | null;
  /** Milliseconds since the epoch. PostgreSQL returns 64-bit integers as text. */
  readonly from_time: number | string;
  readonly to_time: number | string;
}

/** Which observations a session has, one row per name. Deleted with the analysis. */
export interface ObservedTable {
  readonly session_id: string;
  readonly name: string;
  /** The highest severity of the observations with this name. */
  readonly severity: string;
  /** When the session started. */
  readonly started_at: string;
}

/** What an analysis adds to the rollups, or takes away from them, and is not counted yet. */
export interface RollupChangesTable {
  /** PostgreSQL returns 64-bit integers as text. */
  readonly id: Generated<number | string>;
  /** 1 or -1. */
  readonly sign: number;
  /** Text of a `Contribution`. */
  readonly contribution: string;
}

/** Counts of the calls of a period that have a value in a dimension. */
export interface RollupsTable {
  /** A `StoredGranularity`. */
  readonly granularity: string;
  /** An `OverviewDimension`, or `all`. */
  readonly dimension: string;
  /** When the session started, in UTC: `2026-03-01T10`, `2026-03-01` or `2026-03`. */
  readonly period: string;
  /** Empty for `all`. */
  readonly value: string;
  readonly calls: number;
  readonly good: number;
  readonly degraded: number;
  readonly bad: number;
  readonly failed: number;
  readonly not_judged: number;
  /** Text of a `Histogram` of the experience scores. */
  readonly experience: string;
  /** Text of a `Histogram` of the setup times (`setupBin`). */
  readonly setup: string;
}

/** One row per part of the Parquet export. */
export interface ExportedPartsTable {
  readonly name: string;
  /** The gateway that exports it. */
  readonly host: string;
  /** The UTC day of its calls. */
  readonly day: string;
  /** JSON text of a list of ids. */
  readonly sessions: string;
  /** Null until its files are in the storage. */
  readonly written_at: string | null;
}

export interface LeasesTable {
  readonly name: string;
  readonly holder: string;
  readonly until: string;
}

export interface HoldsTable {
  readonly id: string;
  /** A `HoldKind`. */
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly created_at: string;
  /** End of the last key epoch whose names are held; null: for good. */
  readonly until: string | null;
}

/** One row per name that is held. Deleted with the hold. */
export interface HoldNamesTable {
  readonly hold_id: string;
  readonly kind: string;
  readonly name: string;
}

/** One row per session that is being removed. */
export interface RemovalsTable {
  readonly session_id: string;
  /** A `RemovalReason`. */
  readonly reason: string;
  readonly host: string;
  readonly started_at: string;
  readonly requested_at: string;
}

/** `removes-from`: before this time, retention removes nothing. Absent in a catalog that began with retention. */
export interface RetentionTable {
  readonly name: string;
  readonly time: string;
}

/** One row per erasure; that of a finished one is its receipt. */
export interface ErasuresTable {
  readonly id: string;
  readonly kind: string;
  /** A keyed hash. */
  readonly subject: string;
  /** JSON text of a list of keyed hashes. */
  readonly hashes: string;
  /** JSON text of a list; null in a finished one. */
  readonly names: string | null;
  readonly requested_at: string;
  readonly finished_at: string | null;
  readonly asked_by: string;
  readonly sessions: number;
  readonly live: number;
  /** JSON text: number of removed sessions by place and outcome. */
  readonly places: string;
  readonly claim: string | null;
  readonly claimed_until: string | null;
}

/** The sessions that an erasure has not removed from every place yet. */
export interface ErasureSessionsTable {
  readonly erasure: string;
  readonly session_id: string;
  /** JSON text of a `SessionReport`; null before the first try. */
  readonly report: string | null;
}

export interface DumpKeysTable {
  readonly object: string;
  readonly session_id: string;
  readonly recipient: string;
  readonly wrapped: string;
  readonly created_at: string;
}
