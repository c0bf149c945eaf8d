import type { Role } from '../model/roles.ts';
import type { DataClass } from '../policy/policy.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { Report } from '../text/span.ts';

/**
 * How one data class recognises its values and what it makes of them. Shared by all sessions: what belongs to one is in its
 * memory.
 */
export interface TextClass {
  readonly name: DataClass;
  /**
   * The roles whose values belong to this class as a whole. Returns what is to stand there, the same text to leave it, or undefined when
   * the value turns out to be something else, which is then looked at as text.
   */
  readonly whole?: Partial<Record<Role, (text: string, session: SessionMemory) => string | undefined>>;
  /** The features (text/features.ts) without which a text has nothing of the class: it is asked when all of one set are there. */
  readonly needs?: readonly number[];
  /** Reports what has to be replaced in any text. The text may be a reading with escapes undone. */
  find?(text: string, role: Role, report: Report, session: SessionMemory): void;
}
