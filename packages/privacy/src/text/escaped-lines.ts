/**
 * Session descriptions whose line ends were escaped twice, so that they are still `\\r\\n` as text after the JSON was
 * parsed. As one line, a password or key in it seems to reach to the end of the description.
 */

/** An escaped line end before a line of a session description (RFC 8866, section 5). */
const LINE_END = /(?<!\\)(?:\\{1,8}r)?\\{1,8}n(?=[abcikmopstuvz]=|["'\s]|$)/g;
const DESCRIPTION_LINE = /(?<!\\)(?:\\{1,8}r)?\\{1,8}n[acmostv]=/g;
/** One hit may be the name of a file, `C:\\nora\\na=1`. */
const MIN_LINES = 2;
const CRLF = '\r\n';

/** Whether the text is, or has in it, a description with escaped line ends and no real ones. */
export function hasEscapedLines(text: string): boolean {
  if (!text.includes('n') || !text.includes('\\') || /[\r\n]/.test(text)) return false;
  let lines = 0;
  for (const _ of text.matchAll(DESCRIPTION_LINE)) if (++lines === MIN_LINES) return true;
  return false;
}

/**
 * Calls `clean` with the text in which these line ends are real ones, and escapes them again in the result. `clean`
 * must not add line ends.
 */
export function withRealLines(text: string, clean: (text: string) => string): string {
  const ends: string[] = [];
  const real = text.replace(LINE_END, (end) => {
    ends.push(end);
    return CRLF;
  });
  const cleaned = clean(real);
  if (cleaned === real) return text;
  // If lines were joined, it is unknown which line end is missing, but usually all are the same.
  const lines = cleaned.split(CRLF);
  return lines.map((line, index) => (index === 0 ? line : (ends[index - 1] ?? ends[0]!) + line)).join('');
}
