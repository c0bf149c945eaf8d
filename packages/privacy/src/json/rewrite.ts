/**
 * Walks JSON text and replaces strings, keys and numbers in place. Everything else stays byte-identical: number
 * formats, order and repetition of keys, white space, escapes; `JSON.parse` and `JSON.stringify` would lose these. A
 * dump must not change where nothing is replaced, so this is a recursive descent over the source text that copies
 * unchanged stretches at once:
 *
 *   text     {"a": "203.0.113.5", "b": 1.50}
 *                  ^from        ^to
 *   #out     {"a": "203.0.113.x"                   #copied = to; the rest is appended by end()
 */

import { NotJsonError } from './not-json-error.ts';
import { isEscaped, nextIndex, shortKey } from './positions.ts';
import type { JsonVisitor, LineBreaks, PathPart } from './visitor.ts';

/**
 * Maximum nesting. Statistics are not nested deeper, and the limit keeps a hostile message from exhausting the stack.
 */
export const MAX_DEPTH = 100;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const CONTROL = /[\u0000-\u001f]/;

/** One walk over one text. */
export class JsonRewriter {
  readonly #text: string;
  readonly #visitor: JsonVisitor;
  readonly #path: PathPart[] = [];
  /** Whether there is any control character; if not, strings need not be checked for them. */
  readonly #hasControls: boolean;
  #pos = 0;
  /** All text before this position has been copied to `#out`. */
  #copied = 0;
  #out = '';
  /**
   * The first backslash at or after `#pos`. Found in advance, so that strings without escapes can be sliced in one
   * step.
   */
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
   * Walks the only value in the text and returns the rewritten text, or the same string if nothing was replaced. Throws
   * NotJsonError.
   */
  rewrite(): string {
    this.begin();
    this.value(0);
    return this.end();
  }

  /** Skips white space before the value. For callers that walk the outermost value themselves. */
  begin(): void {
    this.#space();
  }

  /** Checks that nothing follows, and returns the rewritten text. */
  end(): string {
    this.#space();
    if (this.#pos !== this.#text.length) this.#fail();
    return this.#copied === 0 ? this.#text : this.#out + this.#text.slice(this.#copied);
  }

  /** Enters the array at the current position; false if there is none. */
  enterArray(): boolean {
    if (this.#text.charCodeAt(this.#pos) !== OPEN_BRACKET) return false;
    this.#pos++;
    this.#space();
    this.#path.push(0);
    return true;
  }

  /** Leaves the current array if it ends here; false otherwise. */
  leaveArray(): boolean {
    if (this.#text.charCodeAt(this.#pos) !== CLOSE_BRACKET) return false;
    this.#pos++;
    this.#path.pop();
    return true;
  }

  /** Moves past the comma to the next element. At the end of the array, leaves it and returns false. */
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

  /** The first character code of the next token, which tells its type. */
  get peek(): number {
    return this.#text.charCodeAt(this.#pos);
  }

  /** The current position. */
  get position(): number {
    return this.#pos;
  }

  /** The source between two values of `position`. */
  source(from: number, to: number): string {
    return this.#text.slice(from, to);
  }

  /** Walks the value at the current position. `depth` is the nesting depth of its parent. */
  value(depth: number): void {
    const char = this.#text.charCodeAt(this.#pos);
    if (char === QUOTE) this.#string();
    else if (char === OPEN_BRACE) this.#object(depth + 1);
    else if (char === OPEN_BRACKET) this.#array(depth + 1);
    else if (char === MINUS || (char >= ZERO && char <= NINE)) this.#number();
    else this.#literal();
  }

  /**
   * Walks a value that begins at `from`, in a text that is not JSON as a whole; it ends at `position`. Returns false,
   * with nothing replaced, if there is none. `first` is called before, and may use `replaceText`.
   */
  tryValueAt(from: number, first?: () => void): boolean {
    const [out, copied, backslash] = [this.#out, this.#copied, this.#backslash];
    this.#pos = from;
    try {
      first?.();
      this.value(0);
      return true;
    } catch (error) {
      if (!(error instanceof NotJsonError)) throw error;
      this.#out = out;
      this.#copied = copied;
      this.#backslash = backslash;
      this.#path.length = 0;
      return false;
    }
  }

  /** The rewritten text after calls of `tryValueAt`, whatever follows the last value. */
  endAnywhere(): string {
    return this.#copied === 0 ? this.#text : this.#out + this.#text.slice(this.#copied);
  }

  /** Replaces text between values, which must be after everything that was replaced before. */
  replaceText(from: number, to: number, replacement: string): void {
    this.#replace(from, to, replacement);
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
      this.#path.push(shortKey(key));
      this.value(depth);
      const more = this.#visitor.behind?.(this.#path);
      if (more) this.#replace(this.#pos, this.#pos, more);
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

  /** Reads the string at the current position and returns it decoded. */
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

  /** Returns the end of the digits at `from`; fails if there are none. */
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

  /** Skips white space. */
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

/** Rewrites the only JSON value in `text`; see `JsonRewriter.rewrite`. Throws NotJsonError. */
export function rewriteJson(text: string, visitor: JsonVisitor, lineBreaks?: LineBreaks): string {
  return new JsonRewriter(text, visitor, lineBreaks).rewrite();
}
