import type { RedactionName } from '../policy/policy.ts';

/** The result of redacting a text. */
export interface Outcome {
  /** The replacement as JSON source without quotes; undefined: the text is unchanged. */
  readonly source: string | undefined;
  /** The classes and rules that replaced something, once per replacement. */
  readonly replaced: readonly RedactionName[];
}

const MAX_COUNT = 128;
const MAX_LENGTH = 160;

/**
 * Caches the results of redacting a session's recent texts, because addresses, servers and errors repeat a lot. A
 * result depends on the text, its role and the session's memory (labels, relays), so the cache is cleared whenever
 * `SessionMemory.age` changes. It holds raw texts, so it stays in memory, small and short-lived: when full, it is
 * cleared as a whole.
 *
 *   (role, raw source) --get--> hit: replacement + counts for the receipt
 *                        miss: Redactor -> set
 *   age changed or 128 entries: clear
 */
export class SessionCache {
  readonly #byRole: (Map<string, Outcome> | undefined)[] = [];
  #size = 0;
  #age = 0;

  /**
   * `raw` is the JSON source of the text, decoded as Latin-1 (one character per byte); `age` is `SessionMemory.age`.
   */
  get(raw: string, role: number, age: number): Outcome | undefined {
    if (age !== this.#age) this.#clear(age);
    return this.#byRole[role]?.get(raw);
  }

  set(raw: string, role: number, age: number, outcome: Outcome): void {
    if (raw.length > MAX_LENGTH || age !== this.#age) return;
    if (this.#size >= MAX_COUNT) this.#clear(age);
    this.#byRole[role] ??= new Map();
    this.#byRole[role].set(raw, outcome);
    this.#size++;
  }

  #clear(age: number): void {
    this.#byRole.length = 0;
    this.#size = 0;
    this.#age = age;
  }
}
