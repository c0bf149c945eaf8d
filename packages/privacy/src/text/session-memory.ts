import type { DataClass } from '../policy/policy.ts';
import { SessionKey } from './session-key.ts';

/** A value that was recognized once and is replaced wherever it occurs again. */
export interface Term {
  readonly class: DataClass;
  readonly replacement: string;
}

/** The content of a `SessionMemory`, for another thread. It holds raw values, as the memory itself does. */
export interface MemoryState {
  readonly key: Uint8Array;
  readonly aliases: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly characters: number;
  readonly firstNumber: number;
  readonly terms: readonly (readonly [string, Term])[];
  readonly closedTerms: readonly string[];
  readonly relays: ReadonlySet<string>;
  readonly groups: ReadonlyMap<string, number>;
  readonly groupCount: number;
  readonly kind: string;
}

/**
 * State that has to stay consistent within one session. It holds raw values, so it is never written anywhere, and every
 * collection is bounded.
 */
export class SessionMemory {
  /** For values that have to be compared within the session only. */
  readonly key: SessionKey;
  /** Original key -> alias. */
  readonly #aliases = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** Anonymized form -> last number used. Without it, finding the next free number would take quadratic time. */
  readonly #numbers = new Map<string, number>();
  #characters = 0;
  /** First number to use; higher than any used before the last clear. */
  #firstNumber = 1;
  readonly #terms = new Map<string, Term>();
  /** Longest first, so that a label contained in a longer one does not split it. */
  readonly #ordered: (readonly [string, Term])[] = [];
  /** Terms that may occur inside strings which the scanner accepts as technical words. */
  closedTerms: readonly string[] = [];
  /** Addresses of TURN relays; only filled if the policy keeps them. */
  readonly relays: ReadonlySet<string> = new Set<string>();
  /** The last `kind` in the current object or list. The label of a device comes after its kind. */
  kind = '';

  /** Network or address -> number of its group. */
  readonly #groups = new Map<string, number>();
  #groupCount = 0;

  constructor(key = new SessionKey()) {
    this.key = key;
  }

  /**
   * The alias of the key `original`, whose anonymized form is `clean`: `clean`, `clean~2`, `clean~3` … Masking maps
   * different addresses to the same text. If that text is a key (a report's id, a scope), two objects would become one,
   * and statistics, which are sent as differences to the previous report, would be wrong from then on.
   */
  alias(original: string, clean: string): string {
    const known = this.#aliases.get(original);
    if (known !== undefined) return known;
    // Only a hostile client gets here. Keys of its own objects may then change their alias once, but never collide.
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
    // A copy, because a substring keeps the whole message in memory.
    this.#aliases.set([...original].join(''), alias);
    this.#taken.add(alias);
    this.#characters += original.length + alias.length;
    return alias;
  }

  /**
   * Remembers a value so that it is replaced in later texts. Short values are ignored: they are words with other
   * meanings.
   */
  remember(text: string, term: Term): void {
    if (text.length < MIN_TERM || GENERIC.test(text) || this.#terms.size >= MAX_TERMS || this.#terms.has(text)) return;
    this.#terms.set(text, term);
    if (text.length <= MAX_CLOSED && CLOSED.test(text)) this.closedTerms = [...this.closedTerms, text];
    const longer = this.#ordered.findIndex(([other]) => other.length < text.length);
    this.#ordered.splice(longer < 0 ? this.#ordered.length : longer, 0, [text, term]);
  }

  rememberRelay(address: string): void {
    const relays = this.relays as Set<string>;
    // A copy, because a substring keeps the whole message in memory.
    if (relays.size < MAX_RELAYS && !relays.has(address)) relays.add([...address].join(''));
  }

  /** The number of the group with this name, counted in the order in which the session had them. */
  groupNumber(name: string): number {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    // Only a hostile client gets here. Its networks then get other groups.
    if (this.#groups.size >= MAX_GROUPS) this.#groups.clear();
    this.#groups.set(name, ++this.#groupCount);
    return this.#groupCount;
  }

  /** The replacement of a remembered value. */
  termFor(text: string): Term | undefined {
    return this.#terms.get(text);
  }

  /** The terms that occur in `text`, longest first. Building one pattern of all terms would cost more than it saves. */
  termsIn(text: string): readonly (readonly [string, Term])[] {
    if (this.#ordered.length === 0) return NO_TERMS;
    return this.#ordered.filter(([term]) => term.length <= text.length && text.includes(term));
  }

  /** The content, which `restore` accepts. Not a copy: send it to another thread at once. */
  get state(): MemoryState {
    return {
      key: this.key.bytes,
      aliases: this.#aliases,
      numbers: this.#numbers,
      characters: this.#characters,
      firstNumber: this.#firstNumber,
      terms: this.#ordered,
      closedTerms: this.closedTerms,
      relays: this.relays,
      groups: this.#groups,
      groupCount: this.#groupCount,
      kind: this.kind,
    };
  }

  /** Replaces the content. */
  restore(state: MemoryState): void {
    this.key.restore(state.key);
    this.#aliases.clear();
    this.#taken.clear();
    for (const [original, alias] of state.aliases) {
      this.#aliases.set(original, alias);
      this.#taken.add(alias);
    }
    this.#numbers.clear();
    for (const [clean, number] of state.numbers) this.#numbers.set(clean, number);
    this.#characters = state.characters;
    this.#firstNumber = state.firstNumber;
    this.#terms.clear();
    for (const [text, term] of state.terms) this.#terms.set(text, term);
    this.#ordered.splice(0, this.#ordered.length, ...state.terms);
    this.closedTerms = state.closedTerms;
    for (const relay of state.relays) (this.relays as Set<string>).add(relay);
    this.#groups.clear();
    for (const [name, number] of state.groups) this.#groups.set(name, number);
    this.#groupCount = state.groupCount;
    this.kind = state.kind;
  }

  /** Increases with every remembered value that influences later replacements; caches compare it. */
  get age(): number {
    return this.#terms.size + this.relays.size;
  }

  hasTermIn(text: string): boolean {
    return this.#ordered.some(([term]) => term.length <= text.length && text.includes(term));
  }
}

const NO_TERMS: readonly (readonly [string, Term])[] = [];
const MAX_ALIASES = 4096;
/** Total length of originals and aliases, in UTF-16 units. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_TERMS = 128;
/** A session has one or two per peer connection and server. */
const MAX_RELAYS = 256;
const MAX_GROUPS = 1024;
const MIN_TERM = 4;
/** The longest technical word with digits in the scanner's grammar, a cipher suite. */
const MAX_CLOSED = 39;
const CLOSED = /^[\w/,{}-]+$/;
/** Common labels that occur with other meanings in other texts. */
const GENERIC =
  /^(?:default|communications|audio|video|audioinput|audiooutput|videoinput|microphone|camera|webcam|speakers?|headset|headphones|screen|window|tab|unknown|none|null|true|false|undefined|active|inactive|connected|host|relay|internal|external|built-in)$/i;
