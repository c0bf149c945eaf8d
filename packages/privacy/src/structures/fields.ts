/**
 * Finds names and values in texts that are not JSON: form bodies (`room=standup&user=alice`), log lines
 * (`user=alice state=joined`), JavaScript object literals (`{user: {name: 'Alice'}}`), and JSON that was cut off. The
 * text is read once, from the left to the right; braces lead to the names that a value is below.
 */

/**
 * Returns the replacement of a value, or the same text.
 *
 * @param keys the names that lead to the value; the last one is its own
 *
 * @param style how the value is written: in a `structure` (a form, an object, between quotes), behind an equals sign in
 * a text (`assigned`), or behind a colon in `prose`, where a short name may be anything
 */
export type JudgeField = (keys: readonly string[], value: string, style: FieldStyle) => string;
export type FieldStyle = 'structure' | 'assigned' | 'prose';

/** A name and its sign. Quotes may be escaped, as in JSON text inside JSON text. */
const KEY = /(?<![\p{L}\p{N}_$-])([\p{L}_$][\p{L}\p{N}_$.[\]-]{0,63})(["'`\\]{0,4})\s{0,4}(=>|[=:])(?!:)\s{0,4}/gu;
const OPENING = /\\{0,3}["'`]/y;
/** A value without quotes: after an equals sign, and in an object literal. */
const BARE = /[^\s&;,|<>(){}[\]"'`]{1,256}/y;
const IN_LITERAL = /[^,;{}[\]"'`\r\n]{1,256}/y;
/** Outside of structures, further words with a capital letter belong to a name: `displayName: Alice Adams`. */
const NAME_IN_PROSE = /[^\s&;,|<>(){}[\]"'`]{1,128}(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]{0,40}(?![\p{L}\p{M}'’.=:_\d-])){0,3}/uy;
const FORM = /^[?#]?[\w.%[\]+-]{1,64}=[^&\s]{0,1024}(?:&[\w.%[\]+-]{1,64}=[^&\s]{0,1024}){0,256}$/;
const MAX_DEPTH = 16;
const MAX_VALUE = 1024;

/** Rewrites the values of all names in the text. Returns the same text if there are none. */
export function rewriteFields(text: string, judge: JudgeField): string {
  if (!text.includes('=') && !text.includes(':')) return text;
  return new FieldReader(text, judge).rewrite();
}

class FieldReader {
  readonly #text: string;
  readonly #judge: JudgeField;
  readonly #isForm: boolean;
  /** The names of the open braces; '' for a brace without one. */
  readonly #open: string[] = [];
  #scanned = 0;
  #copied = 0;
  #out = '';

  constructor(text: string, judge: JudgeField) {
    this.#text = text;
    this.#judge = judge;
    this.#isForm = text.includes('&') && FORM.test(text);
  }

  rewrite(): string {
    const text = this.#text;
    KEY.lastIndex = 0;
    for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
      const [whole, key, quote, sign] = match;
      const at = match.index + whole.length;
      this.#braces(match.index);
      const next = this.#value(key!, at, sign!, quote !== '');
      KEY.lastIndex = Math.max(next, at);
    }
    return this.#copied === 0 ? text : this.#out + text.slice(this.#copied);
  }

  /** Follows the braces up to `to`. */
  #braces(to: number): void {
    for (; this.#scanned < to; this.#scanned++) {
      const char = this.#text.charCodeAt(this.#scanned);
      // A bracket in prose, as in `Cand[:1:udp:…]`, opens nothing.
      if (char === 123 || (char === 91 && this.#open.length > 0)) this.#push('');
      else if (char === 125 || char === 93) this.#open.pop();
    }
  }

  #push(key: string): void {
    if (this.#open.length < MAX_DEPTH) this.#open.push(key);
  }

  /** Reads the value at `at`; returns where to go on. */
  #value(key: string, at: number, sign: string, isQuoted: boolean): number {
    const text = this.#text;
    OPENING.lastIndex = at;
    const opening = OPENING.exec(text)?.[0];
    const begin = at + (opening?.length ?? 0);
    const char = text.charCodeAt(begin);
    if (char === 123 || (char === 91 && opening === undefined)) {
      this.#scanned = begin + 1;
      this.#push(key);
      return char === 91 ? this.#list(key, begin + 1) : begin + 1;
    }
    if (opening !== undefined) return this.#quoted(key, begin, opening);
    if (sign !== ':') {
      // `name=Ruth Cole` first, which is a name only as a whole.
      const next = this.#bare(key, at, NAME_IN_PROSE);
      return next > at ? next : this.#bare(key, at, BARE);
    }
    if (isQuoted || this.#open.length > 0) return this.#bare(key, at, IN_LITERAL, 'structure');
    return this.#bare(key, at, NAME_IN_PROSE, 'prose');
  }

  /** The quoted elements of a list. */
  #list(key: string, from: number): number {
    let at = from;
    for (;;) {
      while (/[\s,]/.test(this.#text.charAt(at))) at++;
      OPENING.lastIndex = at;
      const opening = OPENING.exec(this.#text)?.[0];
      if (opening === undefined) return at;
      at = this.#quoted(key, at + opening.length, opening);
    }
  }

  #quoted(key: string, begin: number, opening: string): number {
    const text = this.#text;
    let end = begin;
    const limit = Math.min(text.length, begin + MAX_VALUE);
    while (end < limit && !text.startsWith(opening, end))
      end += opening.length === 1 && text.charCodeAt(end) === 92 ? 2 : 1;
    end = Math.min(end, limit);
    this.#clean(key, begin, end, 'structure');
    this.#scanned = Math.max(this.#scanned, Math.min(text.length, end + opening.length));
    return this.#scanned;
  }

  #bare(key: string, at: number, pattern: RegExp, style?: FieldStyle): number {
    pattern.lastIndex = at;
    const value = pattern.exec(this.#text)?.[0].trimEnd() ?? '';
    if (value === '') return at;
    // In prose, the value itself may be the next name.
    const own = style ?? (this.#isForm ? 'structure' : 'assigned');
    return this.#clean(key, at, at + value.length, own) ? at + value.length : at;
  }

  /** Replaces the value; returns whether it did. */
  #clean(key: string, from: number, to: number, style: FieldStyle): boolean {
    const value = this.#text.slice(from, to);
    const keys = [...this.#open.filter((open) => open !== '' && open !== key), key];
    const decoded = this.#isForm ? formDecoded(value) : value;
    if (decoded === '') return false;
    const clean = this.#judge(keys, decoded, style);
    if (clean === decoded) return false;
    this.#out += this.#text.slice(this.#copied, from) + clean;
    this.#copied = to;
    return true;
  }
}

/** The value of a form (`application/x-www-form-urlencoded`). */
function formDecoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
