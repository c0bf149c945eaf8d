import {
  ANALYSIS_FAILURES,
  type AnalysisFailure,
  SESSION_STATES,
  type SessionState,
} from '@rtcstats-server/api/states';
import { DATA_CLASSES, DROP_REASONS, type Receipt } from '@rtcstats-server/privacy';
import { REFUSAL_NAMES, type RefusalName } from '../errors/refusals.ts';
import { TOKEN_REFUSALS, type TokenRefusal } from '../errors/token-refusals.ts';
import { CallMetrics, type CountedCall } from './call-metrics.ts';
import { DriftLabels } from './drift-labels.ts';
import { RetentionMetrics } from './retention-metrics.ts';

/** Back ends that can fail. */
const BACK_ENDS = ['storage', 'quarantine', 'catalog'] as const;
export type BackEnd = (typeof BACK_ENDS)[number];

/** Protocols of other clients, whose messages are converted (foreign/). */
const FOREIGN_PROTOCOLS = ['rtcstats2', 'jitsi'] as const;
export type ForeignProtocol = (typeof FOREIGN_PROTOCOLS)[number];

/** The parts of an analysis that metrics use. */
export interface AnalyzedCall extends CountedCall {
  readonly failure: AnalysisFailure | null;
  readonly failedDetectors: readonly string[];
}

/**
 * Counters since the start of the gateway. They are plain numbers, so that counting a message is one addition;
 * metrics.ts turns them into metrics when they are scraped. Keys come from fixed lists in the code or from the
 * configuration, never from clients, so the number of time series is bounded (`drift` has a limit of its own).
 */
export class Counts {
  /** Admitted connections. */
  accepted = 0;
  messages = 0;
  /** Bytes of these messages, as they were received. */
  messageBytes = 0;
  /** How often reading from a connection was paused because it sent too much. */
  pauses = 0;
  /** Whether clients are read on the fast path (ingest/fast-path); `null` in a process that takes no clients. */
  fastPathActive: boolean | null = null;
  readonly refusals: Record<RefusalName, number> = zeros(REFUSAL_NAMES);
  /** Connections of clients of other protocols that are served. */
  readonly foreignConnections: Record<ForeignProtocol, number> = zeros(FOREIGN_PROTOCOLS);
  /** Clients that were not authorized, by reason. */
  readonly tokenRefusals: Record<TokenRefusal, number> = zeros(TOKEN_REFUSALS);
  /** Sessions that reached the state. */
  readonly sessions: Record<SessionState, number> = zeros(SESSION_STATES);
  /** Failed calls, including those that are retried. */
  readonly failures: Record<BackEnd, number> = zeros(BACK_ENDS);
  /** Dumps that could not be analyzed; `detector` counts detectors that failed in an analysis that did not. */
  readonly analysisFailures: Record<AnalysisFailure | 'detector', number> = zeros([...ANALYSIS_FAILURES, 'detector']);
  /** Calls whose analysis was stored, with the dump, by this process. */
  readonly calls = new CallMetrics();
  /** What retention removed. */
  readonly retention = new RetentionMetrics();
  /** Class, or an operator's `rule:<name>` → replaced values, of ended sessions. */
  readonly redactions: Record<string, number> = zeros(DATA_CLASSES);
  /** Reason → messages that were not stored, of ended sessions. */
  readonly drops: Record<string, number> = zeros(DROP_REASONS);

  /** Events and properties unknown to the event model, of ended sessions. The names come from clients, anonymized. */
  readonly drift = new DriftLabels();

  /** Adds the analysis of a call; to be called once per call, when its analysis is stored for the first time. */
  analyzed(call: AnalyzedCall): void {
    this.calls.add(call);
    if (call.failure !== null) this.analysisFailures[call.failure]++;
    this.analysisFailures.detector += call.failedDetectors.length;
  }

  /**
   * Adds the receipt of an ended session.
   *
   * @param network keyed hash of the client's network (net/client-network.ts); null if it is not known
   */
  receipt({ redactions, dropped, drift }: Receipt, network: string | null): void {
    addAll(this.redactions, redactions);
    addAll(this.drops, dropped);
    this.drift.add(drift, network);
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function addAll(sums: Record<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count = 0] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
