import type { Drift } from '../model/drift.ts';
import type { DropReason } from '../model/line.ts';
import type { RedactionName } from '../policy/policy.ts';

/** Summary of the anonymization of one dump: counts and names only, never values. */
export interface Receipt {
  /** Number of replacements by class or operator rule (`rule:<name>`); names without replacements are absent. */
  readonly redactions: Partial<Record<RedactionName, number>>;
  /** Number of dropped messages by reason; reasons that did not occur are absent. */
  readonly dropped: Partial<Record<DropReason, number>>;
  /**
   * Events and properties that the event model does not know; they were scanned as free text. Only for rtcstats dumps,
   * since webrtc-internals has a different format.
   */
  readonly drift: Drift;
  /**
   * `sessionStart` if the client sent no time since the epoch, so that the times of the events are counted from the
   * start of the session; absent otherwise.
   */
  readonly timesFrom?: 'sessionStart';
}

/** Version of the anonymizing code. Written into every dump, to tell which version made it. */
export const ENGINE = 'rtcstats-privacy/1';
