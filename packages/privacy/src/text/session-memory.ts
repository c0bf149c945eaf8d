import type { DataClass } from '../policy/policy.ts';

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
  /** By anonymized form: the number given last. Without it, finding the next free one would take quadratic time. */
  readonly #numbers = new Map<string, number>();
  #characters = 0;
  /** Where numbers begin: above all that were given before the memory was cleared. */
  #firstNumber = 1;
  readonly #terms = new Map<string, Term>();
  /** The longest first, so that a label within another does not cut it. */
  readonly #ordered: (readonly [string, Term])[] = [];
  /** Those that may stand in strings which the scanner takes for technical words. */
  closedTerms: readonly string[] = [];
  /** Addresses of TURN servers, where the policy keeps those. */
  readonly relays: ReadonlySet<string> = new Set<string>();
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
    // Only a hostile client gets here: keys of its own objects may then be renamed once more, but never meet.
    if (this.#aliases.size >= MAX_ALIASES || this.#characters > MAX_CHARACTERS) {
      this.#aliases.clear();
      this.#taken.clear();
      this.#numbers.clear();
      this.#characters = 0;
      this.#firstNumber += MAX_ALIASES;
    }
    let number = this.#numbers.get(clean) ?? (clean === original ? 1 : this.#firstNumber);
    let alias = number === 1 ? clean : `${clean}~${number}`;
    while (this.#taken.has(alias)) alias = `${clean}~${++number}`;
    this.#numbers.set(clean, number);
    // A copy: engines keep the whole message in memory for a part of it.
    this.#aliases.set([...original].join(''), alias);
    this.#taken.add(alias);
    this.#characters += original.length + alias.length;
    return alias;
  }

  /** Remembers a value for texts to come. Short ones are words that mean something else elsewhere. */
  remember(text: string, term: Term): void {
    if (text.length < MIN_TERM || GENERIC.test(text) || this.#terms.size >= MAX_TERMS || this.#terms.has(text)) return;
    this.#terms.set(text, term);
    if (text.length <= MAX_CLOSED && CLOSED.test(text)) this.closedTerms = [...this.closedTerms, text];
    const longer = this.#ordered.findIndex(([other]) => other.length < text.length);
    this.#ordered.splice(longer < 0 ? this.#ordered.length : longer, 0, [text, term]);
  }

  rememberRelay(address: string): void {
    const relays = this.relays as Set<string>;
    // A copy: engines keep the whole message in memory for a part of it.
    if (relays.size < MAX_RELAYS && !relays.has(address)) relays.add([...address].join(''));
  }

  /** What stands for a value that was remembered. */
  termFor(text: string): Term | undefined {
    return this.#terms.get(text);
  }

  /** The terms that stand in `text`, the longest first. A pattern of them all would cost more to make than it saves. */
  termsIn(text: string): readonly (readonly [string, Term])[] {
    if (this.#ordered.length === 0) return NO_TERMS;
    return this.#ordered.filter(([term]) => term.length <= text.length && text.includes(term));
  }

  /** Changes with every value that is remembered and decides on texts to come. */
  get age(): number {
    return this.#terms.size + this.relays.size;
  }

  hasTermIn(text: string): boolean {
    return this.#ordered.some(([term]) => term.length <= text.length && text.includes(term));
  }
}

const NO_TERMS: readonly (readonly [string, Term])[] = [];
const MAX_ALIASES = 4096;
/** In originals and aliases together. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_TERMS = 128;
/** A session has one or two for each peer connection and server. */
const MAX_RELAYS = 256;
const MIN_TERM = 4;
/** No technical word of the scanner's grammar with digits in it is longer. */
const MAX_CLOSED = 39;
const CLOSED = /^[\w/,{}-]+$/;
/** Words that are labels and also mean something in every other text. */
const GENERIC =
  /^(?:default|communications|audio|video|audioinput|audiooutput|videoinput|microphone|camera|webcam|speakers?|headset|headphones|screen|window|tab|unknown|none|null|true|false|undefined|active|inactive|connected|host|relay|internal|external|built-in)$/i;
