/** Questions about UTF-16 code units; NaN (past the end of a text) is in no class. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** What a word is glued to: letters, digits, underscore. */
export function isWord(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95;
}

/** `x` or `X`, what a masked part of an address is written as. */
export function isMask(code: number): boolean {
  return code === 120 || code === 88;
}

/** What kinds of characters a text has; most detectors need two or three of them and can pass over the rest. */
export const DIGIT = 1;
export const LETTER = 2;
export const DOT = 4;
export const COLON = 8;
export const DASH = 16;
export const AT = 32;
export const PERCENT = 64;
export const BACKSLASH = 128;
export const SLASH = 256;
export const EQUALS = 512;
export const AMPERSAND = 1024;
/** White space, quotes, brackets, all that is not ASCII: whatever none of the others is. */
export const OTHER = 2048;

const SHAPES = Uint16Array.from({ length: 128 }, (_, code) => {
  if (isDigit(code)) return DIGIT;
  if (isLetter(code)) return LETTER;
  const at = '.:-@%\\/=&'.indexOf(String.fromCharCode(code));
  return at < 0 ? OTHER : DOT << at;
});

/** The kinds of characters in a text, as bits. */
export function shapeOf(text: string): number {
  let shape = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    shape |= code < 128 ? SHAPES[code]! : OTHER;
  }
  return shape;
}
