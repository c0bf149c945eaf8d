import type { Report } from '../../text/span.ts';
import { parseIpv6 } from './address.ts';
import type { Masking } from './masking.ts';

const DASH = 45;
/** Host names made of a whole IPv6 address: eight groups. A UUID has five, of 8-4-4-4-12 digits. */
const EIGHT_GROUPS = /(?<![0-9A-Za-z])[0-9a-f]{1,4}(?:-[0-9a-f]{1,4}){7}(?![0-9A-Za-z])/gi;
/** Windows writes an IPv6 address as a host name this way. */
const IPV6_LITERAL = /(?<![0-9A-Za-z-])([0-9a-f-]*--?[0-9a-f-]+?)(?:s[0-9a-z]+)?(?=\.ipv6-literal\.net)/gi;
/** RFC 3596, 2.5: 32 nibbles from the last to the first. */
const REVERSE_IPV6 = /(?<![0-9a-z.])((?:[0-9a-f]\.){31}[0-9a-f])(?=\.ip6\.arpa)/gi;

/** Finds addresses in host names: `ec2-203-0-113-25.…`, `2001-db8-….…`, and the names of reverse look-ups. */
export function findDashed(text: string, masking: Masking, report: Report): void {
  let previous = -9;
  let inRow = 0;
  let runEnd = 0;
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    // Seven dashes no more than a group apart may part the groups of an IPv6 address.
    inRow = dash - previous <= 5 ? inRow + 1 : 1;
    previous = dash;
    if (inRow >= 7) findGroups(text, Math.max(0, dash - 40), dash + 6, masking, report);
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
  if (text.includes('literal')) findLiterals(text, masking, report);
}

export function findReverseIpv6(text: string, masking: Masking, report: Report): void {
  for (const match of text.matchAll(REVERSE_IPV6)) {
    const nibbles = match[1]!.split('.').reverse();
    const groups = Array.from({ length: 8 }, (_, index) =>
      Number.parseInt(nibbles.slice(index * 4, index * 4 + 4).join(''), 16),
    );
    if (masking.ipv6(groups) === null) continue;
    const kept = nibbles.map((nibble, index) => (index < masking.ipv6Readable * 4 ? nibble : 'x'));
    report(match.index, match.index + match[0].length, kept.reverse().join('.'));
  }
}

function judgeRun(text: string, start: number, end: number, masking: Masking, report: Report): void {
  const parts: { text: string; start: number; end: number }[] = [];
  let at = start;
  for (const part of text.slice(start, end).split('-')) {
    parts.push({ text: part, start: at, end: at + part.length });
    at += part.length + 1;
  }
  // `ec2-203-…`: digits at the end of a word are the word's.
  if (isLetter(text.charCodeAt(start - 1))) parts.shift();
  const octets = parts.map((part) => (part.text.length <= 3 && Number(part.text) <= 255 ? Number(part.text) : -1));
  for (let i = 0; i + 4 <= parts.length; i++) {
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

function findGroups(text: string, from: number, to: number, masking: Masking, report: Report): void {
  for (const match of text.slice(from, to).matchAll(EIGHT_GROUPS)) {
    const masked = masking.ipv6(match[0].split('-').map((group) => Number.parseInt(group, 16)));
    if (masked !== null) report(from + match.index, from + match.index + match[0].length, masked.join('-'));
  }
}

function findLiterals(text: string, masking: Masking, report: Report): void {
  for (const match of text.matchAll(IPV6_LITERAL)) {
    const address = parseIpv6(match[1]!.replaceAll('-', ':'));
    const masked = address === null ? new Array<string>(8).fill('x') : masking.ipv6(address);
    if (masked !== null) report(match.index, match.index + match[0].length, masked.join('-'));
  }
}

function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}

function isLetter(char: number): boolean {
  return (char | 32) >= 97 && (char | 32) <= 122;
}
