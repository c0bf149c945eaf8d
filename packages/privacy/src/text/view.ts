/**
 * Undoes escapes, layer by layer, so that the classes see values that are hidden by them. The redactor searches the
 * text itself and every view; matches in a view are mapped back to the original by `View.origin`, and the whole escape
 * sequence is replaced. There are layers because texts get embedded repeatedly: a URL in a query string in another URL
 * can have its dots as `%252E`.
 *
 *   original   a%2532%252E1      origin of the last view
 *   view 1     a%32%2E1          a -> 0
 *   view 2     a2.1              2 -> 1, . -> 6, 1 -> 11, end -> 12
 */

import { fold, mayFold } from './fold.ts';
import type { View } from './reading.ts';

/** HTML names of the characters that occur in addresses, e-mail addresses and phone numbers. */
const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  colon: ':',
  commat: '@',
  equals: '=',
  gt: '>',
  hyphen: '-',
  lowbar: '_',
  lpar: '(',
  lt: '<',
  nbsp: ' ',
  num: '#',
  period: '.',
  plus: '+',
  quest: '?',
  quot: '"',
  rpar: ')',
  shy: '',
  sol: '/',
};
const ESCAPE = new RegExp(
  String.raw`(?:%[0-9a-f]{2})+|\\(?:u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|x[0-9a-f]{2}|["\\/bfnrt])|#01[125]|` +
    `&(?:#\\d{1,7}|#x[0-9a-f]{1,6}|${Object.keys(NAMED_REFERENCES).join('|')});`,
  'gi',
);
const HAS_ESCAPE = new RegExp(ESCAPE, 'i');
/** Each layer of JSON doubles the backslashes; legitimate texts have fewer layers. */
const MAX_LAYERS = 6;

/** Whether the text has other readings. Cheap enough to call for every text. */
export function mayReadOtherwise(text: string): boolean {
  return hasEscapes(text) || mayFold(text) || mayHaveForm(text);
}

/** Whether a text may have pairs of a form (`application/x-www-form-urlencoded`), where a plus sign is a space. */
function mayHaveForm(text: string): boolean {
  return text.includes('+') && text.includes('&') && text.includes('=');
}

/** The text with the plus signs of forms as spaces; of the same length. */
function withFormSpaces(text: string): string {
  return text.replace(/\S+/g, (word) => (mayHaveForm(word) ? word.replaceAll('+', ' ') : word));
}

function hasEscapes(text: string): boolean {
  return /[%\\&]|#01/.test(text) && HAS_ESCAPE.test(text);
}

/**
 * The other readings of `text`: one per layer of escapes, and one more for each layer with look-alike characters. Null
 * if there are too many layers.
 */
export function otherViews(text: string): View[] | null {
  const views: View[] = [];
  let current: View | undefined;
  const spaced = mayHaveForm(text) ? withFormSpaces(text) : text;
  if (spaced !== text) {
    // Before percent signs are read, because `%2B` is a plus sign.
    current = { text: spaced, origin: Uint32Array.from({ length: text.length + 1 }, (_, at) => at) };
    views.push(current);
  }
  for (let layer = 0; ; layer++) {
    const known = current?.text ?? text;
    if (mayFold(known)) views.push(within(fold(known), current));
    if (!hasEscapes(known)) return views;
    if (layer === MAX_LAYERS) return null;
    current = within(undo(known), current);
    views.push(current);
  }
}

/** Composes two views: maps the positions of `view`, a view of `outer`, to the original text. */
function within(view: View, outer: View | undefined): View {
  if (outer === undefined) return view;
  const { origin } = view;
  for (let i = 0; i < origin.length; i++) origin[i] = outer.origin[origin[i]!]!;
  return view;
}

/** The view with one layer of escapes undone. */
function undo(text: string): View {
  const origin = new Uint32Array(text.length + 1);
  let out = '';
  let copied = 0;
  const copy = (to: number): void => {
    for (let i = copied; i < to; i++) origin[out.length + i - copied] = i;
    out += text.slice(copied, to);
    copied = to;
  };
  for (const { 0: written, index } of text.matchAll(ESCAPE)) {
    copy(index);
    if (written.startsWith('%')) {
      out += percentDecoded(written, (unit, at) => {
        origin[out.length + unit] = index + at;
      });
    } else {
      const decoded = decode(written);
      for (let unit = 0; unit < decoded.length; unit++) origin[out.length + unit] = index;
      out += decoded;
    }
    copied = index + written.length;
  }
  copy(text.length);
  origin[out.length] = text.length;
  return { text: out, origin: origin.subarray(0, out.length + 1) };
}

/** The length in bytes of a UTF-8 sequence, from its first byte (RFC 3629). */
function lengthOf(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/**
 * Decodes a run of percent-encoded bytes as UTF-8. Invalid bytes become one character each, so that nothing around them
 * is lost. Calls `place` for each UTF-16 unit of the result with its position and the position in the run.
 */
function percentDecoded(run: string, place: (unit: number, at: number) => void): string {
  const byteAt = (at: number): number => Number.parseInt(run.slice(at + 1, at + 3), 16);
  let out = '';
  for (let at = 0; at < run.length; ) {
    const first = byteAt(at);
    let length = lengthOf(first);
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let i = 1; i < length; i++) {
      const byte = byteAt(at + 3 * i);
      if ((byte & 0xc0) !== 0x80) {
        length = 1;
        code = first;
        break;
      }
      code = code * 64 + (byte & 0x3f);
    }
    const character = fromCode(code);
    for (let unit = 0; unit < character.length; unit++) place(out.length + unit, at);
    out += character;
    at += 3 * length;
  }
  return out;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Control characters as syslog daemons write them; see syslog.ts. */
const SYSLOG_CONTROLS: Readonly<Record<string, string>> = { '#011': '\t', '#012': '\n', '#015': '\r' };

/** Decodes one escape sequence or HTML reference. The result is always shorter. */
function decode(written: string): string {
  if (written.startsWith('#')) return SYSLOG_CONTROLS[written]!;
  if (written.startsWith('&')) {
    const name = written.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return NAMED_REFERENCES[name]!;
    return fromCode(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
  }
  if (written.length > 2) return fromCode(Number.parseInt(written.slice(2).replace('{', ''), 16));
  const char = written.charAt(1);
  return SHORT_ESCAPES[char.toLowerCase()] ?? char;
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
