import type { View } from './reading.ts';

/**
 * Characters that look like others, or are invisible: zero-width characters and direction marks, which come with copied
 * text; full-width forms of East Asian input methods; digits of other scripts; typographic dashes and spaces.
 */
const UNUSUAL =
  /[\0-\u0008\u00a0\u3002\uff61\u2212]|[\ufe00-\ufe0f]|(?![0-9-])[\p{Cf}\p{Pd}\p{Nd}]|(?! )\p{Zs}|[\uff01-\uff5e\ufe50-\ufe6b\u{1d400}-\u{1d7ff}]/u;
const EACH = new RegExp(UNUSUAL, 'gu');
const UNSEEN = /^(?:[\0-\u0008]|\p{Cf}|[\ufe00-\ufe0f])$/u;
const DASH = /[\p{Pd}\u2212]/u;
const FOREIGN_DIGIT = /\p{Nd}/u;
const NOT_ASCII = /[^\0-\u007f]/;

/** Whether the text has characters that `fold` would replace. */
export function mayFold(text: string): boolean {
  return NOT_ASCII.test(text) ? UNUSUAL.test(text) : CONTROL.test(text);
}

const CONTROL = /[\0-\u0008]/;

/** The text with such characters replaced by their ASCII equivalents. */
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

/** The ASCII equivalent; '' for invisible characters; otherwise the character itself. */
function usualFor(character: string): string {
  if (UNSEEN.test(character)) return '';
  if (DASH.test(character)) return '-';
  if (character === '\u3002' || character === '\uff61') return '.';
  // Compatibility forms (Unicode Standard Annex #15). A few expand to two characters, none of which any class looks
  // for.
  const plain = character.normalize('NFKC');
  if (plain.length === 1 && plain <= '\u007f') return plain;
  return FOREIGN_DIGIT.test(plain) ? digitOf(plain) : character.charAt(0);
}

/** The digits of a script are consecutive, starting with zero (Unicode Standard, section 4.6). */
function digitOf(character: string): string {
  const code = character.codePointAt(0)!;
  let value = 0;
  while (value < 9 && FOREIGN_DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}
