import type { Masking } from './masking.ts';

/**
 * Masked IPv6 addresses as other rtcstats servers write them. They keep the first parts between colons and append `x`
 * without a colon: `2001:db8:85a3x:x:x:x:x:x`, `::ffffx:x:x:x:x:x`. A part after `::` may be the host's: the loopback
 * address becomes `::1x:x:…`. Others mask behind the gap: `2001:db8::x`.
 */
const GLUED = /^((?:[0-9a-f]{0,4}:){1,8}[0-9a-f]{0,4})x((?::x){0,7})(?![A-Za-z0-9_])/i;
/** An IPv4-mapped address whose dotted tail is masked: `::ffff:203.0.113.x`. */
const MASKED_TAIL = /^((?:[0-9a-f]{0,4}:){2,7})(?:\d{1,3}\.){1,3}(?:x{1,3}|\*)(?:\.(?:x{1,3}|\*)){0,2}(?![\w.])/i;
/** The longest form: eight groups of four digits with colons, an `x`, and seven masked groups. */
const MAX_LENGTH = 64;

/** A masked address of another tool in a text. */
export interface OtherMask {
  /** Length as written. */
  readonly length: number;
  /** The same in our form, with no more groups than the policy keeps. */
  readonly masked: string;
}

/** The masked address of another tool that begins at `start`, if there is one. */
export function otherMaskAt(text: string, start: number, masking: Masking): OtherMask | undefined {
  const written = text.slice(start, start + MAX_LENGTH);
  const tail = MASKED_TAIL.exec(written);
  if (tail !== null) return { length: tail[0].length, masked: ourForm(tail[1]!.split(':').slice(0, -1), masking) };
  const match = GLUED.exec(written);
  if (match === null) return undefined;
  const parts = match[1]!.split(':');
  if (parts.every((part) => part === '')) return undefined;
  if (parts.at(-1) !== '') {
    // `12:30x` is a word.
    if (match[2] === '') return undefined;
  } else {
    parts.pop();
    // `a::x` is a name in a program.
    if (!parts.includes('') || (match[2] === '' && !/\d/.test(match[1]!))) return undefined;
  }
  return { length: match[0].length, masked: ourForm(parts, masking) };
}

/** Only the groups before a gap are known to be the first ones; the gap itself is zeros. */
function ourForm(parts: readonly string[], masking: Masking): string {
  const gap = parts.indexOf('');
  const head = gap < 0 ? parts : parts.slice(0, gap);
  const most = masking.readableGroups(Number.parseInt(head[0] ?? '0', 16));
  const blank = gap < 0 ? 'x' : '0';
  return Array.from({ length: 8 }, (_, index) => (index < most ? (head[index] ?? blank) : 'x')).join(':');
}
