/**
 * Rewrites the events of one session. For every key, string and number it determines the role (what the value means,
 * from the method and the path in the event) and lets the Redactor replace what the policy does not allow. Two entry
 * points give the same result: `scanned` handles lines that matched the scanner's grammar and touches only their open
 * parts; `event` parses any JSON. `scanned` is all or nothing: when one part cannot be judged by itself, nothing is
 * replaced and the caller uses `event`.
 */

import { METHOD_CODES, methodName } from '@rtcstats-server/dump';
import { decodeLatin1, decodeStringContent } from '../bytes/decode.ts';
import type { Splice } from '../bytes/splice.ts';
import { isFoundation } from '../classes/ip/foundations.ts';
import { relayAddresses } from '../classes/ip/relays.ts';
import type { Redactor } from '../classes/redactor.ts';
import { isApplicationEvent } from '../events/event-names.ts';
import { NotJsonError } from '../json/not-json-error.ts';
import { JsonRewriter, rewriteJson } from '../json/rewrite.ts';
import type { JsonVisitor, PathPart } from '../json/visitor.ts';
import { DriftWatch } from '../model/drift-watch.ts';
import { ROLES, type Role, roleAt } from '../model/roles.ts';
import { isKeyOfMap, isValueLikeKey } from '../model/vocabulary/application-role.ts';
import { isTechnicalValue } from '../model/vocabulary/technical-values.ts';
import { isPseudonym } from '../pseudonyms/pseudonym.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import type { ScannedLine } from '../scan/scanner.ts';
import { rewriteEmbeddedJson } from '../structures/embedded-json.ts';
import { rewriteFields } from '../structures/fields.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { EventRules } from './event-rules.ts';
import { type Outcome, SessionCache } from './session-cache.ts';

/** JSON text in a string in JSON text …: below this depth it is treated as plain text with escapes. */
const MAX_NESTING = 4;

/** Rewrites the events of one session; see the top of this file. Do not share an instance between sessions. */
/** Rewrites the events of one session: finds the role of each value by its place, and has it replaced accordingly. */
export class EventRewriter implements JsonVisitor {
  readonly #redactor: Redactor;
  readonly #memory: SessionMemory;
  readonly #rules: EventRules;
  readonly #book: ReceiptBook;
  /** Collects methods and members that the model of events does not know. */
  readonly drift: DriftWatch;
  readonly #cache = new SessionCache();
  #method = '';
  #nesting = 0;
  /** Whether the current event is kept unchanged by the policy. */
  #keeping = false;
  /** Whether the current event is one of the application, and whether its texts are pseudonymized. */
  #isOfApplication = false;
  #isPseudonymizing = false;
  /** The path of the string that holds the JSON text that is being read. */
  #outer: readonly PathPart[] = [];

  /** `book` is the receipt book in which `redactor` records its replacements. */
  constructor(redactor: Redactor, memory: SessionMemory, book: ReceiptBook, rules: EventRules) {
    this.#redactor = redactor;
    this.#memory = memory;
    this.#book = book;
    this.#rules = rules;
    this.drift = new DriftWatch((name) => this.#nameForDrift(name), rules.isListed);
  }

  /** The method of the event read last. */
  get method(): string {
    return this.#method;
  }

  /**
   * Fast path, for lines that matched the scanner's grammar. Makes the replacements in `splice`, which must have been
   * begun on `bytes`. Returns false, with nothing replaced, when `event` has to read the line.
   */
  scanned({ from, to, end, open }: ScannedLine, bytes: Uint8Array, splice: Splice): boolean {
    if (end !== to || this.#redactor.hasOperatorRules || this.#hasTermInClosed(bytes, from, end)) return false;
    if (open.length === 0) return true;
    this.#method = SCANNED;
    this.#reset();
    if (this.#rules.keepsRelays) this.#rememberRelays(decodeLatin1(bytes, from, end));
    return this.#cleanOpen(bytes, open, splice);
  }

  /** Redacts the open parts of a line. Returns false, with nothing replaced, when one is invalid or a class throws. */
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
   * Whether the open part is valid string content that can be judged by itself. Nested JSON cannot, because the roles
   * in it depend on the event; nor can an unusual line of a session description, because a value may continue on the
   * next line.
   */
  #isReadable(bytes: Uint8Array, open: readonly number[], at: number): boolean {
    const role = ROLES[open[at + 2]!];
    if (role === 'sdp') return false;
    const text = decodeStringContent(bytes, open[at]!, open[at + 1]!);
    if (text === null) return false;
    // The beginning of a candidate of an unusual form can only be judged with the rest of it.
    if (role === 'foundation') return isFoundation(text);
    return !(role === 'text' && LOOKS_LIKE_JSON.test(text));
  }

  /** The replacement of an open part as JSON source; undefined when it is unchanged. */
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
    if (!UNCACHEABLE.has(role)) this.#cache.set(raw, role, this.#memory.age, outcome);
    return source;
  }

  #cached(raw: string, role: number): Outcome | undefined {
    return this.#cache.get(raw, role, this.#memory.age);
  }

  /**
   * Slow path, for any event: `[method, scope, …, delta]`, where method is a string or number, scope a string or null,
   * and delta a number. Returns null when the text is JSON of another shape. Throws NotJsonError.
   */
  event(text: string): string | null {
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
          this.#isPseudonymizing = this.#rules.isPseudonymized(this.#method);
          if (!this.#keeping) this.drift.begin(this.#method);
        }
        index++;
      } while (rewriter.nextElement());
      isEvent &&= index >= 3 && isNumber(last);
    }
    const clean = rewriter.end();
    return isEvent ? clean : null;
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
    const isScope = path.length === 1 && path[0] === 1 && this.#nesting === 0;
    if (isScope) return this.#clean(value, 'key', path);
    if (!this.#isOfApplication) return this.#clean(value, roleAt(this.#method, path), path);
    const full = this.#fullPath(path);
    return this.#cleanOfApplication(value, roleAt(this.#method, full, { text: value, isNumber: false }), full);
  }

  key(key: string, path: readonly PathPart[]): string {
    if (this.#keeping) return key;
    if (this.#isOfApplication) {
      if (isKeyOfMap(key, path.length === 0 ? this.#outer : path))
        return this.#alias(key, this.#redactor.redact(key, 'name'));
      if (this.#isPseudonymizing && isValueLikeKey(key) && !isPseudonym(key)) {
        const clean = this.#redactor.redact(key, 'key', this.#method);
        return this.#alias(key, clean === key ? this.#pseudonym(key) : clean);
      }
    }
    return this.#clean(key, 'key');
  }

  member(key: string, path: readonly PathPart[], first: number): void {
    if (this.#nesting === 0) this.drift.member(key, path, first);
  }

  /** Numbers are technical unless their name says otherwise. */
  number(source: string, path: readonly PathPart[]): string | undefined {
    if (this.#keeping) return undefined;
    // A card number may stand in a list, and under any name. Known events have numbers of their own.
    if (CARD_LENGTH.test(source) && !Object.hasOwn(METHOD_CODES, this.#method)) {
      const clean = this.#redactor.redact(source, 'text');
      if (clean !== source) return clean;
    }
    let role: Role;
    if (this.#isOfApplication) {
      role = roleAt(this.#method, this.#fullPath(path), { text: source, isNumber: true });
    } else {
      if (typeof path.at(-1) !== 'string') return undefined;
      role = roleAt(this.#method, path);
    }
    // Coordinates are short; short numbers in other places are counts and indexes.
    if (!PERSONAL_NUMBERS.has(role) || (source.length < 4 && role !== 'place')) return undefined;
    const clean = this.#redactor.redact(source, role);
    return clean === source ? undefined : clean;
  }

  /**
   * Must run before anything is replaced, because in a session description the connection line with the relay's address
   * comes before the candidate that identifies it as a relay.
   */
  #rememberRelays(text: string): void {
    for (const address of relayAddresses(text)) this.#memory.rememberRelay(address);
  }

  /** Whether a remembered value occurs in the closed content of the line, which would not be inspected. */
  #hasTermInClosed(bytes: Uint8Array, from: number, to: number): boolean {
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
    if (role !== 'key') return clean;
    // Keys that were masked, or look masked, get an alias so that they stay distinct within one object.
    return clean !== value || LOOKS_MASKED.test(value) ? this.#memory.alias(value, clean) : clean;
  }

  #reset(): void {
    this.#keeping = false;
    this.#isOfApplication = false;
    this.#isPseudonymizing = false;
    this.#outer = [];
  }

  #fullPath(path: readonly PathPart[]): readonly PathPart[] {
    return this.#outer.length === 0 ? path : [...this.#outer, ...path];
  }

  #alias(key: string, clean: string): string {
    return clean === key ? key : this.#memory.alias(key, clean);
  }

  /** A text of an application's event. Structures in it are read, because their keys tell the roles of values. */
  #cleanOfApplication(value: string, role: Role, path: readonly PathPart[]): string {
    if (STRUCTURED.has(role)) {
      const { mark } = this.#book;
      const before = this.#outer;
      this.#outer = [...path];
      try {
        const nested = this.#nestedJson(value);
        if (nested !== undefined) return nested;
        if (role === 'text') return this.#cleanText(value, path, mark);
      } finally {
        this.#outer = before;
      }
    }
    const clean = this.#redactor.redact(value, role, this.#method, path);
    return role === 'name' && clean === value ? this.#pseudonymized(value, clean, path) : clean;
  }

  #cleanText(value: string, path: readonly PathPart[], mark: number): string {
    const isKept = !this.#isPseudonymizing || this.#rules.isKeptField(path);
    const embedded = value.length <= MAX_STRUCTURED ? this.#embedded(value, isKept) : undefined;
    const readable = embedded ?? (value.length <= MAX_STRUCTURED ? this.#fields(value, path) : value);
    const clean = this.#redactor.redact(readable, 'text', this.#method, path);
    if (isKept || embedded !== undefined || path[0] === 0) return clean;
    const whole = this.#pseudonymized(value, clean, path);
    if (whole === clean) return clean;
    // Nothing inside the text is left, so it counts as one replacement.
    this.#book.undo(mark);
    this.#book.enter('identifiers');
    return whole;
  }

  /** The text as a pseudonym if the policy asks for it; otherwise `clean`, the text as anonymized by its form. */
  #pseudonymized(value: string, clean: string, path: readonly PathPart[]): string {
    if (!this.#isPseudonymizing || this.#rules.isKeptField(path) || isPseudonym(value)) return clean;
    if (isTechnicalValue(value) || (this.#rules.keepsOpaque && UUID.test(value)) || WHOLE_URL.test(value)) return clean;
    return this.#rules.pseudonymOf(value);
  }

  #pseudonym(text: string): string {
    this.#book.enter('identifiers');
    return this.#rules.pseudonymOf(text);
  }

  /** Reads JSON values inside a text; undefined if there are none. */
  #embedded(value: string, isKept: boolean): string | undefined {
    if (this.#nesting >= MAX_NESTING) return undefined;
    // The frames of socket.io name their event first: `42["join",{…}]`.
    const event = FRAME.exec(value)?.[1];
    if (event !== undefined) this.#outer = [...this.#outer, event];
    this.#nesting++;
    try {
      let mark = 0;
      return rewriteEmbeddedJson(value, this, {
        between: (text) =>
          isKept || PUNCTUATION.test(text) || isTechnicalValue(text.trim()) ? text : this.#pseudonym(text),
        attempt: () => {
          mark = this.#book.mark;
        },
        failed: () => this.#book.undo(mark),
      });
    } finally {
      this.#nesting--;
    }
  }

  /** Replaces values in a text whose names say what they are. */
  #fields(value: string, path: readonly PathPart[]): string {
    // `a=group:BUNDLE 0` is not a field of an application.
    if (DESCRIPTION.test(value)) return value;
    return rewriteFields(value, (keys, text, style) => {
      const role = roleAt(this.#method, [...path, ...keys], { text, isNumber: false });
      if (!FIELD_ROLES.has(role)) return text;
      // Elsewhere a value may go on after a space (`authorization=Bearer …`); the classes know where it ends.
      if (style !== 'structure' && (role === 'secret' || role === 'phone')) return text;
      if (style !== 'structure' && role === 'name' && !PROSE_KEY.test(keys.at(-1)!)) return text;
      return this.#redactor.redact(text, role);
    });
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

  /**
   * Rewrites a string that holds JSON text as JSON, because its keys tell the roles of its values. Undefined when the
   * string is not valid JSON.
   */
  #nestedJson(value: string): string | undefined {
    if (!LOOKS_LIKE_JSON.test(value) || this.#nesting >= MAX_NESTING) return undefined;
    this.#nesting++;
    const { mark } = this.#book;
    try {
      return rewriteJson(value, this, 'keep');
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      // Discard replacements made before the text turned out to be invalid JSON.
      this.#book.undo(mark);
      return undefined;
    } finally {
      this.#nesting--;
    }
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
/** Roles of texts that may hold JSON text, which is then read instead of being replaced as a whole. */
const STRUCTURED: ReadonlySet<Role> = new Set(['text', 'name', 'person', 'conference', 'session', 'deviceLabel']);
/** Roles that a name before an equals sign or a colon can give to a value. */
const FIELD_ROLES: ReadonlySet<Role> = new Set([
  ...(['name', 'person', 'conference', 'session', 'deviceLabel', 'deviceId', 'groupId', 'place', 'phone'] as const),
  ...(['secret', 'machineName', 'networkName'] as const),
]);
/** Names that mean a person in prose: `from=alice`. Others, such as `id=`, are followed by anything. */
const PROSE_KEY = /^(?:name|from|to|by|user|peer|participant|member|owner|sender|host|caller|callee)$/i;
/** Longer texts are logs; their structure is not worth the time. */
const MAX_STRUCTURED = 262_144;
const FRAME = /^\d{1,4}(?:-|\/[\w/.-]{1,64},)?\d{0,10}\["([\w:.-]{1,64})"/;
const DESCRIPTION = /(?:^|[\r\n])(?:v=0|[amoc]=[^&\r\n]{1,16}[ :/])/;
const PUNCTUATION = /^[\s\d.,:;|()[\]{}<>=+*#/_-]{0,64}$/;
const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const WHOLE_URL = /^[a-z][a-z\d+.-]{0,20}:\/\/\S{1,2048}$/i;
const LOOKS_MASKED = /[.:-]x\b/;
const LOOKS_LIKE_JSON = /^\s*(?:\{\s*["}]|\[\s*[[{"\]\d-])/;
/** Lengths of payment card numbers that a JSON number represents exactly (ISO/IEC 7812-1). */
const CARD_LENGTH = /^\d{13,19}$/;
const LETTER_N = 110;
/** Roles whose texts influence the replacement of other texts, or depend on them, and so cannot be cached. */
const UNCACHEABLE = new Set(['key', 'deviceKind', 'deviceLabel'].map((role) => ROLES.indexOf(role as Role)));
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
