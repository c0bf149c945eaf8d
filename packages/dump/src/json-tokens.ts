import { asciiText, ByteNames, hashNext } from './byte-names.ts';
import { decimal, POWERS } from './decimal.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const BACKSLASH = 0x5c;
const LOWER_E = 0x65;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const DELETE = 0x7f;

/** A 32-bit integer holds every number of this many digits. */
const HALF = 9;
const MAX_EXACT_DIGITS = 15;
/** Strings of at most this many digits are read as a number, too. */
const MAX_DIGITS = 9;
const LITERALS: readonly (readonly [text: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads tokens of JSON (RFC 8259) from bytes, with the same values as JSON.parse. It leaves some texts to JSON.parse:
 * white space, escapes, other characters than ASCII, lists, and objects within objects.
 *
 * All methods return the position behind what they read, or -1 if it is not valid or left to JSON.parse. The last byte
 * must not belong to a number or literal, so that nothing is read behind the end.
 */
export class JsonTokens {
  /** The number that `number` has read. Not a field, because each number that is assigned to a field is allocated. */
  readonly result = new Float64Array(1);
  /** The value that `other` has read. */
  otherValue: unknown;
  /** The hash of the last string, see `hashNext`. */
  hash = 0;
  /** The number that the last string consists of, written as JavaScript would write it; otherwise -1. */
  digits = -1;
  readonly #names = new ByteNames();

  /** The same as a value. */
  get value(): number {
    return this.result[0]!;
  }

  /** Reads a string from its first character. Returns the position of the closing quotation mark. */
  string(bytes: Uint8Array, start: number): number {
    const { length } = bytes;
    let hash = 0;
    let digits = 0;
    let areDigits = true;
    for (let at = start; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        const count = at - start;
        const isNumber = areDigits && count > 0 && count <= MAX_DIGITS && (count === 1 || bytes[start] !== ZERO);
        this.digits = isNumber ? digits : -1;
        this.hash = hash;
        return at;
      }
      if (byte < SPACE || byte > DELETE || byte === BACKSLASH) return -1;
      hash = hashNext(hash, byte);
      if (byte >= ZERO && byte <= NINE) digits = digits * 10 + (byte - ZERO);
      else areDigits = false;
    }
    return -1;
  }

  /**
   * The same for a string of one to three digits without leading zeros, as which clients write nearly all keys. For all
   * others it returns -1; then call `string`. Does not set `hash`.
   */
  code(bytes: Uint8Array, start: number): number {
    let code = bytes[start]! - ZERO;
    if (!(code >= 0 && code <= 9)) return -1;
    let at = start + 1;
    let byte = bytes[at]!;
    if (code !== 0) {
      for (const last = start + 3; byte >= ZERO && byte <= NINE && at < last; byte = bytes[++at]!) {
        code = code * 10 + (byte - ZERO);
      }
    }
    if (byte !== QUOTE) return -1;
    this.digits = code;
    return at;
  }

  /** Reads a number without its value: most numbers are skipped. */
  skipNumber(bytes: Uint8Array, start: number): number {
    let at = start;
    let byte = bytes[at]!;
    if (byte === MINUS) byte = bytes[++at]!;
    if (!(byte >= ZERO && byte <= NINE)) return -1;
    const isZero = byte === ZERO;
    byte = bytes[++at]!;
    if (!isZero) while (byte >= ZERO && byte <= NINE) byte = bytes[++at]!;
    if (byte === DOT) {
      byte = bytes[++at]!;
      if (!(byte >= ZERO && byte <= NINE)) return -1;
      do byte = bytes[++at]!;
      while (byte >= ZERO && byte <= NINE);
    }
    return byte === LOWER_E || byte === UPPER_E ? exponent(bytes, at + 1) : at;
  }

  /** Reads a number. */
  number(bytes: Uint8Array, start: number): number {
    let at = start;
    let byte = bytes[at]!;
    const isNegative = byte === MINUS;
    if (isNegative) byte = bytes[++at]!;
    if (!(byte >= ZERO && byte <= NINE)) return -1;
    // The first nine digits, because integers are faster than doubles. Most numbers have no more.
    let high = byte - ZERO;
    const last = high === 0 ? at + 1 : at + HALF;
    const first = at;
    byte = bytes[++at]!;
    for (; at < last && byte >= ZERO && byte <= NINE; byte = bytes[++at]!) high = Math.imul(high, 10) + (byte - ZERO);
    if (byte !== COMMA && byte !== CLOSE) return this.#longNumber(bytes, start, first, at, high);
    this.result[0] = isNegative ? -high : high;
    return at;
  }

  /**
   * Reads the rest of a number.
   *
   * @param start position of its first byte
   * @param first position of its first digit
   * @param rest position behind the digits that are in `high`: nine or all before the point; one if it is a zero
   */
  #longNumber(bytes: Uint8Array, start: number, first: number, rest: number, high: number): number {
    let at = rest;
    let byte = bytes[at]!;
    let low = 0;
    // Leading zeros do not count.
    let count = high === 0 ? 0 : at - first;
    if (count === HALF) {
      for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) {
        if (count < 2 * HALF) low = Math.imul(low, 10) + (byte - ZERO);
        count += 1;
      }
      // Times are integers of 13 digits. A double holds each integer of up to 15 digits.
      if ((byte === COMMA || byte === CLOSE) && count <= MAX_EXACT_DIGITS) {
        this.result[0] = (high * POWERS[count - HALF]! + low) * (first === start ? 1 : -1);
        return at;
      }
    }
    let scale = 0;
    if (byte === DOT) {
      const point = at;
      byte = bytes[++at]!;
      if (count === 0) while (byte === ZERO) byte = bytes[++at]!;
      const begin = at - count;
      const half = begin + HALF;
      const whole = half + HALF;
      for (; at < half && byte >= ZERO && byte <= NINE; byte = bytes[++at]!) high = Math.imul(high, 10) + (byte - ZERO);
      for (; at < whole && byte >= ZERO && byte <= NINE; byte = bytes[++at]!) low = Math.imul(low, 10) + (byte - ZERO);
      while (byte >= ZERO && byte <= NINE) byte = bytes[++at]!;
      count = at - begin;
      scale = at - point - 1;
      if (scale === 0) return -1;
    }
    if (byte === LOWER_E || byte === UPPER_E) {
      at = exponent(bytes, at + 1);
      if (at < 0) return -1;
      this.result[0] = Number(asciiText(bytes, start, at));
      return at;
    }
    const { result } = this;
    // Both are exact, and the quotient of two exact doubles is rounded once, as it has to be.
    if (count <= HALF && scale < POWERS.length) result[0] = high / POWERS[scale]!;
    else if (count <= 2 * HALF) decimal(high, low, Math.max(0, count - HALF), scale, result);
    else result[0] = Number.NaN;
    if (Number.isNaN(result[0])) result[0] = Number(asciiText(bytes, start, at));
    else if (first !== start) result[0] = -result[0]!;
    return at;
  }

  /** Reads a value that is not a number. `otherValue` is set only if it is wanted. */
  other(bytes: Uint8Array, start: number, isWanted: boolean): number {
    const byte = bytes[start];
    if (byte === OPEN) return this.#flatObject(bytes, start + 1, isWanted);
    if (byte !== QUOTE) return this.#literal(bytes, start);
    const end = skipString(bytes, start + 1);
    if (end < 0) return -1;
    if (isWanted) this.otherValue = asciiText(bytes, start + 1, end);
    return end + 1;
  }

  #literal(bytes: Uint8Array, start: number): number {
    for (const [text, value] of LITERALS) {
      if (bytes[start] !== text.charCodeAt(0)) continue;
      for (let at = 1; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return -1;
      this.otherValue = value;
      return start + text.length;
    }
    return -1;
  }

  /** Reads an object without objects in it, from its first key. */
  #flatObject(bytes: Uint8Array, start: number, isWanted: boolean): number {
    const object: Record<string, unknown> = {};
    let at = start;
    if (bytes[at] !== CLOSE) {
      for (; ; at++) {
        if (bytes[at] !== QUOTE) return -1;
        const end = this.string(bytes, at + 1);
        if (end < 0 || bytes[end + 1] !== COLON) return -1;
        const name = isWanted ? this.#names.textOf(bytes, at + 1, end, this.hash) : '';
        at = end + 2;
        const byte = bytes[at]!;
        let value: unknown;
        if (byte <= NINE && byte >= MINUS) {
          at = isWanted ? this.number(bytes, at) : this.skipNumber(bytes, at);
          value = this.value;
        } else {
          at = byte === OPEN ? -1 : this.other(bytes, at, isWanted);
          value = this.otherValue;
        }
        if (at < 0) return -1;
        // Assigning to this name would set the prototype.
        if (name === '__proto__') return -1;
        if (isWanted) object[name] = value;
        if (bytes[at] === CLOSE) break;
        if (bytes[at] !== COMMA) return -1;
      }
    }
    this.otherValue = object;
    return at + 1;
  }
}

/** Reads a string without its hash, from its first character. Returns the position of the closing quotation mark. */
function skipString(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  for (let at = start; at < length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte < SPACE || byte > DELETE || byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Reads an exponent, from its sign or first digit. */
function exponent(bytes: Uint8Array, start: number): number {
  let at = start;
  let byte = bytes[at]!;
  if (byte === PLUS || byte === MINUS) byte = bytes[++at]!;
  if (!(byte >= ZERO && byte <= NINE)) return -1;
  while (byte >= ZERO && byte <= NINE) byte = bytes[++at]!;
  return at;
}
