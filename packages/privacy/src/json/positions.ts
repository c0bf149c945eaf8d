const BACKSLASH = 92;
/**
 * Longer keys are data. Every value below a key is compared with the names of properties, so of longer keys only the
 * beginning and the end are in the path.
 */
const MAX_KEY_LENGTH = 256;

/** Whether the quotation mark at `quote` is escaped: behind an odd number of backslashes. */
export function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

/** The position of `char` at or after `from`; the length of the text if there is none. */
export function nextIndex(text: string, char: string, from: number): number {
  const index = text.indexOf(char, from);
  return index < 0 ? text.length : index;
}

/** The key itself, or its beginning and end. */
export function shortKey(key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key;
  return key.slice(0, MAX_KEY_LENGTH / 2) + key.slice(-MAX_KEY_LENGTH / 2);
}
