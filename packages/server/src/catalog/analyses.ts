import type { AnalysisFailure } from '@rtcstats-server/api/states';
import type { CallVerdict, Category, Direction, Scope, Severity } from '@rtcstats-server/insights';
import type { CallSetupFailure } from '@rtcstats-server/insights/verdict';
import type { CallProperties } from './call-properties.ts';

/**
 * The analyses of calls: at most one per session, with its observations.
 *
 * **With the session.** Finishing writes the analysis of a dump in the same transaction as the row that makes the
 * session `stored` (`Sessions.put`), so a list never shows one without the other, and a gateway that is killed repeats
 * both. `put` adds or replaces an analysis later, for example with one of a newer version. The database deletes an
 * analysis together with its session; an analysis that arrives after that is not stored.
 *
 * **Repeating.** An analysis replaces the earlier one of its session as a whole: writing it twice has the effect of
 * writing it once, so nothing is counted twice. The rollups are changed in the same transaction (`Rollups`).
 *
 * **Durability and errors.** As in `Catalog`.
 */
export interface Analyses {
  /**
   * Stores the analysis of a session, or replaces it.
   *
   * @returns false if there is no such session; nothing is stored then
   */
  put(sessionId: string, analysis: AnalysisRow): Promise<boolean>;
  get(sessionId: string): Promise<StoredAnalysis | undefined>;
  /**
   * Ids of the stored sessions whose analysis is missing, failed, of an older version or not in the rollups, in the
   * order of their ids.
   */
  outdated(query: OutdatedQuery): Promise<readonly string[]>;
}

export interface OutdatedQuery {
  /** Analyses of this version and newer ones are up to date. */
  readonly version: number;
  /** Only sessions that started at or after this time, ISO 8601. */
  readonly since?: string;
  /** The id after which the next page begins. */
  readonly after?: string;
  readonly limit: number;
}

/** What lists show about the analysis of a session. */
export interface AnalysisSummary {
  /** The `ANALYSIS_VERSION` of the code that made it. */
  readonly analysisVersion: number;
  readonly verdict: CallVerdict;
  /** 0 to 100; null if there was no call to score. */
  readonly experience: number | null;
  /** 1 to 5, as are the next two; null if there was nothing to score. */
  readonly audio: number | null;
  readonly video: number | null;
  readonly connectivity: number | null;
  /** The highest severity of all observations; null without observations. */
  readonly severity: Severity | null;
  /** Observations of severity medium or higher, one per name with its highest severity, the worst first. */
  readonly problems: readonly Problem[];
  /** Why there is no result; null if there is one. */
  readonly failure: AnalysisFailure | null;
}

export interface Problem {
  readonly name: string;
  readonly severity: Severity;
}

/** What the catalog returns of an analysis. Its observations are in the document. */
export interface StoredAnalysis extends AnalysisSummary {
  /** ISO 8601, UTC, milliseconds. */
  readonly analyzedAt: string;
  /**
   * The `AnalysisDocument` as JSON; null if the analysis failed, or if the document is larger than
   * `MAX_DOCUMENT_LENGTH`.
   */
  readonly document: string | null;
}

/** An analysis to be stored. `analysisRow` (analysis-results.ts) makes one of an `AnalysisDocument`. */
export interface AnalysisRow extends StoredAnalysis {
  /** All observations, in the order of the document. The queries of lists and statistics read them. */
  readonly observations: readonly ObservationRow[];
  /** Names of the detectors that failed; the others were not affected. For metrics; the document says so as well. */
  readonly failedDetectors: readonly string[];
  /** What the rollups count by. */
  readonly call: CallProperties;
  /** Why the call did not come about; null if its verdict is not `failed`. For metrics; the document says more. */
  readonly setupFailure: CallSetupFailure | null;
}

export interface ObservationRow {
  readonly name: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly scopeType: Scope['type'];
  readonly connection: string | null;
  readonly track: string | null;
  readonly direction: Direction;
  /** Milliseconds since the epoch, by the clock of the client; so is `to`. */
  readonly from: number;
  readonly to: number;
}
