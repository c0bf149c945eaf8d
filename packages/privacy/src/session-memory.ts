import type { DataClass } from './policy.ts';

/** A value that was recognised once and is replaced wherever it shows again. */
export interface Term {
  readonly class: DataClass;
  readonly replacement: string;
}

/**
 * What has to stay the same within one session. Raw values, in memory only, and few of them: every collection is bounded.
 */
export class SessionMemory {
  /** By original key: what stands for it. */
  readonly #aliases = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #terms = new Map<string, Term>();
  /** The longest first, so that a label within another does not cut it. Made when a term is added. */
  #ordered: readonly (readonly [string, Term])[] = [];
  /** Those that may stand in strings which the scanner takes for technical words. */
  closedTerms: readonly string[] = [];
  /** The `kind` named last in the object or list that is being read: a label comes behind it. */
  kind = '';

  /**
   * What stands for the key `original`, whose anonymized form is `clean`: `clean`, `clean~2`, `clean~3` … Masking maps different addresses
   * to one text; where that text is a key (a report's id, a scope), two things would become one, and statistics, which are differences
   * to the report before, would be wrong from then on.
   */
  alias(original: string, clean: string): string {
    const known = this.#aliases.get(original);
    if (known !== undefined) return known;
    // Only a hostile client gets here: keys of its own objects may then be renamed once more.
    if (this.#aliases.size >= MAX_ALIASES) {
      this.#aliases.clear();
      this.#taken.clear();
    }
    let alias = clean;
    for (let n = 2; this.#taken.has(alias); n++) alias = `${clean}~${n}`;
    this.#aliases.set(original, alias);
    this.#taken.add(alias);
    return alias;
  }

  /** Remembers a value for texts to come. Short ones are words that mean something else elsewhere. */
  remember(text: string, term: Term): void {
    if (text.length < MIN_TERM || GENERIC.test(text) || this.#terms.size >= MAX_TERMS || this.#terms.has(text)) return;
    this.#terms.set(text, term);
    if (CLOSED.test(text)) this.closedTerms = [...this.closedTerms, text];
    this.#ordered = [...this.#terms].sort(([a], [b]) => b.length - a.length);
  }

  /** What stands for a value that was remembered. */
  termFor(text: string): Term | undefined {
    return this.#terms.get(text);
  }

  get terms(): readonly (readonly [string, Term])[] {
    return this.#ordered;
  }
}

const MAX_ALIASES = 4096;
const MAX_TERMS = 128;
const MIN_TERM = 4;
const CLOSED = /^[\w/,{}-]+$/;
/** Words that are labels and also mean something in every other text. */
const GENERIC =
  /^(?:default|communications|audio|video|audioinput|audiooutput|videoinput|microphone|camera|webcam|speakers?|headset|headphones|screen|window|tab|unknown|none|null|true|false|undefined|active|inactive|connected|host|relay|internal|external|built-in)$/i;
