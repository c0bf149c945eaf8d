/** Escapes within escapes: JSON text in JSON text, a URL in the query of a URL. */
const MAX_DECODINGS = 6;
const PREFIX = 4;
const UNICODE_ESCAPE = /\\+u00([0-9a-f]{2})/g;
const PERCENT_ESCAPE = /%([0-9a-f]{2})/g;
const ESCAPED_SIGN = /\\+(["\\/])/g;

/** Bytes as one character each, in lower case: letters of any case are the same, and offsets are those of the bytes. */
export function searchable(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}

/**
 * Looks for many texts at once: as they are in any case of letters, with the escapes of JSON and of URLs undone layer by layer, in Base64 at any
 * alignment, and in hexadecimal digits.
 */
export class Needles {
  /** Needle and owner, by the first characters. */
  readonly #byPrefix = new Map<string, [needle: string, owner: number][]>();
  /** A bit for each hash of a prefix that some needle has. */
  readonly #prefixes = new Uint8Array(1 << 16);
  #longest = 0;

  /** `owner` is what `find` says. */
  add(text: string, owner: number): void {
    const bytes = Buffer.from(text);
    if (bytes.length < 6) throw new RangeError('A needle this short is found everywhere');
    const needles = [bytes.toString('latin1').toLowerCase(), bytes.toString('hex'), ...base64Forms(bytes)];
    for (const needle of needles) {
      const prefix = needle.slice(0, PREFIX);
      const list = this.#byPrefix.get(prefix);
      if (list === undefined) this.#byPrefix.set(prefix, [[needle, owner]]);
      else list.push([needle, owner]);
      this.#prefixes[hashAt(prefix, 0)] = 1;
      this.#longest = Math.max(this.#longest, needle.length);
    }
  }

  /** Bytes that have to be looked at together so that no needle is cut: every character of it may be escaped, several layers deep. */
  get overlap(): number {
    return this.#longest * 16;
  }

  /** The owners of all needles in `text`, which `searchable` made. */
  find(text: string): Set<number> {
    const found = new Set<number>();
    let reading = text;
    for (let round = 0; round < MAX_DECODINGS; round++) {
      this.#look(reading, found);
      const decoded = withoutEscapes(reading);
      if (decoded === reading) break;
      reading = decoded;
    }
    return found;
  }

  #look(text: string, found: Set<number>): void {
    const last = text.length - PREFIX;
    for (let at = 0; at <= last; at++) {
      if (this.#prefixes[hashAt(text, at)] === 0) continue;
      const candidates = this.#byPrefix.get(text.slice(at, at + PREFIX));
      if (candidates === undefined) continue;
      for (const [needle, owner] of candidates) if (text.startsWith(needle, at)) found.add(owner);
    }
  }
}

function hashAt(text: string, at: number): number {
  const [a, b, c, d] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2), text.charCodeAt(at + 3)];
  return (a ^ (b << 3) ^ (c << 6) ^ (d << 8) ^ (b >> 5)) & 0xffff;
}

function withoutEscapes(text: string): string {
  let out = text;
  const char = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
  if (out.includes('\\')) out = out.replace(UNICODE_ESCAPE, char).replace(ESCAPED_SIGN, '$1');
  if (out.includes('%')) out = out.replace(PERCENT_ESCAPE, char);
  // What was decoded to a capital letter is searched for as a small one.
  return out === text ? text : out.toLowerCase();
}

/** Which characters of Base64 depend on nothing but `bytes`, at each of the three places where they can begin (RFC 4648, 4 and 5). */
function base64Forms(bytes: Buffer): string[] {
  const forms = new Set<string>();
  for (let shift = 0; shift < 3; shift++) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6)).toLowerCase();
    forms.add(whole).add(whole.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms].filter((form) => form.length >= 6);
}
