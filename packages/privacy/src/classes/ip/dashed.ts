import type { Report } from '../../text/span.ts';
import { parseIpv6 } from './address.ts';
import type { Masking } from './masking.ts';

const DASH = 45;
const DOT = 46;
/** Windows writes an IPv6 address as a host name this way, with `s` for the percent sign of the zone. */
const LITERAL_ZONE = '.ipv6-literal.net';
const LITERAL = /[0-9a-f-]*-[0-9a-f-]*?(?=s[0-9a-z]+$|$)/i;
/** The longest such name: 39 characters and a zone. */
const LITERAL_REACH = 64;
const REVERSE_ZONE = '.ip6.arpa';
const NIBBLES = 32;

/** Finds addresses in host names: `ec2-203-0-113-25.…`, `2001-db8-….…`, and those of Windows. */
export function findDashed(text: string, masking: Masking, report: Report): void {
  let groupsEnd = 0;
  let runEnd = 0;
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    if (dash >= groupsEnd) groupsEnd = judgeGroups(text, dash, masking, report);
    if (dash < runEnd || !isDigit(text.charCodeAt(dash - 1)) || !isDigit(text.charCodeAt(dash + 1))) continue;
    let start = dash - 1;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    runEnd = dash;
    while (text.charCodeAt(runEnd) === DASH && isDigit(text.charCodeAt(runEnd + 1))) {
      runEnd++;
      while (isDigit(text.charCodeAt(runEnd))) runEnd++;
    }
    if (runEnd - start > 6) judgeRun(text, start, runEnd, masking, report);
  }
  if (text.includes('.')) findLiterals(text, masking, report);
}

/**
 * Finds the names of reverse look-ups of IPv6 addresses (RFC 3596, 2.5): nibbles from the last to the first. A name with
 * fewer than 32 is that of a network, which may be longer than what may stay readable.
 */
export function findReverseIpv6(text: string, masking: Masking, report: Report): void {
  const lower = text.toLowerCase();
  for (let zone = lower.indexOf(REVERSE_ZONE); zone >= 0; zone = lower.indexOf(REVERSE_ZONE, zone + 1)) {
    const nibbles: string[] = [];
    let start = zone;
    while (nibbles.length < NIBBLES && isHex(lower.charCodeAt(start - 1)) && !isWord(lower.charCodeAt(start - 2))) {
      nibbles.push(text.charAt(start - 1));
      start--;
      if (lower.charCodeAt(start - 1) !== DOT) break;
      start--;
    }
    if (lower.charCodeAt(start) === DOT && start < zone) start++;
    const readable = masking.ipv6Readable * 4;
    if (nibbles.length <= readable) continue;
    const digits = nibbles.join('').padEnd(NIBBLES, '0');
    const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16));
    if (nibbles.length === NIBBLES && masking.ipv6(groups) === null) continue;
    const kept = nibbles.map((nibble, index) => (index < readable ? nibble : 'x'));
    report(start, zone, kept.reverse().join('.'));
  }
}

function judgeRun(text: string, start: number, end: number, masking: Masking, report: Report): void {
  const parts: { text: string; start: number; end: number }[] = [];
  let at = start;
  for (const part of text.slice(start, end).split('-')) {
    parts.push({ text: part, start: at, end: at + part.length });
    at += part.length + 1;
  }
  const octets = parts.map((part) => (part.text.length <= 3 && Number(part.text) <= 255 ? Number(part.text) : -1));
  // `ec2-203-0-113-25`: a digit at the end of a word is the word's, where four more follow. In `host203-0-113-25` it is not.
  let first =
    isLetter(text.charCodeAt(start - 1)) && parts[0]!.text.length === 1 && !octets.slice(0, 5).includes(-1) ? 1 : 0;
  if (parts.length < first + 4) first = 0;
  for (let i = first; i + 4 <= parts.length; i++) {
    const window = octets.slice(i, i + 4);
    if (window.includes(-1)) continue;
    const masked = masking.ipv4(
      window,
      parts.slice(i, i + 4).map((part) => part.text),
    );
    // More parts of this kind may be the address as well: which four is anybody's guess, so none of them stays.
    let last = i + 3;
    while (octets[last + 1] !== undefined && octets[last + 1] !== -1) last++;
    if (masked !== null) {
      const rest = last - i - 3;
      report(parts[i]!.start, parts[last]!.end, [...masked, ...new Array<string>(rest).fill('x')].join('-'));
    }
    i = last;
  }
}

/**
 * Eight groups of hex digits and more, with dashes between. A UUID has five, of 8-4-4-4-12 digits. `dash` is the first after what was
 * judged before; returns where this one ends.
 */
function judgeGroups(text: string, dash: number, masking: Masking, report: Report): number {
  const start = groupStart(text, dash);
  if (start < 0) return dash + 1;
  let end = dash;
  let groups = 1;
  while (text.charCodeAt(end) === DASH) {
    const next = groupEnd(text, end + 1);
    if (next < 0) break;
    groups++;
    end = next;
  }
  if (groups >= 8) {
    const written = text.slice(start, end).split('-');
    const masked = masking.ipv6(written.slice(0, 8).map((group) => Number.parseInt(group, 16)));
    // With more than eight, which of them are the address is anybody's guess.
    const rest = new Array<string>(groups - 8).fill('x');
    if (masked !== null || groups > 8)
      report(start, end, [...(masked ?? new Array<string>(8).fill('x')), ...rest].join('-'));
  }
  return Math.max(end, dash + 1);
}

/** Where the group of one to four hex digits in front of `dash` begins; -1 when there is none. */
function groupStart(text: string, dash: number): number {
  let start = dash;
  while (dash - start <= 4 && isHex(text.charCodeAt(start - 1))) start--;
  const length = dash - start;
  return length >= 1 && length <= 4 && !isAlphanumeric(text.charCodeAt(start - 1)) ? start : -1;
}

/** Where the group of one to four hex digits that begins at `start` ends; -1 when there is none. */
function groupEnd(text: string, start: number): number {
  let end = start;
  while (end - start <= 4 && isHex(text.charCodeAt(end))) end++;
  const length = end - start;
  return length >= 1 && length <= 4 && !isAlphanumeric(text.charCodeAt(end)) ? end : -1;
}

function findLiterals(text: string, masking: Masking, report: Report): void {
  let lower: string | undefined;
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
    if ((text.charCodeAt(dot + 1) | 32) !== 105 || text.charCodeAt(dot + 5) !== DASH) continue;
    lower ??= text.toLowerCase();
    if (!lower.startsWith(LITERAL_ZONE, dot)) continue;
    let start = dot;
    while (dot - start < LITERAL_REACH && isLabel(text.charCodeAt(start - 1))) start--;
    const match = LITERAL.exec(text.slice(start, dot));
    if (match === null) continue;
    const address = parseIpv6(match[0].replaceAll('-', ':'));
    const masked = address === null ? new Array<string>(8).fill('x') : masking.ipv6(address);
    if (masked !== null) report(start + match.index, start + match.index + match[0].length, masked.join('-'));
  }
}

function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}

function isLetter(char: number): boolean {
  return (char | 32) >= 97 && (char | 32) <= 122;
}

function isHex(char: number): boolean {
  return isDigit(char) || ((char | 32) >= 97 && (char | 32) <= 102);
}

function isAlphanumeric(char: number): boolean {
  return isDigit(char) || isLetter(char);
}
