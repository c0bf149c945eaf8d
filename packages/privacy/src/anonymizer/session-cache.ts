import type { RedactionName } from '../policy/policy.ts';

/** What became of a text. */
export interface Outcome {
  /** What stands in its place, as JSON source without quotes; undefined: the text itself. */
  readonly source: string | undefined;
  /** Of which classes and rules something was replaced. */
  readonly replaced: readonly RedactionName[];
}

const MAX_COUNT = 64;
const MAX_LENGTH = 160;

/**
 * What became of the texts that a session sent before: addresses, servers, errors come again and again. Only good for as long as the session's
 * memory has learned nothing, since that decides with; raw texts, so in memory only, few and short.
 */
export class SessionCache {
  readonly #byRole: (Map<string, Outcome> | undefined)[] = [];
  #size = 0;
  #age = 0;

  /** `raw` is the JSON source of the text, a character a byte; `age` that of the session's memory. */
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
