import type { BrowserFamily, SessionState } from '@rtcstats-server/api';
import type { IdentityField } from '@rtcstats-server/dump';
import type { FindingClass, Receipt } from '@rtcstats-server/privacy';
import type { Deliveries } from './deliveries.ts';

/**
 * The catalog: one row a session, what an operator searches by. It holds nothing that the privacy policy would not let
 * into the dump: identifiers and origin are anonymized before they come here.
 *
 * **Durability.** When a promise resolves, the change survives a kill -9. **Order.** Changes of one session are applied
 * in the order of their calls. **Repeating.** `put` with the same row twice is the same as once: finishing repeats it
 * after a crash. **Errors.** A back end that cannot be reached rejects with `CATALOG_UNAVAILABLE` (retryable); one that
 * refuses this user, or is not what the configuration says, with `CATALOG_MISCONFIGURED`. No call waits for ever.
 */
export interface Catalog {
  readonly deliveries: Deliveries;
  /**
   * Creates or updates the schema; resolves to the names of what was applied. Safe to call at every start and from several
   * processes. Whoever does not call it has it done by the first other call.
   */
  migrate(): Promise<readonly string[]>;
  /** Inserts the row or replaces the one with that id. */
  put(session: SessionRow): Promise<void>;
  get(id: string): Promise<SessionRow | undefined>;
  /** Newest first (by `startedAt`, then `id`). The cursor is opaque and stays valid while rows are added. */
  list(query: SessionQuery): Promise<SessionPage>;
  /** When the oldest session began, ISO 8601; `undefined` without sessions. */
  oldestStart(): Promise<string | undefined>;
  /** Removes the row. Removing what is not there is no error. */
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface SessionRow {
  readonly id: string;
  readonly state: SessionState;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The WebSocket's close code (RFC 6455, 7.4); 1006 when the process ended before the socket did. */
  readonly closeCode: number | null;
  /** Messages kept. */
  readonly messages: number;
  /** Bytes of the dump before compression. */
  readonly bytes: number;
  /** Bytes in storage (gzip). */
  readonly storedBytes: number | null;
  /** `<yyyy>/<mm>/<dd>/<id>.gz` */
  readonly storageKey: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of these three the application has signed; the others are what the client said. */
  readonly signed: readonly IdentityField[];
  /** Of the client (ISO 3166-1 alpha-2), where it may be told. */
  readonly country: string | null;
  /** Whether the application's token asks for the dump to be forwarded, or not to be; null: it does not say. */
  readonly forward: boolean | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** The gateway that took it (`server.hostIdentifier`). */
  readonly host: string;
  readonly receipt: SessionReceipt;
}

export interface SessionReceipt extends Receipt {
  /** The policy's preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly policy: string;
  /** The version of the code that anonymized; null where it was not written down yet. */
  readonly engine: string | null;
  /** Of the key of its pseudonyms, by epoch: `e684`; null where it was not written down yet. */
  readonly keyId: string | null;
  /** The verifier read the finished dump. */
  readonly verified: boolean;
  /** How many findings it had; 0 for a stored dump. */
  readonly findings: number;
  /** The same by class: why a dump is in quarantine. */
  readonly findingsByClass: Readonly<Partial<Record<FindingClass, number>>>;
  /** The version of the code that verified; null until then. */
  readonly verifier: string | null;
  /** SHA-256 (FIPS 180-4) of the dump as it is stored, compressed, in hexadecimal digits; null until there is one. */
  readonly sha256: string | null;
  /** False when the process ended before the session did: what was counted until then (redactions, drops) is not known. */
  readonly complete: boolean;
}

/** What is told together is asked for together: a session has to match all of it. */
export interface SessionQuery {
  /** As it stands in the catalog, or a list of which any will do; so are the next two. */
  readonly user?: string | readonly string[];
  readonly conference?: string | readonly string[];
  readonly session?: string | readonly string[];
  /** The id, the user, the conference or the session is any of these. */
  readonly anyName?: readonly string[];
  readonly state?: SessionState;
  /** Any of these. */
  readonly origin?: readonly string[];
  readonly browser?: BrowserFamily;
  /** ISO 8601; `startedAt` at or after. */
  readonly from?: string;
  /** ISO 8601; `startedAt` before. */
  readonly to?: string;
  /** 1 to 1000, default 100. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface SessionPage {
  readonly sessions: readonly SessionRow[];
  readonly nextCursor: string | null;
}
