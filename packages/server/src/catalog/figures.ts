import type { SessionState } from '@rtcstats-server/api/states';

/**
 * Figures about all sessions, for reports and for the risk that remains. Every call is bounded, so that a catalog of
 * ten million sessions answers as fast as a small one. **Durability and errors.** As in `Catalog`.
 */
export interface Figures {
  /** Number of sessions in a state; counting ends at `most`. */
  sessions(state: SessionState, most: number): Promise<number>;
  /** When the oldest session in a state started, ISO 8601; `undefined` if there is none. */
  oldest(state: SessionState): Promise<string | undefined>;
  /** The newest stored sessions with the text of their analyses: newest first, by `startedAt`, then `id`. */
  newest(query: NewestQuery): Promise<readonly SampledSession[]>;
}

export interface NewestQuery {
  /** The last session of the previous page. */
  readonly after?: Pick<SampledSession, 'startedAt' | 'id'>;
  /** A document has up to 1 MiB (`MAX_DOCUMENT_LENGTH`), so a page should be small. */
  readonly limit: number;
}

/** The columns of a stored session that describe its participant, and its receipt. */
export interface SampledSession {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly user: string | null;
  readonly conference: string | null;
  readonly country: string | null;
  readonly userAgent: string | null;
  /** JSON text of a `SessionReceipt`. */
  readonly receipt: string;
  /** An `AnalysisDocument` as JSON; null without an analysis. */
  readonly document: string | null;
}
