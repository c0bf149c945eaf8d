import type { Role } from '../model/roles.ts';
import type { DataClass } from '../policy/policy.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { Report } from '../text/span.ts';

/**
 * Recognizes and replaces the values of one data class. Instances are shared by all sessions; per-session state is in
 * SessionMemory.
 */
export interface TextClass {
  readonly name: DataClass;
  /**
   * For roles whose values belong to this class as a whole. Returns the replacement, the same text to keep it, or
   * undefined if the value is something else and has to be searched as text.
   */
  readonly whole?: Partial<Record<Role, (text: string, session: SessionMemory) => string | undefined>>;
  /** Sets of features (text/features.ts): the class can only match texts with all features of at least one set. */
  readonly needs?: readonly number[];
  /** Reports all parts of the text to be replaced. The text may be a decoded view. */
  find?(text: string, role: Role, report: Report, session: SessionMemory): void;
}
