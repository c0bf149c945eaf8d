/** Limits how many layers of escapes are undone: JSON text in JSON text, a URL in the query of a URL. */
const MAX_DECODINGS = 6;
/** Shorter terms occur anywhere by chance. */
const MIN_TERM_BYTES = 6;
const PREFIX_LENGTH = 4;
/** Room for one character inside four layers of JSON text, which takes 13 characters: `\\\\\\\\u0041`. */
const MAX_CHARACTERS_PER_ESCAPE = 16;
const UNICODE_ESCAPE = /\\+u00([0-9a-f]{2})/g;
const PERCENT_ESCAPE = /%([0-9a-f]{2})/g;
const ESCAPED_SIGN = /\\+(["\\/])/g;

/** One lower-case character per byte, so that letter case is ignored and every byte sequence can be searched. */
export function searchableText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}

/**
 * Searches for many terms at once: in any letter case, with the escapes of JSON and URLs undone layer by layer, in
 * Base64 at any alignment, and in hexadecimal digits.
 */
export class SearchTerms {
  /** All spellings with their owners, by their first characters. */
  readonly #byPrefix = new Map<string, [spelling: string, owner: number][]>();
  /** 1 for each hash of a prefix in `#byPrefix`. It rules out most positions without a lookup in the map. */
  readonly #prefixHashes = new Uint8Array(1 << 16);
  #maxLength = 0;

  /** @param owner the number that `find` returns for this term */
  add(term: string, owner: number): void {
    const bytes = Buffer.from(term);
    if (bytes.length < MIN_TERM_BYTES) {
      throw new RangeError(
        `A search term needs at least ${MIN_TERM_BYTES} bytes, because shorter ones occur by chance`,
      );
    }
    const spellings = [bytes.toString('latin1').toLowerCase(), bytes.toString('hex'), ...base64Spellings(bytes)];
    for (const spelling of spellings) {
      const prefix = spelling.slice(0, PREFIX_LENGTH);
      const list = this.#byPrefix.get(prefix);
      if (list === undefined) this.#byPrefix.set(prefix, [[spelling, owner]]);
      else list.push([spelling, owner]);
      this.#prefixHashes[hashAt(prefix, 0)] = 1;
      this.#maxLength = Math.max(this.#maxLength, spelling.length);
    }
  }

  /** How many bytes consecutive chunks must share so that no term is cut in two, even if each character is escaped. */
  get overlap(): number {
    return this.#maxLength * MAX_CHARACTERS_PER_ESCAPE;
  }

  /**
   * The owners of all terms in a text.
   *
   * @param text from `searchableText`
   */
  find(text: string): Set<number> {
    const found = new Set<number>();
    let decoded = text;
    for (let layer = 0; layer < MAX_DECODINGS; layer++) {
      this.#collect(decoded, found);
      const next = withoutEscapes(decoded);
      if (next === decoded) break;
      decoded = next;
    }
    return found;
  }

  #collect(text: string, found: Set<number>): void {
    const last = text.length - PREFIX_LENGTH;
    for (let at = 0; at <= last; at++) {
      if (this.#prefixHashes[hashAt(text, at)] === 0) continue;
      const candidates = this.#byPrefix.get(text.slice(at, at + PREFIX_LENGTH));
      if (candidates === undefined) continue;
      for (const [spelling, owner] of candidates) if (text.startsWith(spelling, at)) found.add(owner);
    }
  }
}

function hashAt(text: string, at: number): number {
  const [a, b, c, d] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2), text.charCodeAt(at + 3)];
  return (a ^ (b << 3) ^ (c << 6) ^ (d << 8) ^ (b >> 5)) & 0xffff;
}

function withoutEscapes(text: string): string {
  let out = text;
  const decode = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
  if (out.includes('\\')) out = out.replace(UNICODE_ESCAPE, decode).replace(ESCAPED_SIGN, '$1');
  if (out.includes('%')) out = out.replace(PERCENT_ESCAPE, decode);
  // An escape may stand for a capital letter, but all terms are in lower case.
  return out === text ? text : out.toLowerCase();
}

/**
 * Base64 (RFC 4648, sections 4 and 5) at the three possible alignments. Only the characters that depend on nothing but
 * `bytes` are kept.
 */
function base64Spellings(bytes: Buffer): string[] {
  const spellings = new Set<string>();
  for (let shift = 0; shift < 3; shift++) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6)).toLowerCase();
    spellings.add(whole).add(whole.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...spellings].filter((spelling) => spelling.length >= MIN_TERM_BYTES);
}
