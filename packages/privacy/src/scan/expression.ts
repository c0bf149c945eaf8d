/**
 * A regular expression over the bytes of a line, as a tree. Some parts may be open: their content is not matched but
 * reported for inspection.
 */
export type Expression =
  | { readonly kind: 'byte'; readonly accepts: (byte: number) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly part: Expression }
  | { readonly kind: 'open'; readonly until: Until; readonly closed: Expression; readonly role: number };

/**
 * Where an open part ends. `quote`: at the closing quote of the string. `line`: at an escaped line break (`\\r`, `\\n`)
 * or the quote. `token`: at a space, a backslash or the quote.
 */
export type Until = 'quote' | 'line' | 'token';

/** Matches exactly this ASCII text. */
export function text(literal: string): Expression {
  return sequence(...[...literal].map((char) => LITERALS[char.charCodeAt(0)]!));
}

/** One shared expression per character, so that compiling has fewer byte sets to distinguish. */
const LITERALS = Array.from({ length: 128 }, (_, code) => byteSet((byte) => byte === code));

/** Matches one byte out of a set. */
export function byteSet(accepts: (byte: number) => boolean): Expression {
  return { kind: 'byte', accepts };
}

/** Matches one of the listed ASCII characters. Ranges are written as in a regular expression: `a-z0-9_`. */
export function oneOf(characters: string): Expression {
  const pattern = new RegExp(`[${characters}]`);
  return byteSet((byte) => byte < 128 && pattern.test(String.fromCharCode(byte)));
}

/**
 * Matches a JSON string. Content that matches `closed` is accepted as harmless; any other content is open, that is, its
 * range and `role` are reported and the scan continues after it. With `nothing`, all content is open.
 */
export function jsonString(closed: Expression, role: number): Expression {
  return { kind: 'open', until: 'quote', closed, role };
}

/**
 * Matches a JSON string of lines that are separated by escaped line breaks. Lines that match `closed` are accepted as
 * harmless; the others are open.
 */
export function linesString(closed: Expression, role: number): Expression {
  return { kind: 'open', until: 'line', closed, role };
}

/**
 * Matches a space-delimited token within a string. Without `closed` it is always open. With `closed`, the token must
 * follow a space.
 */
export function token(role: number, closed: Expression = nothing): Expression {
  return { kind: 'open', until: 'token', closed, role };
}

/** Matches nothing at all, not even the empty string. */
export const nothing: Expression = { kind: 'choice', options: [] };

/** Matches the parts one after the other. */
export function sequence(...parts: Expression[]): Expression {
  return { kind: 'sequence', parts };
}

/** Matches any one of the options. */
export function choice(...options: Expression[]): Expression {
  return { kind: 'choice', options };
}

/** Zero or more repetitions. */
export function many(part: Expression): Expression {
  return { kind: 'repeat', part };
}

/** One or more repetitions. */
export function some(part: Expression): Expression {
  return sequence(part, many(part));
}

export function optional(part: Expression): Expression {
  return choice(part, sequence());
}

/** Zero to `most` repetitions. */
export function upTo(most: number, part: Expression): Expression {
  let nested: Expression = sequence();
  for (let i = 0; i < most; i++) nested = optional(sequence(part, nested));
  return nested;
}
