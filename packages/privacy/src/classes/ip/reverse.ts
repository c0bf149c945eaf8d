import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';

const SIX = 54;
const DOT = 46;
const ZONE = '.ip6.arpa';
/** RFC 3596, 2.5: 32 nibbles from the last to the first. */
const NIBBLES = 32;

/** Whether the zone of the names of IPv6 addresses stands at `dot`. */
export function isReverseZone(text: string, dot: number): boolean {
  return text.charCodeAt(dot + 3) === SIX && text.slice(dot, dot + ZONE.length).toLowerCase() === ZONE;
}

/**
 * Judges the nibbles in front of `zone`. Fewer than 32 are the name of a network, which may be longer than what may stay
 * readable.
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

/** One hex digit alone. */
function isNibble(text: string, index: number): boolean {
  return /[0-9a-f]/i.test(text.charAt(index)) && !/[0-9a-z]/i.test(text.charAt(index - 1));
}
