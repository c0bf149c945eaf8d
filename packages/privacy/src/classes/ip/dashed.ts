import { isMulticast, parseIpv6 } from '../../addresses/address.ts';
import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';

const DASH = 45;
const SIX = 54;
const LETTER_L = 108;
/** Windows writes IPv6 addresses as host names in this domain, with `s` for the percent sign of a zone. */
const LITERAL_ZONE = '.ipv6-literal.net';
const LITERAL_DASH = LITERAL_ZONE.indexOf('-');
/** Maximum length of an address, and of a zone. */
const MAX_LITERAL_LENGTH = 45;

/** Finds addresses in host names: `ec2-203-0-113-25.…`, `2001-db8-….…`, and those of Windows. */
export function findDashed(text: string, masking: Masking, report: Report): void {
  let groupsEnd = 0;
  let runEnd = 0;
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    if (text.charCodeAt(dash - 1) === SIX && (text.charCodeAt(dash + 1) | 32) === LETTER_L) {
      judgeLiteral(text, dash, masking, report);
    }
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
}

function judgeRun(text: string, start: number, end: number, masking: Masking, report: Report): void {
  if (isTime(text, start, end)) return;
  const parts: { text: string; start: number; end: number }[] = [];
  let at = start;
  for (const part of text.slice(start, end).split('-')) {
    parts.push({ text: part, start: at, end: at + part.length });
    at += part.length + 1;
  }
  const octets = parts.map((part) => (part.text.length <= 3 && Number(part.text) <= 255 ? Number(part.text) : -1));
  // In `ec2-203-0-113-25`, a single digit at the end of a word belongs to the word if four numbers follow. In
  // `host203-0-113-25` it does not.
  let first =
    isLetter(text.charCodeAt(start - 1)) && parts[0]!.text.length === 1 && !octets.slice(0, 5).includes(-1) ? 1 : 0;
  if (parts.length < first + 4) first = 0;
  for (let i = first; i + 4 <= parts.length; i++) {
    const window = octets.slice(i, i + 4);
    if (window.includes(-1)) continue;
    const written = parts.slice(i, i + 4).map((part) => part.text);
    const mayBeReversed = parts.length === 4 && isReversible(text, start, end);
    const masked = mayBeReversed ? masking.ipv4InEitherOrder(window, written) : masking.ipv4(window, written);
    // A number before an address can make it look like multicast: `225-203-0-113-7`.
    if (masked === null && isMulticast(window)) continue;
    // If more numbers follow, any four of them may be the address, so replace all.
    let last = i + 3;
    while (octets[last + 1] !== undefined && octets[last + 1] !== -1) last++;
    if (masked !== null) {
      const rest = last - i - 3;
      report(parts[i]!.start, parts[last]!.end, [...masked, ...new Array<string>(rest).fill('x')].join('-'));
    }
    i = last;
  }
}

/** Whether the numbers may be in reverse order: at the start of a host name, or after words of such names. */
function isReversible(text: string, start: number, end: number): boolean {
  if (!/^\.[A-Za-z]/.test(text.slice(end, end + 2))) return false;
  return /(?:^|[^A-Za-z0-9-]|(?:static|dynamic|reverse|rev|[av]?dsl|dyn|user|customer|client)-)$/i.test(
    text.slice(Math.max(0, start - 16), start),
  );
}

/** A date with a time, `2026-01-02-03-04-05`, as programs write it into names of files; also with milliseconds. */
const TIME =
  /^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])-(?:[01]\d|2[0-3])-[0-5]\d(?:-[0-5]\d(?:-\d{2,6})?)?$/;
/** The same behind the end of a word of hex digits: `rec-2026-01-02-03-04-05-06`. */
const TIME_AT_END = new RegExp(`^[a-f]{1,4}-${TIME.source.slice(1)}`, 'i');
/** Hours to milliseconds after a date: `2026-01-02T03-04-05-678Z`, `20260102_03-04-05-678`. */
const CLOCK = /^(?:[01]\d|2[0-3])-[0-5]\d-[0-5]\d-\d{2,6}$/;
const DATE_BEFORE = /(?<!\d)(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])[T_ ]$/;

function isTime(text: string, start: number, end: number): boolean {
  const run = text.slice(start, end);
  if (TIME.test(run)) return true;
  return CLOCK.test(run) && DATE_BEFORE.test(text.slice(Math.max(0, start - 12), start));
}

/**
 * Handles eight or more groups of hex digits with dashes. (A UUID has five groups, of 8-4-4-4-12 digits.) `dash` is the
 * first dash after the previous run; returns the end of this one.
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
  if (groups >= 8 && !TIME_AT_END.test(text.slice(start, end))) {
    const written = text.slice(start, end).split('-');
    const masked = masking.ipv6(written.slice(0, 8).map((group) => Number.parseInt(group, 16)));
    // With more than eight groups it is unknown which are the address, so replace all.
    const rest = new Array<string>(groups - 8).fill('x');
    if (masked !== null || groups > 8)
      report(start, end, [...(masked ?? new Array<string>(8).fill('x')), ...rest].join('-'));
  }
  return Math.max(end, dash + 1);
}

/**
 * The start of the group of one to four hex digits before `dash`, which may be the end of a word; -1 if there is none.
 */
function groupStart(text: string, dash: number): number {
  let start = dash;
  while (dash - start < 4 && isHex(text.charCodeAt(start - 1))) start--;
  return start < dash ? start : -1;
}

/** The end of the group of one to four hex digits at `start`; -1 if there is none. */
function groupEnd(text: string, start: number): number {
  let end = start;
  while (end - start <= 4 && isHex(text.charCodeAt(end))) end++;
  const length = end - start;
  return length >= 1 && length <= 4 && !isAlphanumeric(text.charCodeAt(end)) ? end : -1;
}

/** `2001-db8--1.ipv6-literal.net`. `dash` is the one in the domain. */
function judgeLiteral(text: string, dash: number, masking: Masking, report: Report): void {
  const dot = dash - LITERAL_DASH;
  if (text.slice(dot, dot + LITERAL_ZONE.length).toLowerCase() !== LITERAL_ZONE) return;
  let zone = dot;
  while (dot - zone < MAX_LITERAL_LENGTH && isAlphanumeric(text.charCodeAt(zone - 1))) zone--;
  const s = text.slice(zone, dot).search(/s/i);
  const end = s < 0 ? dot : zone + s;
  let start = end;
  while (end - start < MAX_LITERAL_LENGTH && isHexOrDash(text.charCodeAt(start - 1))) start--;
  const written = text.slice(start, end);
  if (!written.includes('-')) return;
  const address = parseIpv6(written.replaceAll('-', ':'));
  const masked = address === null ? new Array<string>(8).fill('x') : masking.ipv6(address);
  if (masked !== null) report(start, end, masked.join('-'));
}

function isHexOrDash(char: number): boolean {
  return char === DASH || isHex(char);
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
