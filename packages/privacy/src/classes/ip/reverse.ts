import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';

const SIX = 54;
const DOT = 46;
const ZONE = '.ip6.arpa';
/** A full name has 32 nibbles, from last to first (RFC 3596, section 2.5). */
const NIBBLES = 32;

/** Whether the reverse DNS zone of IPv6 begins at `dot`. */
export function isReverseZone(text: string, dot: number): boolean {
  return text.charCodeAt(dot + 3) === SIX && text.slice(dot, dot + ZONE.length).toLowerCase() === ZONE;
}

/**
 * Handles the nibbles before `zone`. Fewer than 32 are the name of a network, which may be more specific than allowed.
 */
export function judgeReverse(text: string, zone: number, masking: Masking, report: Report): void {
  const nibbles: string[] = [];
  let start = zone;
  while (nibbles.length < NIBBLES && isNibble(text, start - 1) && (start === zone || text.charCodeAt(start) === DOT)) {
    nibbles.push(text.charAt(start - 1));
    start -= 2;
  }
  const readable = masking.ipv6Readable * 4;
  if (nibbles.length <= readable) return;
  const digits = nibbles.join('').padEnd(NIBBLES, '0');
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16));
  if (nibbles.length === NIBBLES && masking.ipv6(groups) === null) return;
  const clean = nibbles.map((nibble, index) => (index < readable ? nibble : 'x'));
  report(start + 1, zone, clean.reverse().join('.'));
}

/** Whether there is a single hex digit at `index`. */
function isNibble(text: string, index: number): boolean {
  return /[0-9a-f]/i.test(text.charAt(index)) && !/[0-9a-z]/i.test(text.charAt(index - 1));
}
