import { DATA_CLASSES, DROP_REASONS, type Receipt } from '@rtcstats-server/privacy';
import { SESSION_STATES, type SessionState } from '../catalog/catalog.ts';

/** Why a client was not let in, or was made to go. Named after the limit where it is one. */
export const REFUSALS = ['unauthorized', 'draining', 'connections', 'messageBytes', 'dumpBytes', 'protocol'] as const;
export type RefusalName = (typeof REFUSALS)[number];

/** Back ends that can fail. */
export const BACK_ENDS = ['storage', 'quarantine', 'catalog'] as const;
export type BackEnd = (typeof BACK_ENDS)[number];

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
  readonly refusals: Record<RefusalName, number> = zeros(REFUSALS);
  /** How many sessions reached the state. */
  readonly sessions: Record<SessionState, number> = zeros(SESSION_STATES);
  /** Calls that failed, those that are tried again included. */
  readonly failures: Record<BackEnd, number> = zeros(BACK_ENDS);
  /** Class, or an operator's `rule:<name>` → values replaced, of sessions that are over. */
  readonly redactions: Record<string, number> = zeros(DATA_CLASSES);
  /** Reason → messages that were not kept, of sessions that are over. */
  readonly drops: Record<string, number> = zeros(DROP_REASONS);

  /** A session is over, and this is what the anonymizer did in it. */
  receipt({ redactions, dropped }: Receipt): void {
    addAll(this.redactions, redactions);
    addAll(this.drops, dropped);
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function addAll(sums: Record<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count = 0] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
