import type { AddressRules } from './address-rules.ts';
import { isDigit, isLetter, isMask, isWord } from './characters.ts';
import { isDateTime } from './date-times.ts';
import type { Hit, Place } from './detector.ts';
import { isVersionNumber } from './version-numbers.ts';

const DOT = 46;
const DASH = 45;
const PERCENT = 37;
/** Runs of numbers, or of single `x` for masked parts, separated by dots or dashes. */
const RUN = {
  [DOT]: /(?:(?<!\d)\d+|(?<![\dxX])[xX](?![\dxX]))(?:\.(?:\d+|[xX](?![\dxX])))+/g,
  [DASH]: /(?:(?<!\d)\d+|(?<![\dxX])[xX](?![\dxX]))(?:-(?:\d+|[xX](?![\dxX])))+/g,
} as const;

/**
 * Finds IPv4 addresses: dotted (`203.0.113.5`, `203.000.113.005`), reversed before `.in-addr.arpa` and in names of
 * virtual machines of Google Cloud, and dashed in host names (`ec2-203-0-113-5.…`). Advances from separator to
 * separator, because they are rare.
 */
export function findIpv4(text: string, place: Place, rules: AddressRules, hits: Hit[]): void {
  scan(text, '.', DOT, place, rules, hits);
  scan(text, '-', DASH, place, rules, hits);
}

function scan(text: string, separator: string, code: 46 | 45, place: Place, rules: AddressRules, hits: Hit[]): void {
  let at = text.indexOf(separator);
  while (at >= 0) {
    if (!isPart(text.charCodeAt(at - 1)) || !isPart(text.charCodeAt(at + 1))) {
      at = text.indexOf(separator, at + 1);
      continue;
    }
    let start = at;
    let end = at;
    while (start > 0 && isPart(text.charCodeAt(start - 1))) start--;
    while (isPart(text.charCodeAt(end)) || text.charCodeAt(end) === code) end++;
    if (end - start >= 7) judgeRuns(text, start, end, code, place, rules, hits);
    at = text.indexOf(separator, end);
  }
}

function judgeRuns(
  text: string,
  from: number,
  to: number,
  code: 46 | 45,
  place: Place,
  rules: AddressRules,
  hits: Hit[],
): void {
  for (const match of text.slice(from, to).matchAll(RUN[code])) {
    let start = from + match.index;
    let end = start + match[0].length;
    const parts = match[0].split(code === DOT ? '.' : '-');
    // An `x` next to a letter belongs to that word.
    if (isMask(text.charCodeAt(start)) && isWord(text.charCodeAt(start - 1))) start += parts.shift()!.length + 1;
    if (isMask(text.charCodeAt(end - 1)) && isWord(text.charCodeAt(end))) end -= parts.pop()!.length + 1;
    if (parts.length < 4 || (code === DOT ? isObjectIdentifier(parts) : isDateTime(text, start, end))) continue;
    if (code === DASH && !isHostLabel(text, start, end)) continue;
    if (code === DOT) {
      if (isLoneV(text, start) || isVersionNumber(text, start, end, place)) continue;
      const after = text.charCodeAt(end);
      // The rest of the name is encoded; the next layer shows whether its octets are reversed.
      if (text.charCodeAt(start - 1) === PERCENT) continue;
      if (after === PERCENT && /^%2e/i.test(text.slice(end, end + 3))) continue;
      if (after === DOT) {
        const suffix = text.slice(end, end + 80);
        if (/^(?:\.[\da-fx])*\.ip6\.arpa/i.test(suffix)) continue;
        if (/^\.(?:in-addr\.arpa|bc\.googleusercontent\.com)/i.test(suffix)) parts.reverse();
      }
    }
    // `ec2-224-0-0-1`: the digit belongs to the word. Without it, two of the octets would be read as another address.
    if (code === DASH && isLetter(text.charCodeAt(start - 1)) && parts.length > 4 && parts[0]!.length === 1) {
      if (parts.slice(1, 5).every(isOctet)) parts.shift();
    }
    if (isLeak(parts, rules)) hits.push({ start, end });
  }
}

/**
 * A run of more than four parts has an address if any four in a row are one (`203.0.113.5.443`, `pool-1-203-0-113-5`),
 * unless the last four are a masked address.
 */
function isLeak(parts: readonly string[], rules: AddressRules): boolean {
  const masked = judgeMask(parts.slice(-4), rules);
  if (masked !== undefined) return masked;
  for (let first = 0; first + 4 <= parts.length; first++) {
    const four = parts.slice(first, first + 4);
    if (four.every(isOctet) && !rules.allowsIpv4(four.map(Number))) return true;
  }
  return false;
}

/**
 * Whether `203.0.113.x` has more readable octets than allowed, or readable octets after masked ones; undefined if
 * nothing is masked.
 */
function judgeMask(four: readonly string[], rules: AddressRules): boolean | undefined {
  const readable = four.findIndex(isMasked);
  if (readable < 0 || !four.every((part) => isMasked(part) || isOctet(part))) return undefined;
  // In a host name whose order is unknown, the first and the last numbers are masked.
  if (readable === 0) {
    return four.some((part, index) => !isMasked(part) && (index >= rules.octets || 3 - index >= rules.octets));
  }
  return readable > rules.octets || !four.slice(readable).every(isMasked);
}

function isMasked(part: string): boolean {
  return isMask(part.charCodeAt(0));
}

/** Zero-padded octets count, regardless of the padding. */
function isOctet(part: string): boolean {
  return part.length <= 8 && Number(part) <= 255; // NaN for `x`
}

function isPart(code: number): boolean {
  return isDigit(code) || isMask(code);
}

/** Shortest object identifier that cannot be an address with a port: `1.3.6.1.4.1`. */
const OBJECT_IDENTIFIER_LENGTH = 6;

/** Object identifiers (ITU-T X.660): the first arc is 0, 1 or 2; below 0 and 1, the second is at most 39. */
function isObjectIdentifier(parts: readonly string[]): boolean {
  if (parts.length < OBJECT_IDENTIFIER_LENGTH || parts.some(isMasked)) return false;
  return parts[0] === '2' || (/^[01]$/.test(parts[0]!) && Number(parts[1]) < 40);
}

/** `v1.2.3.4`: a version, because addresses are not written this way. */
function isLoneV(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  return (before === 118 || before === 86) && !isWord(text.charCodeAt(start - 2));
}

/**
 * Numbers with dashes may be dates or phone numbers. They are an address in a host name: after letters (`ip-10-1-2-33`,
 * `pool.203-0-113-5`) or before a domain (`203-0-113-5.dyn.example.net`).
 */
function isHostLabel(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isLetter(before)) return true;
  if ((before === DASH || before === DOT) && isWord(text.charCodeAt(start - 2))) return true;
  const after = text.charCodeAt(end);
  return (after === DOT || after === DASH) && isLetter(text.charCodeAt(end + 1));
}
