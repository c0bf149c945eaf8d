import type { Role } from '../events/roles.ts';
import type { DataClass } from '../policy.ts';
import type { Report } from '../text/span.ts';

/** How one data class recognises its values in a text and what it makes of them. */
export interface TextClass {
  readonly name: DataClass;
  /** Reports what has to be replaced. The text may be a view with escapes undone; `role` says what the value is known to be. */
  find(text: string, role: Role, report: Report): void;
}
