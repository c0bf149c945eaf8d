/** Character classes of UTF-16 code units. NaN (past the end of a text) is in none of them. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** Letters, digits and underscore. */
export function isWord(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95;
}

/** `x` or `X`, which replaces the parts of a masked address. */
export function isMask(code: number): boolean {
  return code === 120 || code === 88;
}
