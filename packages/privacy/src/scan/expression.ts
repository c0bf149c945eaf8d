/** A regular language over the bytes of a line, parts of which are open: their content is not part of the language. */
export type Expression =
  | { readonly kind: 'byte'; readonly accepts: (byte: number) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly part: Expression }
  | { readonly kind: 'open'; readonly until: Until; readonly closed: Expression; readonly role: number };

/**
 * Where an open part ends: `quote`, at the string's closing quote; `line`, at an escaped line break (`\\r`, `\\n`) or the quote;
 * `token`, at a space, a backslash or the quote.
 */
export type Until = 'quote' | 'line' | 'token';

/** The ASCII text itself. */
export function text(literal: string): Expression {
  return sequence(...[...literal].map((char) => LITERALS[char.charCodeAt(0)]!));
}

/** The same expression for the same character, so that compiling has few sets to tell apart. */
const LITERALS = Array.from({ length: 128 }, (_, code) => byteSet((byte) => byte === code));

/** One byte out of a set. */
export function byteSet(accepts: (byte: number) => boolean): Expression {
  return { kind: 'byte', accepts };
}

/** One ASCII character out of those listed, ranges written as in a regular expression: `a-z0-9_`. */
export function oneOf(characters: string): Expression {
  const pattern = new RegExp(`[${characters}]`);
  return byteSet((byte) => byte < 128 && pattern.test(String.fromCharCode(byte)));
}

/**
 * A JSON string. Content that belongs to `closed` passes; any other content is open: the scan notes where it is, with `role`, and
 * goes on behind it. With `nothing` every content is open.
 */
export function jsonString(closed: Expression, role: number): Expression {
  return { kind: 'open', until: 'quote', closed, role };
}

/**
 * A JSON string of lines, each ended by an escaped line break but for the last. A line that belongs to `closed` passes, any other is
 * open.
 */
export function linesString(closed: Expression, role: number): Expression {
  return { kind: 'open', until: 'line', closed, role };
}

/** A word within a string. Without `closed` it is open whatever it is; with it, a space has to stand in front. */
export function token(role: number, closed: Expression = nothing): Expression {
  return { kind: 'open', until: 'token', closed, role };
}

/** The language without any word. */
export const nothing: Expression = { kind: 'choice', options: [] };

export function sequence(...parts: Expression[]): Expression {
  return { kind: 'sequence', parts };
}

export function choice(...options: Expression[]): Expression {
  return { kind: 'choice', options };
}

/** Any number of times, none included. */
export function many(part: Expression): Expression {
  return { kind: 'repeat', part };
}

export function some(part: Expression): Expression {
  return sequence(part, many(part));
}

export function optional(part: Expression): Expression {
  return choice(part, sequence());
}

/** From none up to `most` times. */
export function upTo(most: number, part: Expression): Expression {
  let nested: Expression = sequence();
  for (let i = 0; i < most; i++) nested = optional(sequence(part, nested));
  return nested;
}
