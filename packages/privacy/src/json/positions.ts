const BACKSLASH = 92;

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
