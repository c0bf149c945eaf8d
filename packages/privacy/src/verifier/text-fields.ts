/**
 * Finds names with their values in texts that are not JSON as a whole: form bodies, log lines (`user=anna`), object
 * literals, JSON between other words or cut off. One pass, in which braces are followed, so that a `name` is known to
 * be below `user`. Written apart from the anonymizer's reader of the same forms.
 */

/** `quoted`: the value or its name is in quotes or braces. `assigned`: after an equals sign. `prose`: after a colon. */
export type FieldForm = 'quoted' | 'assigned' | 'prose';

export interface TextField {
  readonly name: string;
  /** The name before the brace that encloses the field. */
  readonly holder: string | undefined;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly form: FieldForm;
}

/** Every repeat is bounded, and a name is read from its first character only, so the time is linear. */
const NAME = /(?<![\p{L}\p{M}\p{N}_$-])([\p{L}_$][\p{L}\p{M}\p{N}_$-]{0,63})(["'`\\]{0,4})\s{0,4}(?:=>|[=:])\s{0,4}/gu;
const QUOTE = /\\{0,3}["'`]/y;
const BARE = /[^\s&;,|<>(){}[\]"'`\\]{1,128}/y;
const IN_BRACES = /[^,;{}[\]"'`\\\r\n]{1,128}/y;
const FULL_NAME = /\p{Lu}\p{Ll}{1,30}(?:[ -]\p{Lu}\p{Ll}{1,30}){1,3}/uy;
/** Lines of a session description look like fields. */
const DESCRIPTION = /(?:^|[\r\n])(?:v=0|(?:a|c|m|o)=[^&\r\n]{1,16}[ :/])/;
/** The longest value that is read; a longer one is a text. */
const MAX_VALUE = 256;
const MAX_DEPTH = 16;
/** Longer texts are logs, which are searched by patterns only. */
const MAX_TEXT = 262_144;

/** The fields of the text, in order. */
export function fieldsOf(text: string): readonly TextField[] {
  if (text.length > MAX_TEXT || !/[=:]/.test(text) || DESCRIPTION.test(text)) return [];
  return new FieldScan(text).run();
}

class FieldScan {
  readonly #text: string;
  readonly #isForm: boolean;
  readonly #fields: TextField[] = [];
  /** The names before the open braces. */
  readonly #open: (string | undefined)[] = [];
  #scanned = 0;

  constructor(text: string) {
    this.#text = text;
    this.#isForm = text.includes('&');
  }

  run(): readonly TextField[] {
    NAME.lastIndex = 0;
    for (let match = NAME.exec(this.#text); match !== null; match = NAME.exec(this.#text)) {
      const at = match.index + match[0].length;
      this.#follow(match.index);
      NAME.lastIndex = this.#read(match[1]!, at, match[2] !== '', match[0].trimEnd().endsWith(':'));
    }
    return this.#fields;
  }

  /** Follows the braces before `to`. */
  #follow(to: number): void {
    for (; this.#scanned < to; this.#scanned++) {
      const code = this.#text.charCodeAt(this.#scanned);
      if (code === 123) this.#push(undefined);
      else if (code === 125) this.#open.pop();
    }
  }

  #push(name: string | undefined): void {
    if (this.#open.length < MAX_DEPTH) this.#open.push(name);
  }

  /** Reads the value at `at`; returns the position at which the next name is searched. */
  #read(name: string, at: number, isQuoted: boolean, isColon: boolean): number {
    const code = this.#text.charCodeAt(at);
    if (code === 123) {
      this.#push(name);
      this.#scanned = at + 1;
      return at + 1;
    }
    if (code === 91) return this.#list(name, at + 1);
    const quote = matchAt(QUOTE, this.#text, at);
    if (quote !== '') return this.#quoted(name, at + quote.length, quote);
    if (!isColon) return this.#bare(name, at, BARE, 'assigned');
    if (isQuoted || this.#open.length > 0) return this.#bare(name, at, IN_BRACES, 'quoted');
    return this.#bare(name, at, FULL_NAME, 'prose');
  }

  /** The quoted elements of a list; objects in it are read like others, below the name of the list. */
  #list(name: string, from: number): number {
    let at = from;
    for (;;) {
      while (/[\s,]/.test(this.#text.charAt(at))) at++;
      const quote = matchAt(QUOTE, this.#text, at);
      if (quote === '') break;
      at = this.#quoted(name, at + quote.length, quote);
    }
    if (this.#text.charCodeAt(at) !== 123) return at;
    this.#push(name);
    this.#scanned = at + 1;
    return at + 1;
  }

  #quoted(name: string, start: number, quote: string): number {
    const part = this.#text.slice(start, start + MAX_VALUE);
    const length = part.indexOf(quote);
    const end = start + (length < 0 ? part.length : length);
    this.#add(name, start, end, 'quoted');
    this.#scanned = Math.max(this.#scanned, end);
    return Math.min(this.#text.length, length < 0 ? start : end + quote.length);
  }

  #bare(name: string, at: number, pattern: RegExp, form: FieldForm): number {
    const value = matchAt(pattern, this.#text, at).trimEnd();
    this.#add(name, at, at + value.length, form);
    // The value may be the next name: `state: user=anna`.
    return at;
  }

  #add(name: string, start: number, end: number, form: FieldForm): void {
    if (end <= start) return;
    const value = this.#text.slice(start, end);
    this.#fields.push({
      name,
      holder: this.#open.findLast((open) => open !== undefined && open !== name),
      value: this.#isForm ? decoded(value) : value,
      start,
      end,
      form: this.#isForm && form === 'assigned' ? 'quoted' : form,
    });
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The value of a form (`application/x-www-form-urlencoded`, URL Standard section 5). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
