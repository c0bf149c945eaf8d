/**
 * Other readings of a text. A value can be written with escapes inside a string (JSON text in JSON text, percent-encoding in
 * a URL) and would pass unseen. A view is the text with one layer of escapes undone, and knows for each of its characters where in the original it
 * came from, so that what is found in the view is replaced in the original.
 */
export interface View {
  readonly text: string;
  /** For each position of `text`, and its end: the position in the original. */
  readonly origin: Uint32Array;
}

const ESCAPE = /%[0-9a-f]{2}|\\(?:u[0-9a-f]{4}|["\\/bfnrt])/i;
/** Each layer doubles the backslashes: no honest text has more. */
const MAX_LAYERS = 6;

/** Whether the text could read differently. Cheap enough for every text. */
export function hasEscapes(text: string): boolean {
  return (text.includes('%') || text.includes('\\')) && ESCAPE.test(text);
}

/** The readings of `text` beyond itself, one for each layer of escapes. Null: too many layers to read. */
export function decodedViews(text: string): View[] | null {
  const views: View[] = [];
  let current: View | undefined;
  while (hasEscapes(current?.text ?? text)) {
    if (views.length === MAX_LAYERS) return null;
    current = undo(current?.text ?? text, current?.origin);
    views.push(current);
  }
  return views;
}

function undo(text: string, before: Uint32Array | undefined): View {
  const pattern = new RegExp(ESCAPE, 'gi');
  const origin = new Uint32Array(text.length + 1);
  let out = '';
  let copied = 0;
  const copy = (to: number): void => {
    for (let i = copied; i < to; i++) origin[out.length + i - copied] = before === undefined ? i : before[i]!;
    out += text.slice(copied, to);
  };
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    copy(match.index);
    origin[out.length] = before === undefined ? match.index : before[match.index]!;
    out += decode(match[0]);
    copied = match.index + match[0].length;
  }
  copy(text.length);
  origin[out.length] = before === undefined ? text.length : before[text.length]!;
  return { text: out, origin: origin.subarray(0, out.length + 1) };
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * One escape as one UTF-16 unit. Bytes of a percent-encoded multi-byte character come out one by one: wrong as characters, but
 * nothing that is looked for has any.
 */
function decode(written: string): string {
  if (written.startsWith('%')) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
  if (written.length === 6) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  const char = written.charAt(1);
  return SHORT_ESCAPES[char.toLowerCase()] ?? char;
}
