import { isDigit } from './characters.ts';

const BACKSLASH = 92;

/** The position of the first character at or after `at` that is not JSON white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  for (;;) {
    const code = text.charCodeAt(next);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return next;
    next++;
  }
}

/**
 * The position after the closing quote; -1 if there is none. `backslash` is the position of the next backslash, or -1.
 */
export function endOfString(text: string, start: number, backslash: number): number {
  let quote = text.indexOf('"', start + 1);
  if (backslash < 0 || quote < backslash) return quote + 1 || -1;
  for (; quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** The value of a string token, including its quotes; undefined if it is invalid. */
export function decodeString(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/**
 * The end of the number at `start`; -1 if it is invalid (RFC 8259, section 6). Strict, because otherwise `203.0.113.5`
 * without quotes would pass as a number.
 */
export function endOfNumber(text: string, start: number): number {
  let at = text.charCodeAt(start) === 45 ? start + 1 : start;
  const digits = at;
  while (isDigit(text.charCodeAt(at))) at++;
  if (at === digits || (at > digits + 1 && text.charCodeAt(digits) === 48)) return -1;
  if (text.charCodeAt(at) === 46) {
    const fraction = ++at;
    while (isDigit(text.charCodeAt(at))) at++;
    if (at === fraction) return -1;
  }
  if (text.charCodeAt(at) === 101 || text.charCodeAt(at) === 69) {
    at++;
    if (text.charCodeAt(at) === 43 || text.charCodeAt(at) === 45) at++;
    const exponent = at;
    while (isDigit(text.charCodeAt(at))) at++;
    if (at === exponent) return -1;
  }
  return at;
}

/** The end of the literal (`null`, `true`, `false`) at `start`; -1 if there is none. */
export function endOfLiteral(text: string, start: number): number {
  const code = text.charCodeAt(start);
  const literal = code === 110 ? 'null' : code === 116 ? 'true' : 'false';
  return text.startsWith(literal, start) ? start + literal.length : -1;
}

/** Whether the first non-space character begins an object, an array or a string. */
export function mayBeJson(text: string): boolean {
  let at = 0;
  while (text.charCodeAt(at) <= 32) at++;
  const first = text.charCodeAt(at);
  return first === 123 || first === 91 || first === 34;
}
