import type { PrivacyErrorCode } from '../errors/errors.ts';

/**
 * Walks JSON text and replaces strings, keys and other scalars in place. Whatever is not replaced stays byte for byte: number
 * formats, the order and repetition of keys, white space, escapes. `JSON.parse` and `JSON.stringify` would lose all of these.
 */

/** What a walk may change. Paths hold keys and indexes from the root; the array is reused, so copy it to keep it. */
export interface JsonVisitor {
  /** A string value, decoded. Returns what is to stand there instead; the same string leaves the text untouched. */
  string(value: string, path: readonly PathPart[]): string;
  /** A key, decoded; `path` leads to the object. */
  key(key: string, path: readonly PathPart[]): string;
  /** A number as it is written. Returns undefined to leave it, or a string that replaces it. */
  number(source: string, path: readonly PathPart[]): string | undefined;
  /** A member's value begins, with the character `first`; `path` leads to the object. */
  member?(key: string, path: readonly PathPart[], first: number): void;
}

export type PathPart = string | number;

/** Those between tokens. A line of a dump has none; in JSON text inside a string they are part of the value. */
export type LineBreaks = 'remove' | 'keep';

const STACKS = Error as { stackTraceLimit?: number | undefined };

/** The text is not JSON (RFC 8259), or nested too deeply. Tells where, but never quotes the text, which may be personal. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  readonly code: Extract<PrivacyErrorCode, 'notJson' | 'tooDeep'>;
  /** UTF-16 offset in the text. */
  readonly position: number;

  constructor(code: NotJsonError['code'], position: number) {
    // No stack trace (a setting of V8): text that only looks like JSON is an ordinary outcome, and capturing one takes longer than the walk.
    const { stackTraceLimit } = STACKS;
    STACKS.stackTraceLimit = 0;
    super(`${code} at ${position}`);
    STACKS.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.position = position;
  }
}

/** Deeper nesting is no statistics; the limit keeps a hostile message from exhausting the stack. */
export const MAX_DEPTH = 100;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const CONTROL = /[\u0000-\u001f]/;

/** One walk over one text. */
export class JsonRewriter {
  readonly #text: string;
  readonly #visitor: JsonVisitor;
  readonly #path: PathPart[] = [];
  /** Whether a control character occurs at all; where none does, strings need no check for them. */
  readonly #hasControls: boolean;
  #pos = 0;
  /** Everything before this position is in `#out`. */
  #copied = 0;
  #out = '';
  /** The first backslash at or behind `#pos`; found ahead so that strings without one are cut out in one step. */
  #backslash: number;
  readonly #lineBreaks: LineBreaks;

  constructor(text: string, visitor: JsonVisitor, lineBreaks: LineBreaks = 'remove') {
    this.#text = text;
    this.#visitor = visitor;
    this.#lineBreaks = lineBreaks;
    this.#hasControls = CONTROL.test(text);
    this.#backslash = nextIndex(text, '\\', 0);
  }

  /**
   * Walks the one value that the text holds and returns the rewritten text: the same string when nothing was replaced.
   * Throws NotJsonError.
   */
  rewrite(): string {
    this.begin();
    this.value(0);
    return this.end();
  }

  /** Skips white space in front of the value. For callers that walk the outermost value themselves. */
  begin(): void {
    this.#space();
  }

  /** Checks that nothing follows and returns the text. */
  end(): string {
    this.#space();
    if (this.#pos !== this.#text.length) this.#fail();
    return this.#copied === 0 ? this.#text : this.#out + this.#text.slice(this.#copied);
  }

  /** Whether an array opens here; if so, steps into it. */
  enterArray(): boolean {
    if (this.#text.charCodeAt(this.#pos) !== OPEN_BRACKET) return false;
    this.#pos++;
    this.#space();
    this.#path.push(0);
    return true;
  }

  /** Whether the array that was entered ends here; steps out of it. */
  leaveArray(): boolean {
    if (this.#text.charCodeAt(this.#pos) !== CLOSE_BRACKET) return false;
    this.#pos++;
    this.#path.pop();
    return true;
  }

  /** Steps over the comma to the next element. Returns false at the array's end. */
  nextElement(): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#pos) !== COMMA) {
      if (!this.leaveArray()) this.#fail();
      return false;
    }
    this.#pos++;
    this.#space();
    (this.#path[this.#path.length - 1] as number)++;
    return true;
  }

  /** The source of the next token's first character, for telling types apart without walking. */
  get peek(): number {
    return this.#text.charCodeAt(this.#pos);
  }

  /** Where the walk stands. */
  get position(): number {
    return this.#pos;
  }

  /** The text between two positions that `position` gave. */
  source(from: number, to: number): string {
    return this.#text.slice(from, to);
  }

  value(depth: number): void {
    const char = this.#text.charCodeAt(this.#pos);
    if (char === QUOTE) this.#string();
    else if (char === OPEN_BRACE) this.#object(depth + 1);
    else if (char === OPEN_BRACKET) this.#array(depth + 1);
    else if (char === MINUS || (char >= ZERO && char <= NINE)) this.#number();
    else this.#literal();
  }

  #object(depth: number): void {
    if (depth > MAX_DEPTH) throw new NotJsonError('tooDeep', this.#pos);
    this.#pos++;
    this.#space();
    if (this.#text.charCodeAt(this.#pos) === CLOSE_BRACE) {
      this.#pos++;
      return;
    }
    for (;;) {
      if (this.#text.charCodeAt(this.#pos) !== QUOTE) this.#fail();
      const from = this.#pos;
      const key = this.#readString();
      const to = this.#pos;
      const clean = this.#visitor.key(key, this.#path);
      if (clean !== key) this.#replace(from, to, JSON.stringify(clean));
      this.#space();
      if (this.#text.charCodeAt(this.#pos) !== COLON) this.#fail();
      this.#pos++;
      this.#space();
      this.#visitor.member?.(key, this.#path, this.peek);
      this.#path.push(key);
      this.value(depth);
      this.#path.pop();
      this.#space();
      const char = this.#text.charCodeAt(this.#pos++);
      if (char === CLOSE_BRACE) return;
      if (char !== COMMA) this.#fail();
      this.#space();
    }
  }

  #array(depth: number): void {
    if (depth > MAX_DEPTH) throw new NotJsonError('tooDeep', this.#pos);
    this.enterArray();
    if (this.leaveArray()) return;
    do this.value(depth);
    while (this.nextElement());
  }

  #string(): void {
    const from = this.#pos;
    const value = this.#readString();
    const clean = this.#visitor.string(value, this.#path);
    if (clean !== value) this.#replace(from, this.#pos, JSON.stringify(clean));
  }

  /** Reads the string that starts here and returns it decoded. */
  #readString(): string {
    const text = this.#text;
    const from = this.#pos;
    let end = text.indexOf('"', from + 1);
    if (this.#backslash < from) this.#backslash = nextIndex(text, '\\', from);
    const plain = end <= this.#backslash;
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) this.#fail();
    this.#pos = end + 1;
    if (plain) {
      const value = text.slice(from + 1, end);
      if (this.#hasControls && CONTROL.test(value)) this.#fail();
      return value;
    }
    try {
      return JSON.parse(text.slice(from, end + 1)) as string;
    } catch {
      return this.#fail();
    }
  }

  #number(): void {
    const text = this.#text;
    const from = this.#pos;
    let i = from;
    if (text.charCodeAt(i) === MINUS) i++;
    if (text.charCodeAt(i) === ZERO) i++;
    else i = this.#digits(i);
    if (text.charCodeAt(i) === DOT) i = this.#digits(i + 1);
    if ((text.charCodeAt(i) | 32) === 101) {
      const sign = text.charCodeAt(i + 1);
      i = this.#digits(sign === MINUS || sign === 43 ? i + 2 : i + 1);
    }
    this.#pos = i;
    const replacement = this.#visitor.number(text.slice(from, i), this.#path);
    if (replacement !== undefined) this.#replace(from, i, JSON.stringify(replacement));
  }

  /** Steps over at least one digit. */
  #digits(from: number): number {
    const text = this.#text;
    let i = from;
    for (let char = text.charCodeAt(i); char >= ZERO && char <= NINE; char = text.charCodeAt(i)) i++;
    if (i === from) this.#fail();
    return i;
  }

  #literal(): void {
    for (const word of ['null', 'true', 'false']) {
      if (this.#text.startsWith(word, this.#pos)) {
        this.#pos += word.length;
        return;
      }
    }
    this.#fail();
  }

  /** Steps over white space. */
  #space(): void {
    const text = this.#text;
    let char = text.charCodeAt(this.#pos);
    while (char === 32 || char === 9 || char === 10 || char === 13) {
      if (this.#lineBreaks === 'remove' && (char === 10 || char === 13)) this.#replace(this.#pos, this.#pos + 1, '');
      char = text.charCodeAt(++this.#pos);
    }
  }

  #replace(from: number, to: number, replacement: string): void {
    this.#out += this.#text.slice(this.#copied, from) + replacement;
    this.#copied = to;
  }

  #fail(): never {
    throw new NotJsonError('notJson', this.#pos);
  }
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

function nextIndex(text: string, char: string, from: number): number {
  const index = text.indexOf(char, from);
  return index < 0 ? text.length : index;
}

/** Rewrites the one JSON value in `text`. Throws NotJsonError. */
export function rewriteJson(text: string, visitor: JsonVisitor, lineBreaks?: LineBreaks): string {
  return new JsonRewriter(text, visitor, lineBreaks).rewrite();
}
