import { methodName } from '@rtcstats-server/dump';
import { decodeLatin1, decodeStringContent } from '../bytes/decode.ts';
import type { Splice } from '../bytes/splice.ts';
import { relayAddresses } from '../classes/ip/relays.ts';
import type { Redactor } from '../classes/redactor.ts';
import { JsonRewriter, type JsonVisitor, NotJsonError, type PathPart, rewriteJson } from '../json/rewrite.ts';
import { DriftWatch } from '../model/drift-watch.ts';
import { ROLES, type Role, roleAt } from '../model/roles.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import type { ScannedLine } from '../scan/scanner.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import { type Outcome, SessionCache } from './session-cache.ts';

/** JSON text in a string in JSON text …: deeper than this it is read as text, with its escapes undone. */
const MAX_NESTING = 4;

/** What a policy says of events. */
export interface EventRules {
  /** Whether the events of a method are left as they are. */
  keeps(method: string): boolean;
  /** Whether the policy names the method. */
  names(method: string): boolean;
  /** Whether the addresses of TURN servers stay. */
  readonly keepsRelays: boolean;
  /** Whether a text is one that any policy but the laxest would not leave as it is. */
  isPersonal(text: string): boolean;
}

/** Rewrites the events of one session: what stands where, and what therefore becomes of it. */
export class EventRewriter implements JsonVisitor {
  readonly #redactor: Redactor;
  readonly #memory: SessionMemory;
  readonly #rules: EventRules;
  readonly #book: ReceiptBook;
  /** What the model of events does not know of those that were read. */
  readonly drift: DriftWatch;
  readonly #cache = new SessionCache();
  #method = '';
  #nesting = 0;
  /** In an event that the policy keeps as it is. */
  #keeping = false;

  /** `book`: where `redactor` enters what it does. */
  constructor(redactor: Redactor, memory: SessionMemory, book: ReceiptBook, rules: EventRules) {
    this.#redactor = redactor;
    this.#memory = memory;
    this.#book = book;
    this.#rules = rules;
    this.drift = new DriftWatch((name) => this.#nameForDrift(name), rules.names);
  }

  /** The name of the method of the event that was read last. */
  get method(): string {
    return this.#method;
  }

  /**
   * The fast way, for lines that the scanner has read. Replaces in `splice` (begun on `bytes`) what has to be replaced in them. Returns false when
   * `event` has to read the line; then nothing was replaced.
   */
  scanned({ from, to, end, open }: ScannedLine, bytes: Uint8Array, splice: Splice): boolean {
    if (end !== to || this.#redactor.hasOperatorRules || this.#showsTerm(bytes, from, end)) return false;
    if (open.length === 0) return true;
    this.#method = SCANNED;
    if (this.#rules.keepsRelays) this.#rememberRelays(decodeLatin1(bytes, from, end));
    return this.#cleanOpen(bytes, open, splice);
  }

  /** Replaces what has to be replaced in the open parts of a line; false, and nothing of it is replaced, when one is not valid or a class fails on it. */
  #cleanOpen(bytes: Uint8Array, open: readonly number[], splice: Splice): boolean {
    const raws: string[] = [];
    for (let i = 0; i < open.length; i += 3) {
      const raw = decodeLatin1(bytes, open[i]!, open[i + 1]!);
      if (this.#cached(raw, open[i + 2]!) === undefined && !this.#isReadable(bytes, open, i)) return false;
      raws.push(raw);
    }
    const sources: (string | undefined)[] = [];
    try {
      for (const [index, raw] of raws.entries()) sources.push(this.#cleanSource(raw, bytes, open, index * 3));
    } catch {
      return false;
    }
    for (const [index, source] of sources.entries()) {
      if (source !== undefined) splice.replace(open[index * 3]!, open[index * 3 + 1]!, source);
    }
    return true;
  }

  /**
   * Whether the open part is the content of a valid string that can be looked at by itself: what roles the parts of nested JSON have depends on the
   * event, and what an unusual line of a description holds may go on in the next.
   */
  #isReadable(bytes: Uint8Array, open: readonly number[], at: number): boolean {
    const role = ROLES[open[at + 2]!];
    if (role === 'sdp') return false;
    const text = decodeStringContent(bytes, open[at]!, open[at + 1]!);
    return text !== null && !(role === 'text' && LOOKS_LIKE_JSON.test(text));
  }

  /** What is to stand in place of an open part, as JSON source; undefined when it stays. */
  #cleanSource(raw: string, bytes: Uint8Array, open: readonly number[], at: number): string | undefined {
    const role = open[at + 2]!;
    const known = this.#cached(raw, role);
    if (known !== undefined) {
      for (const name of known.replaced) this.#book.enter(name);
      return known.source;
    }
    const text = decodeStringContent(bytes, open[at]!, open[at + 1]!)!;
    const { mark } = this.#book;
    const clean = this.#clean(text, ROLES[role]!);
    const source = clean === text ? undefined : JSON.stringify(clean).slice(1, -1);
    const outcome = { source, replaced: this.#book.since(mark) };
    if (!LEARNING.has(role)) this.#cache.set(raw, role, this.#memory.age, outcome);
    return source;
  }

  #cached(raw: string, role: number): Outcome | undefined {
    return this.#cache.get(raw, role, this.#memory.age);
  }

  /**
   * Any event: `[method, scope, …, delta]`, method a string or number, scope a string or null, delta a number. Returns null
   * when the text is JSON of another shape. Throws NotJsonError.
   */
  event(text: string): string | null {
    if (this.#rules.keepsRelays) this.#rememberRelays(text);
    const rewriter = new JsonRewriter(text, this);
    this.#keeping = false;
    this.drift.discard();
    rewriter.begin();
    let isEvent = rewriter.enterArray();
    if (!isEvent) {
      rewriter.value(0);
    } else if (rewriter.leaveArray()) {
      isEvent = false;
    } else {
      let index = 0;
      let last: number;
      this.#method = '';
      do {
        last = rewriter.peek;
        const from = rewriter.position;
        if (index === 2) this.drift.value(last);
        if (index === 0) isEvent = isQuote(last) || isNumber(last);
        else if (index === 1) isEvent &&= isQuote(last) || last === LETTER_N;
        rewriter.value(1);
        if (index === 0 && isEvent) {
          this.#method = methodOf(rewriter.source(from, rewriter.position));
          this.#keeping = this.#rules.keeps(this.#method);
          if (!this.#keeping) this.drift.begin(this.#method);
        }
        index++;
      } while (rewriter.nextElement());
      isEvent &&= index >= 3 && isNumber(last);
    }
    const clean = rewriter.end();
    return isEvent ? clean : null;
  }

  /** A JSON value that is no event, such as the metadata line. Throws NotJsonError. */
  value(text: string): string {
    this.drift.discard();
    this.#method = '';
    this.#keeping = false;
    return rewriteJson(text, this);
  }

  /** A text that stands alone, or in an event of `method` in another format than that of dumps. */
  text(value: string, role: Role, method = '', path?: readonly PathPart[]): string {
    if (this.#rules.keepsRelays) this.#rememberRelays(value);
    this.#method = method;
    this.#keeping = false;
    return this.#clean(value, role, path);
  }

  string(value: string, path: readonly PathPart[]): string {
    if (this.#keeping) return value;
    const isScope = path.length === 1 && path[0] === 1 && this.#nesting === 0;
    return this.#clean(value, isScope ? 'key' : roleAt(this.#method, path), path);
  }

  key(key: string): string {
    if (this.#keeping) return key;
    return this.#clean(key, 'key');
  }

  member(key: string, path: readonly PathPart[], first: number): void {
    if (this.#nesting === 0) this.drift.member(key, path, first);
  }

  /** Numbers are technical, but for those under a name that says otherwise. */
  number(source: string, path: readonly PathPart[]): string | undefined {
    if (this.#keeping || source.length < 4 || typeof path.at(-1) !== 'string') return undefined;
    const role = roleAt(this.#method, path);
    if (role !== 'secret' && role !== 'phone' && role !== 'person' && role !== 'conference') return undefined;
    const clean = this.#redactor.redact(source, role);
    return clean === source ? undefined : clean;
  }

  /** Before anything is replaced: in a description the address also stands in front of the candidate. */
  #rememberRelays(text: string): void {
    for (const address of relayAddresses(text)) this.#memory.rememberRelay(address);
  }

  /** Whether a value that is remembered stands in the part of the line that the scanner does not open. */
  #showsTerm(bytes: Uint8Array, from: number, to: number): boolean {
    const terms = this.#memory.closedTerms;
    if (terms.length === 0) return false;
    const line = decodeLatin1(bytes, from, to);
    return terms.some((term) => line.includes(term));
  }

  #clean(value: string, role: Role, path?: readonly PathPart[]): string {
    if (role === 'text') {
      const nested = this.#nestedJson(value);
      if (nested !== undefined) return nested;
    }
    const clean = this.#redactor.redact(value, role, this.#method, path);
    // Keys that were masked, or look as if they had been, must not meet in one object.
    if (role === 'key' && (clean !== value || LOOKS_MASKED.test(value))) return this.#memory.alias(value, clean);
    return clean;
  }

  /**
   * A name as it may show in a receipt. It stands in the dump too, where what is replaced in it is counted. Receipts are added up in metrics, where nothing
   * personal may be whatever the policy keeps in dumps.
   */
  #nameForDrift(name: string): string {
    const { mark } = this.#book;
    const clean = this.#redactor.redact(name, 'text');
    this.#book.undo(mark);
    return this.#rules.isPersonal(clean) ? '' : clean;
  }

  /** A string that holds JSON text is read as JSON, so that its keys say what its values are. Undefined when it is none. */
  #nestedJson(value: string): string | undefined {
    if (!LOOKS_LIKE_JSON.test(value) || this.#nesting >= MAX_NESTING) return undefined;
    this.#nesting++;
    const { mark } = this.#book;
    try {
      return rewriteJson(value, this, 'keep');
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      // What was replaced before it turned out to be none is thrown away.
      this.#book.undo(mark);
      return undefined;
    } finally {
      this.#nesting--;
    }
  }
}

const LOOKS_MASKED = /[.:-]x\b/;
const LOOKS_LIKE_JSON = /^\s*(?:\{\s*["}]|\[\s*[[{"\]\d-])/;
const LETTER_N = 110;
/** Roles whose texts change what becomes of others, or depend on others. */
const LEARNING = new Set(['key', 'deviceKind', 'deviceLabel'].map((role) => ROLES.indexOf(role as Role)));
/** In the events that the scanner knows, roles do not depend on which event it is. */
const SCANNED = 'scanned';

/** The method's name from its JSON source: a number of the protocol's table, or a string. */
function methodOf(source: string): string {
  const code = JSON.parse(source) as string | number;
  return methodName(code);
}

function isQuote(char: number): boolean {
  return char === 34;
}

function isNumber(char: number): boolean {
  return char === 45 || (char >= 48 && char <= 57);
}
