/**
 * Features of a text, found in one pass. A class that needs a feature which is missing is skipped. The features of a
 * text are a set of bits.
 */
export const AT = 1;
export const COLON = 2;
export const DIGIT = 4;
export const DOT = 8;
export const DASH = 16;
export const SLASH = 32;
export const EQUALS = 64;
export const SPACE = 128;
export const UNDERSCORE = 256;
/**
 * A backslash, percent, ampersand or number sign, or a character outside printable ASCII: the text may have other
 * readings.
 */
export const ESCAPE = 512;
/** Enough digits for a phone number. */
export const SEVEN_DIGITS = 1024;
/** Long enough for a token made of letters and digits only. */
export const LONG = 2048;

const OF_CHARACTER = new Uint16Array(128);
for (const [characters, feature] of [
  ['@', AT],
  [':', COLON],
  ['0123456789', DIGIT],
  ['.', DOT],
  ['-', DASH],
  ['/', SLASH],
  ['=', EQUALS],
  [' \t\r\n', SPACE],
  ['_', UNDERSCORE],
  ['\\%&#', ESCAPE],
] as const) {
  for (const character of characters) OF_CHARACTER[character.charCodeAt(0)] = feature;
}

/** The features of `text`, as a set of bits. */
export function featuresOf(text: string): number {
  let features = text.length >= 16 ? LONG : 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || code < 9) {
      features |= ESCAPE;
      continue;
    }
    const feature = OF_CHARACTER[code]!;
    features |= feature;
    if (feature === DIGIT) digits++;
  }
  return digits >= 7 ? features | SEVEN_DIGITS : features;
}

/** Whether the text has all features of at least one of the sets. */
export function hasAny(features: number, sets: readonly number[]): boolean {
  for (const set of sets) if ((features & set) === set) return true;
  return false;
}
