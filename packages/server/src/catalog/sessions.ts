import type {
  AnalysisFailure,
  CallVerdict,
  MediaRoute,
  NetworkType,
  SessionSort,
  SessionState,
  Severity,
} from '@rtcstats-server/api';
import type { IdentityField } from '@rtcstats-server/dump';
import type { ScoreName } from '@rtcstats-server/insights';
import type { BrowserFamily } from '@rtcstats-server/insights/browser';
import type { FindingClass, Receipt } from '@rtcstats-server/privacy';
import type { AnalysisRow, AnalysisSummary, Problem } from './analyses.ts';

/**
 * The list of sessions: one row per session, with the fields that an operator searches by. It holds nothing that the
 * privacy policy would remove from the dump: identifiers and origin are anonymized before they get here.
 *
 * **Order.** Changes of one session are applied in the order of the calls. **Repeating.** Calling `put` twice with the
 * same row has the effect of one call: finishing repeats it after a crash. **Durability and errors.** As in `Catalog`.
 */
export interface Sessions {
  /**
   * Inserts the row or replaces the one with that id.
   *
   * @param analysis written in the same transaction; null removes the analysis of the session; by default the one that
   *   there is stays
   */
  put(session: SessionRow, analysis?: AnalysisRow | null): Promise<void>;
  /**
   * Replaces the row of a stored session, for a dump that was replaced or taken out of the storage.
   *
   * @param storageKey the key that the session must still have
   * @param analysis as for `put`
   * @returns false, with nothing written, if the session is not stored under this key any more or is being removed
   */
  replaceStored(storageKey: string, session: SessionRow, analysis?: AnalysisRow | null): Promise<boolean>;
  get(id: string): Promise<SessionRow | undefined>;
  /**
   * A page in the order of `SessionQuery.sort`. The cursor is opaque and stays valid while rows are added; it belongs
   * to the order.
   *
   * @throws GatewayError BAD_REQUEST for a limit out of range, or a cursor of another origin or of another order
   */
  list(query: SessionQuery): Promise<SessionPage>;
  /** When the oldest session began, ISO 8601; `undefined` without sessions. */
  oldestStart(): Promise<string | undefined>;
  /** Number of sessions per id of the pseudonym key (`receipt.keyId`). Reads the whole table. */
  countByKey(): Promise<ReadonlyMap<string, number>>;
  /** Removes the row and its analysis; does nothing when there is no such row. */
  delete(id: string): Promise<void>;
}

export interface SessionRow {
  readonly id: string;
  readonly state: SessionState;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The WebSocket's close code (RFC 6455, 7.4); 1006 when the process ended before the socket did. */
  readonly closeCode: number | null;
  /** Number of messages in the dump. */
  readonly messages: number;
  /** Bytes of the dump before compression. */
  readonly bytes: number;
  /** Bytes of the compressed dump. */
  readonly storedBytes: number | null;
  /** The key of the dump in the storage. */
  readonly storageKey: string | null;
  /** The URL of the dump, for the feature extractor of the rtcstats project; rows of earlier versions have none. */
  readonly storageUrl: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of these three come from the application's signed token; the others are the client's own claims. */
  readonly signed: readonly IdentityField[];
  /** Country of the client (ISO 3166-1 alpha-2); null when it is not known or geolocation is off. */
  readonly country: string | null;
  /** Whether the application's token asks to forward the dump (true) or not to (false); null when it does not say. */
  readonly forward: boolean | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** The gateway that recorded it (`server.hostIdentifier`). */
  readonly host: string;
  readonly receipt: SessionReceipt;
}

export interface SessionReceipt extends Receipt {
  /** The policy's preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly policy: string;
  /** Version of the anonymizer; null in rows of versions that did not record it. */
  readonly engine: string | null;
  /** Name of the key of its pseudonyms, by epoch: `e684`; null in rows of versions that did not record it. */
  readonly keyId: string | null;
  /** Whether the verifier has read the finished dump. */
  readonly verified: boolean;
  /** Number of the verifier's findings; 0 for a stored dump. */
  readonly findings: number;
  /** The findings by class: the reason why a dump is in quarantine. */
  readonly findingsByClass: Readonly<Partial<Record<FindingClass, number>>>;
  /** Version of the verifier; null until it has run. */
  readonly verifier: string | null;
  /**
   * SHA-256 (FIPS 180-4) of the packed dump (dump-content/forms.ts), in hexadecimal digits; null until it is stored.
   */
  readonly sha256: string | null;
  /**
   * Id of the dictionary that the stored dump was compressed with (zstd), without which it cannot be read; null if it
   * was compressed without one, or is not stored yet.
   */
  readonly dictionary: number | null;
  /** False when the process ended before the session did: the counts of redactions and drops are lost then. */
  readonly complete: boolean;
}

/** A session in a list, with a summary of its analysis. */
export interface ListedSession extends SessionRow {
  /** Null for a session that was not analyzed. */
  readonly verdict: CallVerdict | null;
  /** Null for a session that was not analyzed. */
  readonly scores: Pick<AnalysisSummary, ScoreName> | null;
  /** As in `AnalysisSummary`; empty for a session that was not analyzed. */
  readonly problems: readonly Problem[];
  /** Why the analysis failed; null if it did not, or was not made. */
  readonly analysisFailure: AnalysisFailure | null;
}

/** Conditions are ANDed. Those on the analysis exclude sessions without one. */
export interface SessionQuery {
  /** The value in the catalog, or a list of values of which any matches; the same goes for the next two. */
  readonly user?: string | readonly string[];
  readonly conference?: string | readonly string[];
  readonly session?: string | readonly string[];
  /** Matches when the id, the user, the conference or the session is one of these. */
  readonly anyName?: readonly string[];
  readonly state?: SessionState;
  /** One of these. */
  readonly origin?: readonly string[];
  readonly browser?: BrowserFamily;
  /** As in `SessionRow`. */
  readonly country?: string;
  /** Operating system as the rollups count it; the same goes for the next two. */
  readonly os?: string;
  readonly network?: NetworkType;
  readonly route?: MediaRoute;
  /** ISO 8601; `startedAt` at or after. */
  readonly from?: string;
  /** ISO 8601; `startedAt` before. */
  readonly to?: string;
  readonly verdict?: CallVerdict;
  /** Name of an observation that the session has. */
  readonly observation?: string;
  /** Lowest severity: of the observation named by `observation`, or else of the worst one of the session. */
  readonly severity?: Severity;
  /** Lowest experience score, 0 to 100. */
  readonly minScore?: number;
  /** Highest experience score. */
  readonly maxScore?: number;
  /**
   * `start` (default): newest first, by `startedAt`, then `id`. `score`: the lowest experience score first, then by
   * `id` downwards, and only sessions that have one.
   */
  readonly sort?: SessionSort;
  /** 1 to 1000, default 100. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface SessionPage {
  readonly sessions: readonly ListedSession[];
  readonly nextCursor: string | null;
}
