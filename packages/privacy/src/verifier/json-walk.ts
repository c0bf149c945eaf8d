/**
 * The verifier's own JSON reader. It visits every key, string and number of a JSON text in order and keeps a stack of
 * the enclosing arrays and objects, so that a detector can ask where it is (`Place`). Unlike JSON.parse it sees both
 * values of a repeated key, and unlike the anonymizer's json/rewrite.ts it only reads: the two share no code, so that a
 * mistake in one cannot hide itself from the other. JSON text inside a string gets a walk of its own, whose `outer` is
 * the enclosing walk.
 *
 *  ["g","PC_0",{"I1":{"134":"203.0.113.5"}},1]      levels while "203.0.113.5" is visited:
 *                                                     [0] array,  index 2
 *                                                     [1] object, name "I1"
 *                                                     [2] object, name "134", meaning "address"
 *  event "getStats", name "address", depth 3, path $[2].I1.134
 */

import { isDigit } from './characters.ts';
import type { Place } from './detector.ts';
import { decodeString, endOfLiteral, endOfNumber, endOfString, skipSpace } from './json-tokens.ts';
import { eventName, isApplicationEvent, propertyName } from './protocol-names.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Maximum nesting of arrays and objects, because the anonymizer drops deeper messages, and questions about the location
 * take time proportional to the depth. Deeper text is searched as plain text.
 */
const MAX_DEPTH = 200;
/** Names longer than this are data: only their beginning and end are compared with the names of properties. */
const MAX_NAME_LENGTH = 256;

/** An array or object that encloses the current position. `name` is the current property of an object. */
interface Level {
  readonly isArray: boolean;
  name: string;
  /** The decoded `name`; in an array, the meaning of the property that holds the array. */
  meaning: string | undefined;
  /** The visitor's note on the current property, or on the property that holds the array. */
  note: unknown;
  wantsNumbers: boolean;
  index: number;
  /** The first element of an array, if it is a string. */
  first: string | undefined;
  /** The value of the property `type`, which is the name of the event in webrtc-internals. */
  type: string | undefined;
}

/** Called for each text. `walk` is its location. */
export type Visit = (text: string, walk: JsonWalk) => void;

/** One walk over a JSON text (RFC 8259). */
export class JsonWalk implements Place {
  readonly #visit: Visit;
  readonly #levels: Level[] = [];
  readonly #outer: JsonWalk | undefined;
  readonly #rootEvent: string | undefined;
  #event: string | undefined;
  #isApplication = false;
  #position = 0;
  kind: Place['kind'] = 'value';
  readonly isNested: boolean;

  /** `outer` is the walk that found this text in a string. `event` is the name of the event if the text has none. */
  constructor(visit: Visit, outer?: JsonWalk, event?: string) {
    this.#visit = visit;
    this.#outer = outer;
    this.isNested = outer !== undefined;
    this.#rootEvent = event;
  }

  /** The end of the current text in the outermost JSON text, in UTF-16 code units. */
  get position(): number {
    return this.#outer?.position ?? this.#position;
  }

  get depth(): number {
    return this.#levels.length;
  }

  get event(): string | undefined {
    if (this.#event !== undefined) return this.#event;
    for (let at = this.#levels.length - 1; at > 0; at--) {
      const type = this.#levels[at]!.type;
      if (type !== undefined && this.#levels[at - 1]!.isArray) return type;
    }
    return this.#outer?.event;
  }

  get name(): string | undefined {
    return this.#levels.at(this.kind === 'key' ? -2 : -1)?.meaning ?? this.#outer?.name;
  }

  get holder(): string | undefined {
    let isInner = true;
    for (let at = this.#levels.length - 1; at >= 0; at--) {
      const level = this.#levels[at]!;
      if (level.isArray) continue;
      if (!isInner) return level.meaning;
      isInner = false;
    }
    // The object is the whole JSON text, which itself is the value of a property.
    return isInner ? this.#outer?.holder : this.#outer?.name;
  }

  get isApplication(): boolean {
    return this.#outer?.isApplication ?? this.#isApplication;
  }

  /** The visitor's note on the key that holds this value; undefined if there is none. */
  get note(): unknown {
    const level = this.#levels.at(-1);
    return level === undefined || level.meaning === undefined ? this.#outer?.note : level.note;
  }

  /** Called by the visitor for a key: a note on the property, and whether numbers in its value are to be visited. */
  annotate(note: unknown, wantsNumbers: boolean): void {
    const level = this.#levels.at(-1)!;
    level.note = note;
    level.wantsNumbers = wantsNumbers;
  }

  /** Whether a number at the current position is visited. */
  get wantsNumbers(): boolean {
    return this.#levels.at(-1)?.wantsNumbers ?? this.#outer?.wantsNumbers ?? true;
  }

  /** The decoded name of the key that is visited. */
  get meaning(): string {
    return this.#levels.at(-1)!.meaning ?? '';
  }

  get index(): number {
    return indexIn(this.#levels.at(-1));
  }

  get element(): number {
    return this.#outer?.element ?? indexIn(this.#levels[0]);
  }

  get first(): string | undefined {
    return this.#levels.at(-1)?.first;
  }

  within(name: string): boolean {
    return this.#levels.some((level) => !level.isArray && level.name === name) || this.#outer?.within(name) === true;
  }

  /** The names of the enclosing properties in this JSON text, without array indexes. */
  get names(): string[] {
    const objects = this.#levels.filter((level) => !level.isArray);
    return objects.map(({ name, meaning }, index) => (index === objects.length - 1 ? (meaning ?? name) : name));
  }

  /**
   * The path of the current text: `$[2].candidate`; `$[2]{key}` for a key. `show` decides whether a property name may
   * be shown.
   */
  path(show: (name: string) => boolean): string {
    let path = this.#outer === undefined ? '$' : `${this.#outer.path(show)}→$`;
    const last = this.#levels.length - 1;
    for (const [at, level] of this.#levels.entries()) {
      if (level.isArray) path += `[${level.index}]`;
      else if (at === last && this.kind === 'key') path += '{key}';
      else path += show(level.name) ? `.${level.name}` : '.█';
    }
    return path;
  }

  /** Walks the text. Returns false at the first invalid token; everything before it has been visited. */
  walk(text: string): boolean {
    this.#levels.length = 0;
    this.#event = this.#rootEvent;
    this.#isApplication = false;
    let at = 0;
    let backslash = text.indexOf('\\');
    let wantsKey = false;
    let mayClose = false;
    for (;;) {
      at = skipSpace(text, at);
      const code = text.charCodeAt(at);
      const level = this.#levels.at(-1);
      if (mayClose && level !== undefined && code === (level.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        this.#levels.pop();
        at++;
      } else if (code === QUOTE) {
        if (backslash >= 0 && backslash < at) backslash = text.indexOf('\\', at);
        const end = endOfString(text, at, backslash);
        if (end < 0) return false;
        const string =
          backslash >= 0 && backslash < end ? decodeString(text.slice(at, end)) : text.slice(at + 1, end - 1);
        if (string === undefined) return false;
        at = end;
        this.#position = end;
        if (wantsKey) {
          level!.name = shortName(string);
          level!.meaning = this.#meaningOf(level!.name);
          this.kind = 'key';
          this.#visit(string, this);
          at = skipSpace(text, at);
          if (text.charCodeAt(at) !== COLON) return false;
          at++;
          wantsKey = false;
          mayClose = false;
          continue;
        }
        this.kind = 'value';
        this.#show(string, level);
      } else if (wantsKey) {
        return false;
      } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        if (this.#levels.length >= MAX_DEPTH) return false;
        const isArray = code === OPEN_ARRAY;
        this.#levels.push({
          isArray,
          name: '',
          meaning: isArray ? level?.meaning : undefined,
          note: isArray ? level?.note : undefined,
          wantsNumbers: !isArray || (level === undefined ? this.#outer?.wantsNumbers !== false : level.wantsNumbers),
          index: 0,
          first: undefined,
          type: undefined,
        });
        wantsKey = !isArray;
        mayClose = true;
        at++;
        continue;
      } else {
        const end = code === 45 || isDigit(code) ? endOfNumber(text, at) : endOfLiteral(text, at);
        if (end < 0) return false;
        // Most numbers are not needed, and slicing them is what takes time.
        const isNumber = code === 45 || isDigit(code);
        if (isNumber && (level === undefined || level.wantsNumbers || this.#mayBeCard(end - at))) {
          this.kind = 'number';
          this.#position = end;
          this.#show(text.slice(at, end), level);
        }
        at = end;
      }
      // After a value: a comma, or the end of the enclosing arrays and objects.
      for (;;) {
        at = skipSpace(text, at);
        const above = this.#levels.at(-1);
        if (above === undefined) return at >= text.length;
        const next = text.charCodeAt(at);
        at++;
        if (next === COMMA) {
          above.index++;
          wantsKey = !above.isArray;
          mayClose = false;
          break;
        }
        if (next !== (above.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) return false;
        this.#levels.pop();
      }
    }
  }

  /** Payment card numbers have at least 13 digits, and are looked for in events of applications. */
  #mayBeCard(digits: number): boolean {
    return digits >= 13 && this.event?.charCodeAt(0) === COLON;
  }

  #meaningOf(name: string): string {
    // webrtc-internals: `"stats": {"<id>-<property>": {"values": "[…]"}}`.
    const above = name === 'values' ? this.#levels.at(-2) : undefined;
    if (above?.isArray === false) return above.name.slice(above.name.lastIndexOf('-') + 1);
    return this.#event === 'getStats' ? propertyName(name) : name;
  }

  #show(text: string, level: Level | undefined): void {
    if (level !== undefined) {
      if (level.isArray) {
        if (level.index === 0) {
          if (this.kind === 'value') level.first = text;
          if (this.#levels.length === 1 && this.#outer === undefined && this.#event === undefined) {
            this.#event = eventName(text);
            this.#isApplication = isApplicationEvent(this.#event);
          }
        }
      } else if (level.name === 'type' && this.kind === 'value') {
        level.type = text;
      }
    }
    this.#visit(text, this);
  }
}

function indexIn(level: Level | undefined): number {
  return level?.isArray === true ? level.index : -1;
}

function shortName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  return name.slice(0, MAX_NAME_LENGTH / 2) + name.slice(-MAX_NAME_LENGTH / 2);
}
