import type { DropReason } from './line.ts';
import type { DataClass } from './policy.ts';

/** What the anonymizer did to one dump. Counts and names only, never a value. */
export interface Receipt {
  /** How often a value of the class was replaced. Classes that never occurred are left out. */
  readonly redactions: Partial<Record<DataClass, number>>;
  /** Messages that were not kept, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>;
}

/** The version of the recognising code; written into every dump, so that an old dump can be told from a new one. */
export const ENGINE = 'rtcstats-privacy/1';
