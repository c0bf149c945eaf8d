import type { Drift } from '@rtcstats-server/privacy';

/** What the admin API answers, as far as the console reads it. Times are ISO 8601 in UTC. */

export const SESSION_STATES = ['recording', 'closed', 'stored', 'quarantined', 'erased'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export interface Receipt {
  /** Preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly policy: string;
  /** How often a value of the class (or of an operator's `rule:<name>`) was replaced. */
  readonly redactions: Readonly<Record<string, number>>;
  /** Messages that were not kept, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly verified: boolean;
  readonly findings: number;
  /** False when the gateway ended before the session did. */
  readonly complete: boolean;
  /** Version of the recognising code. */
  readonly engine?: string | null;
  /** Epoch of the pseudonyms' key. */
  readonly keyId?: string | null;
  /** Of the stored file. */
  readonly sha256?: string | null;
  /** What the event model did not know, by name. */
  readonly drift?: Drift;
}

export interface Session {
  readonly id: string;
  readonly state: SessionState;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** WebSocket close code. */
  readonly closeCode: number | null;
  readonly messages: number;
  /** Before compression. */
  readonly bytes: number;
  readonly storedBytes: number | null;
  readonly storageKey: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  readonly signed?: readonly string[];
  /** ISO 3166-1, where a geolocation database is configured. */
  readonly country?: string | null;
  readonly origin: string | null;
  readonly userAgent: string | null;
  readonly host: string;
  readonly receipt: Receipt;
  /** Of one session asked for by its id. */
  readonly deliveries?: readonly Delivery[];
}

export interface Delivery {
  readonly state: string;
  readonly by: string;
  readonly attempts: number;
  readonly url: string | null;
  readonly lastStatus: number | null;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly nextCursor: string | null;
}

/** What `GET /api/sessions` takes. */
export interface SessionQuery {
  /** User, conference, session or id; as the application names them, or as the dump does. */
  readonly search?: string;
  readonly conference?: string;
  readonly state?: SessionState;
  readonly origin?: string;
  /** Its family, `Firefox`. */
  readonly browser?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Finding {
  readonly class: string;
  /** Line of the dump, from 1. */
  readonly line: number;
  /** `$[2].candidate` */
  readonly path: string;
  /** The surroundings, the value itself blotted out. */
  readonly excerpt: string;
}

export interface Verdict {
  readonly clean: boolean;
  readonly findings: readonly Finding[];
  readonly total: number;
}

export interface SignIn {
  readonly required: boolean;
  readonly signedIn: boolean;
}

/** How a page reaches the public listener as a client. */
export interface TryIt {
  readonly port: number;
  readonly tokenRequired: boolean;
  /** One for this call, where the gateway can sign it. */
  readonly token: string | null;
}

/** What waits to leave, left or could not. */
export interface Deliveries {
  /** Whether anything is forwarded at all. */
  readonly enabled: boolean;
  /** Why it waits: what the target answered. */
  readonly paused: { readonly since: string; readonly status: number | null; readonly code: string | null } | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** One thing that left, or was taken back. */
export interface EgressEntry {
  readonly id: string;
  readonly sessionId: string;
  readonly action: 'send' | 'withdraw';
  readonly startedAt: string;
  readonly target: string;
  readonly by: string;
  readonly bytes: number;
  readonly outcome: string;
}

/** The canary that is on its way, else the last one. */
export interface Canary {
  readonly running: boolean;
  readonly finishedAt: string | null;
  readonly report: CanaryReport | null;
  /** Why it could not be tried. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface CanaryReport {
  readonly clean: boolean;
  readonly state: 'stored' | 'quarantined';
  /** Places by what became of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Messages that should be in the dump and are not. */
  readonly lost: number;
  readonly searched: {
    readonly files: number;
    readonly bytes: number;
    readonly unreadable: readonly string[];
    readonly whileRecording: boolean;
  };
  readonly faults: readonly CanaryFault[];
}

/** A place of which something is left that should not be, or that was changed and should not be. */
export interface CanaryFault {
  readonly place: string;
  readonly classes: readonly string[];
  readonly outcome: string;
  readonly foundIn: readonly string[];
}
