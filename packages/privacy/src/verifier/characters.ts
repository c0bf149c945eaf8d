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
