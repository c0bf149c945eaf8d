import type { Drift } from '../model/drift.ts';
import type { DropReason } from '../model/line.ts';
import type { RedactionName } from '../policy/policy.ts';

/** What the anonymizer did to one dump. Counts and names only, never a value. */
export interface Receipt {
  /** How often a value of the class, or of an operator's `rule:<name>`, was replaced. Those that never occurred are left out. */
  readonly redactions: Partial<Record<RedactionName, number>>;
  /** Messages that were not kept, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>;
  /** What came that the event model does not know; it was scanned as free text. Of dumps only, webrtc-internals has a format of its own. */
  readonly drift: Drift;
}

/** The version of the recognising code; written into every dump, so that an old dump can be told from a new one. */
export const ENGINE = 'rtcstats-privacy/1';
