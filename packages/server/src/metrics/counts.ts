import { SESSION_STATES, type SessionState } from '@rtcstats-server/api';
import { DATA_CLASSES, DROP_REASONS, DriftTally, type Receipt } from '@rtcstats-server/privacy';
import { REFUSAL_NAMES, type RefusalName } from '../errors/refusals.ts';
import { TOKEN_REFUSALS, type TokenRefusal } from '../errors/token-refusals.ts';

/** Back ends that can fail. */
export const BACK_ENDS = ['storage', 'quarantine', 'catalog'] as const;
export type BackEnd = (typeof BACK_ENDS)[number];

/** Time series that clients can bring about at most; a browser's new release brings a handful. */
const DRIFT_ENTRIES = 100;

/**
 * What is counted while the gateway runs, since its start. Plain numbers: counting a message is an addition, and they become
 * metrics only when somebody asks (metrics.ts). Names are from lists of this program or from the configuration.
 */
export class Counts {
  /** Connections that were let in. */
  accepted = 0;
  messages = 0;
  /** Bytes of these messages, as they were received. */
  messageBytes = 0;
  /** How often a connection was read more slowly because it sent too much. */
  pauses = 0;
  /** Whether clients are read on the fast path (ingest/fast-path); `null` in a process that takes no clients. */
  fastPathActive: boolean | null = null;
  readonly refusals: Record<RefusalName, number> = zeros(REFUSAL_NAMES);
  /** Why clients were not authorized. */
  readonly tokenRefusals: Record<TokenRefusal, number> = zeros(TOKEN_REFUSALS);
  /** How many sessions reached the state. */
  readonly sessions: Record<SessionState, number> = zeros(SESSION_STATES);
  /** Calls that failed, those that are tried again included. */
  readonly failures: Record<BackEnd, number> = zeros(BACK_ENDS);
  /** Class, or an operator's `rule:<name>` → values replaced, of sessions that are over. */
  readonly redactions: Record<string, number> = zeros(DATA_CLASSES);
  /** Reason → messages that were not kept, of sessions that are over. */
  readonly drops: Record<string, number> = zeros(DROP_REASONS);

  /** What the event model does not know, of sessions that are over. Its names are clients', cleaned and bounded by the receipt. */
  readonly drift = new DriftTally(DRIFT_ENTRIES);

  /** A session is over, and this is what the anonymizer did in it. */
  receipt({ redactions, dropped, drift }: Receipt): void {
    addAll(this.redactions, redactions);
    addAll(this.drops, dropped);
    this.drift.addAll(drift);
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function addAll(sums: Record<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count = 0] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
