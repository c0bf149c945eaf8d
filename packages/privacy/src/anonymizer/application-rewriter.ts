/**
 * Rewrites the values of one application event. Nobody has declared their structure, so the vocabulary decides by the
 * names around a value (model/vocabulary), and texts are searched for structures of their own first: JSON as a whole,
 * JSON inside the text, fields such as `user=alice`. With `pseudonymize`, texts that are left and not technical become
 * pseudonyms.
 *
 *   value, path --> role --> JSON? --> its keys and values, below the same path
 *                     |       | no
 *                     |       v
 *                     |     text: JSON inside? fields? ------.
 *                     v                                      v
 *                   Redactor (by role) ------------> pseudonym, if the policy says so
 */

import type { Redactor } from '../classes/redactor.ts';
import { pseudonymBeforeUsbId } from '../classes/usb-ids.ts';
import type { PathPart } from '../json/visitor.ts';
import { type Role, roleAt } from '../model/roles.ts';
import { isKeyOfMap, isValueLikeKey } from '../model/vocabulary/application-role.ts';
import { isFullName } from '../model/vocabulary/full-names.ts';
import { isTechnicalWordOfMessage } from '../model/vocabulary/message-words.ts';
import { isTechnicalValue } from '../model/vocabulary/technical-values.ts';
import { isPseudonym } from '../pseudonyms/pseudonym.ts';
import type { ReceiptBook } from '../receipt/receipt-book.ts';
import { rewriteFields } from '../structures/fields.ts';
import { type NameRules, rewriteNamedPersons } from '../structures/named-persons.ts';
import type { EventRules } from './event-rules.ts';
import type { NestedJson } from './nested-json.ts';

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
const DESCRIPTION = /(?:^|[\r\n])(?:v=0|(?:a|c|m|o)=[^&\r\n]{1,16}[ :/])/;
const PUNCTUATION = /^[\s\d.,:;|()[\]{}<>=+*#/_-]{0,64}$/;
/** Values of the option `credentials` (Fetch Standard). */
const FETCH_CREDENTIALS = /^(?:omit|same-origin|include)$/;
const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const WHOLE_URL = /^[a-z][a-z\d+.-]{0,20}:\/\/\S{1,2048}$/i;

/** Rewrites the values of application events; see the top of this file. */
export class ApplicationRewriter {
  readonly #redactor: Redactor;
  readonly #book: ReceiptBook;
  readonly #rules: EventRules;
  readonly #nested: NestedJson;
  readonly #names: NameRules = {
    isFullName,
    isTechnical: isTechnicalWordOfMessage,
    replace: (name, role) => this.#redactor.redact(name, role),
  };
  #method = '';
  #usesPseudonyms = false;
  /** The path of the string that holds the JSON text that is being read. */
  #outer: readonly PathPart[] = [];

  /** `nested` reads JSON in texts, and passes its keys and values to this object again. */
  constructor(redactor: Redactor, book: ReceiptBook, rules: EventRules, nested: NestedJson) {
    this.#redactor = redactor;
    this.#book = book;
    this.#rules = rules;
    this.#nested = nested;
  }

  /** Begins an event with this name. */
  begin(method: string): void {
    this.#method = method;
    this.#usesPseudonyms = this.#rules.isPseudonymized(method);
    this.#outer = [];
  }

  /** The replacement of a text. */
  string(value: string, path: readonly PathPart[]): string {
    const full = this.#fullPath(path);
    const role = roleAt(this.#method, full, { text: value, isNumber: false });
    if (STRUCTURED.has(role)) {
      const { mark } = this.#book;
      const before = this.#outer;
      this.#outer = [...full];
      try {
        const nested = this.#nested.whole(value);
        if (nested !== undefined) return nested;
        if (role === 'text') return this.#text(value, full, mark);
      } finally {
        this.#outer = before;
      }
    }
    const clean = this.#redactor.redact(value, role, this.#method, full);
    return role === 'name' && clean === value ? this.#pseudonymized(value, clean, full) : clean;
  }

  /** The replacement of a key that is a value, such as the name of a person; undefined for names of properties. */
  key(key: string, path: readonly PathPart[]): string | undefined {
    if (isKeyOfMap(key, path.length === 0 ? this.#outer : path)) return this.#redactor.redact(key, 'name');
    if (!this.#usesPseudonyms || !isValueLikeKey(key) || isPseudonym(key)) return undefined;
    const clean = this.#redactor.redact(key, 'key', this.#method);
    return clean === key ? this.#pseudonym(key) : clean;
  }

  /** The role of a number. */
  roleOfNumber(source: string, path: readonly PathPart[]): Role {
    return roleAt(this.#method, this.#fullPath(path), { text: source, isNumber: true });
  }

  #fullPath(path: readonly PathPart[]): readonly PathPart[] {
    return this.#outer.length === 0 ? path : [...this.#outer, ...path];
  }

  #text(value: string, path: readonly PathPart[], mark: number): string {
    const isKept = !this.#usesPseudonyms || this.#rules.isKeptField(path);
    const embedded = value.length <= MAX_STRUCTURED ? this.#embedded(value, isKept, path) : undefined;
    const readable = embedded ?? (value.length <= MAX_STRUCTURED ? this.#fields(value, path) : value);
    const nameless = rewriteNamedPersons(readable, this.#names);
    const clean = this.#redactor.redact(nameless, 'text', this.#method, path);
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
    if (!this.#usesPseudonyms || this.#rules.isKeptField(path) || isPseudonym(value)) return clean;
    if (pseudonymBeforeUsbId(value) !== undefined) return clean;
    if (isTechnicalValue(value) || (this.#rules.keepsOpaque && UUID.test(value)) || WHOLE_URL.test(value)) return clean;
    return this.#rules.pseudonymOf(value);
  }

  #pseudonym(text: string): string {
    this.#book.enter('identifiers');
    return this.#rules.pseudonymOf(text);
  }

  /** Reads JSON values inside a text; undefined if there are none. */
  #embedded(value: string, isKept: boolean, path: readonly PathPart[]): string | undefined {
    // The frames of socket.io name their event first: `42["join",{…}]`.
    const event = FRAME.exec(value)?.[1];
    if (event !== undefined) this.#outer = [...this.#outer, event];
    return this.#nested.embedded(value, (text) =>
      isKept || PUNCTUATION.test(text) || isTechnicalValue(text.trim())
        ? this.#fields(text, path)
        : this.#pseudonym(text),
    );
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
      if (role === 'secret' && FETCH_CREDENTIALS.test(text)) return text;
      // `label: Rate this call` is the caption of something.
      if (style === 'prose' && role === 'deviceLabel' && keys.at(-1) === 'label') return text;
      if (style !== 'structure' && role === 'name' && !PROSE_KEY.test(keys.at(-1)!)) return text;
      return this.#redactor.redact(text, role);
    });
  }
}
