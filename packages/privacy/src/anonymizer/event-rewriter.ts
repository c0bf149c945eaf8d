/**
 * Rewrites the events of one session. For every key, string and number it determines the role (what the value means,
 * from the method and the path in the event) and lets the Redactor replace what the policy does not allow. Two entry
 * points give the same result: `scanned` handles lines that matched the scanner's grammar and touches only their open
 * parts; `event` parses any JSON. `scanned` is all or nothing: when one part cannot be judged by itself, nothing is
 * replaced and the caller uses `event`.
 */

import { METHOD_CODES, methodName } from '@rtcstats-server/dump';
import { decodeLatin1 } from '../bytes/decode.ts';
import type { Splice } from '../bytes/splice.ts';
import { relayAddresses } from '../classes/ip/relays.ts';
import type { Redactor } from '../classes/redactor.ts';
import { isApplicationEvent } from '../events/event-names.ts';
import { JsonRewriter, rewriteJson } from '../json/rewrite.ts';
import type { JsonVisitor, PathPart } from '../json/visitor.ts';
import { DriftWatch } from '../model/drift-watch.ts';
import { type Role, roleAt } from '../model/roles.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import { openBytes, type ScannedLine } from '../scan/scanner.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { AddressDeriver } from './address-deriver.ts';
import { ApplicationRewriter } from './application-rewriter.ts';
import { ClosedTerms } from './closed-terms.ts';
import { derivedNameAt } from './derived-parts.ts';
import { EventDerivation } from './event-derivation.ts';
import type { EventRules } from './event-rules.ts';
import { NestedJson } from './nested-json.ts';
import { OpenParts } from './open-parts.ts';

/** Rewrites the events of one session; see the top of this file. Do not share an instance between sessions. */
export class EventRewriter implements JsonVisitor {
  readonly #redactor: Redactor;
  readonly #memory: SessionMemory;
  readonly #rules: EventRules;
  readonly #book: ReceiptBook;
  /** Collects methods and members that the model of events does not know. */
  readonly drift: DriftWatch;
  readonly #nested: NestedJson;
  readonly #openParts: OpenParts;
  readonly #closedTerms: ClosedTerms;
  readonly #application: ApplicationRewriter;
  readonly #derivation: EventDerivation;
  #method = '';
  /** Whether the current event is kept unchanged by the policy. */
  #keeping = false;
  #isOfApplication = false;

  /**
   * `book` is the receipt book in which `redactor` records its replacements. `keepsDerived`: derived values of the
   * input are kept.
   */
  constructor(
    redactor: Redactor,
    memory: SessionMemory,
    book: ReceiptBook,
    rules: EventRules,
    derivation: { readonly deriver: AddressDeriver; readonly keepsDerived: boolean },
  ) {
    const { deriver, keepsDerived } = derivation;
    this.#redactor = redactor;
    this.#memory = memory;
    this.#closedTerms = new ClosedTerms(memory);
    this.#book = book;
    this.#rules = rules;
    this.drift = new DriftWatch((name) => this.#nameForDrift(name), rules.isListed);
    this.#nested = new NestedJson(this, book);
    this.#openParts = new OpenParts(
      (text, role) => this.#clean(text, role),
      book,
      () => memory.age,
      deriver,
    );
    this.#derivation = new EventDerivation(deriver, keepsDerived);
    this.#application = new ApplicationRewriter(redactor, book, rules, this.#nested);
  }

  /** The method of the event read last. */
  get method(): string {
    return this.#method;
  }

  /** Begins new bytes, of which `scanned` then gets the lines in order. */
  beginBytes(): this {
    this.#closedTerms.begin();
    return this;
  }

  /**
   * Fast path, for lines that matched the scanner's grammar. Makes the replacements in `splice`, which must have been
   * begun on `bytes`. Returns false, with nothing replaced, when `event` has to read the line.
   */
  scanned({ from, to, end, open }: ScannedLine, bytes: Uint8Array, splice: Splice): boolean {
    if (end !== to || this.#redactor.hasOperatorRules || this.#closedTerms.areIn(bytes, from, end, open)) return false;
    if (open.length === 0) return true;
    this.#method = SCANNED;
    this.#reset();
    if (this.#rules.keepsRelays) this.#rememberRelays(decodeLatin1(bytes, from, end));
    const terms = this.#memory.closedTerms;
    const mayFinish = (): boolean =>
      this.#memory.closedTerms === terms || !this.#closedTerms.areIn(bytes, from, end, open);
    return this.#openParts.redact(bytes, { from, to, open }, splice, mayFinish);
  }

  /** Whether the line matched the scanner's grammar and at most `bytes` of it have to be searched. */
  isQuick(line: ScannedLine, bytes: number): boolean {
    if (line.end !== line.to || this.#redactor.hasOperatorRules) return false;
    return this.#memory.closedTerms.length === 0 && openBytes(line) <= bytes;
  }

  /**
   * Slow path, for any event: `[method, scope, …, delta]`, where method is a string or number, scope a string or null,
   * and delta a number. Returns null when the text is JSON of another shape. Throws NotJsonError.
   */
  event(text: string): string | null {
    const { mark } = this.#book;
    const clean = this.#rewritten(text);
    const own = clean === null ? undefined : this.#derivation.withoutForeign(text);
    if (own === undefined) return clean;
    this.#book.undo(mark);
    return this.#rewritten(own);
  }

  #rewritten(text: string): string | null {
    if (this.#rules.keepsRelays) this.#rememberRelays(text);
    const rewriter = new JsonRewriter(text, this);
    this.#reset();
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
          this.#keeping = this.#rules.isKept(this.#method);
          this.#isOfApplication = isApplicationEvent(this.#method);
          if (this.#isOfApplication) this.#application.begin(this.#method);
          if (!this.#keeping) this.drift.begin(this.#method);
        }
        index++;
      } while (rewriter.nextElement());
      isEvent &&= index >= 3 && isNumber(last);
    }
    const clean = rewriter.end();
    return isEvent ? this.#derivation.finish(clean) : null;
  }

  /** Rewrites a JSON value that is not an event, such as the metadata line. Throws NotJsonError. */
  value(text: string): string {
    this.drift.discard();
    this.#method = '';
    this.#reset();
    return rewriteJson(text, this);
  }

  /** Redacts a single text: one that stands alone, or one of an event in a format other than dumps. */
  text(value: string, role: Role, method = '', path?: readonly PathPart[]): string {
    if (this.#rules.keepsRelays) this.#rememberRelays(value);
    this.#method = method;
    this.#reset();
    return this.#clean(value, role, path);
  }

  string(value: string, path: readonly PathPart[]): string {
    if (this.#keeping) return value;
    if (this.#mayDerive && this.#derivation.string(value, this.#method, path)) return value;
    const isScope = path.length === 1 && path[0] === 1 && this.#nested.depth === 0;
    if (isScope) return this.#clean(value, 'key', path);
    if (this.#isOfApplication) return this.#application.string(value, path);
    return this.#clean(value, roleAt(this.#method, path), path);
  }

  key(key: string, path: readonly PathPart[]): string {
    if (this.#keeping) return key;
    if (this.#mayDerive && this.#derivation.key(key, this.#method, path)) return key;
    const clean = this.#isOfApplication ? this.#application.key(key, path) : undefined;
    if (clean === undefined) return this.#clean(key, 'key');
    return clean === key ? key : this.#memory.alias(key, clean);
  }

  member(key: string, path: readonly PathPart[], first: number): void {
    const isKnown = this.#mayDerive && derivedNameAt(this.#method, path, key) !== undefined;
    if (this.#nested.depth === 0 && !isKnown) this.drift.member(key, path, first);
  }

  behind(): string {
    return this.#derivation.behind();
  }

  /** Numbers are technical unless their name says otherwise. */
  number(source: string, path: readonly PathPart[]): string | undefined {
    if (this.#keeping) return undefined;
    // A card number may stand in a list, and under any name. Known events have numbers of their own, but not in texts.
    if (CARD_LENGTH.test(source) && (this.#nested.depth > 0 || !Object.hasOwn(METHOD_CODES, this.#method))) {
      const clean = this.#redactor.redact(source, 'text');
      if (clean !== source) return clean;
    }
    let role: Role;
    if (this.#isOfApplication) {
      role = this.#application.roleOfNumber(source, path);
    } else {
      if (typeof path.at(-1) !== 'string') return undefined;
      role = roleAt(this.#method, path);
    }
    // Coordinates are short; short numbers in other places are counts and indexes.
    if (!PERSONAL_NUMBERS.has(role) || (source.length < 4 && role !== 'place')) return undefined;
    const clean = this.#redactor.redact(source, role);
    return clean === source ? undefined : clean;
  }

  /** Whether the current text may belong to a value that is derived, or be derived from. */
  get #mayDerive(): boolean {
    return !this.#isOfApplication && this.#nested.depth === 0;
  }

  /**
   * Must run before anything is replaced, because in a session description the connection line with the relay's address
   * comes before the candidate that identifies it as a relay.
   */
  #rememberRelays(text: string): void {
    for (const address of relayAddresses(text)) this.#memory.rememberRelay(address);
  }

  #clean(value: string, role: Role, path?: readonly PathPart[]): string {
    if (role === 'text') {
      const nested = this.#nested.whole(value);
      if (nested !== undefined) return nested;
    }
    const clean = this.#redactor.redact(value, role, this.#method, path);
    if (role !== 'key') return clean;
    // Keys that were masked, or look masked, get an alias so that they stay distinct within one object.
    return clean !== value || LOOKS_MASKED.test(value) ? this.#memory.alias(value, clean) : clean;
  }

  #reset(): void {
    this.#keeping = false;
    this.#isOfApplication = false;
    this.#nested.begin();
    this.#derivation.begin();
  }

  /**
   * A name as shown in a receipt, or '' if it may be personal. Replacements made here are not counted, since the name
   * is also in the dump, where they are. Receipts are summed in metrics, which must not have personal data even if the
   * policy keeps it in dumps.
   */
  #nameForDrift(name: string): string {
    const { mark } = this.#book;
    const clean = this.#redactor.redact(name, 'text');
    this.#book.undo(mark);
    return this.#rules.isPersonal(clean) ? '' : clean;
  }
}

/** Roles of numbers that are replaced. */
const PERSONAL_NUMBERS: ReadonlySet<Role> = new Set([
  'secret',
  'phone',
  'person',
  'name',
  'conference',
  'foundation',
  'setting',
  'place',
]);
const LOOKS_MASKED = /[.:-]x\b/;
/** Lengths of payment card numbers that a JSON number represents exactly (ISO/IEC 7812-1). */
const CARD_LENGTH = /^\d{13,19}$/;
const LETTER_N = 110;
/** Method name used on the fast path: in events that match the grammar, roles do not depend on it. */
const SCANNED = 'scanned';

/** The method's name from its JSON source: a number of the protocol's table, or a string. */
function methodOf(source: string): string {
  const code = JSON.parse(source) as string | number;
  // An empty name is the application's, but here it stands for JSON that is not an event.
  return methodName(code) || ':';
}

function isQuote(char: number): boolean {
  return char === 34;
}

function isNumber(char: number): boolean {
  return char === 45 || (char >= 48 && char <= 57);
}
