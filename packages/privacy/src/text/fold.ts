import type { View } from './reading.ts';

/**
 * Characters that are read as others, or not at all: zero-width ones and marks of direction, which come along when text is copied; full-width
 * forms of East Asian input; digits of other scripts; the dashes and spaces of typography.
 */
const UNUSUAL =
  /[\0-\u0008\u00a0\u3002\uff61\u2212]|[\ufe00-\ufe0f]|(?![0-9-])[\p{Cf}\p{Pd}\p{Nd}]|(?! )\p{Zs}|[\uff01-\uff5e\ufe50-\ufe6b\u{1d400}-\u{1d7ff}]/u;
const EACH = new RegExp(UNUSUAL, 'gu');
const UNSEEN = /^(?:[\0-\u0008]|\p{Cf}|[\ufe00-\ufe0f])$/u;
const DASH = /[\p{Pd}\u2212]/u;
const FOREIGN_DIGIT = /\p{Nd}/u;
const NOT_ASCII = /[^\0-\u007f]/;

/** Whether characters are in it that stand for others. */
export function mayFold(text: string): boolean {
  return NOT_ASCII.test(text) ? UNUSUAL.test(text) : CONTROL.test(text);
}

const CONTROL = /[\0-\u0008]/;

/** The text in the usual characters. */
export function fold(text: string): View {
  const origin = new Uint32Array(text.length + 1);
  let out = '';
  let copied = 0;
  const copy = (to: number): void => {
    for (let i = copied; i < to; i++) origin[out.length + i - copied] = i;
    out += text.slice(copied, to);
  };
  for (const { 0: written, index } of text.matchAll(EACH)) {
    copy(index);
    const usual = usualFor(written);
    origin[out.length] = index;
    out += usual;
    copied = index + written.length;
  }
  copy(text.length);
  origin[out.length] = text.length;
  return { text: out, origin: origin.subarray(0, out.length + 1) };
}

/** One character of ASCII, or none, or what was there. */
function usualFor(character: string): string {
  if (UNSEEN.test(character)) return '';
  if (DASH.test(character)) return '-';
  if (character === '\u3002' || character === '\uff61') return '.';
  // Unicode, annex 15: what is the same but for its form. A few become two characters; they are none that is looked for.
  const plain = character.normalize('NFKC');
  if (plain.length === 1 && plain <= '\u007f') return plain;
  return FOREIGN_DIGIT.test(plain) ? digitOf(plain) : character.charAt(0);
}

/** The digits of a script follow each other from zero on (Unicode, 4.6). */
function digitOf(character: string): string {
  const code = character.codePointAt(0)!;
  let value = 0;
  while (value < 9 && FOREIGN_DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}
