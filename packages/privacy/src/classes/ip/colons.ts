import { parseIpv4, parseIpv6 } from '../../addresses/address.ts';
import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';
import { otherMaskAt } from './other-masks.ts';

const COLON = 58;
const LETTER_X = 120;
const DOT = 46;
/**
 * Certificate fingerprints (RFC 8122): pairs of hex digits, one per byte of the hash, at least 16 (MD5). The ids of
 * certificates in libwebrtc are fingerprints with the prefix `CF` (rtc_stats_collector.cc).
 */
const FINGERPRINT = /^(?:CF)?[0-9a-f]{2}(?::[0-9a-f]{2}){15,}$/i;
/** The name of a hash before its fingerprint, also with a colon between them: `sha-1:72:24:…`. */
const HASH_NAME = /sha-\d{1,3}$/i;
const HASH_BEGIN = /^(?:[0-9a-f]{2}:){4}/i;
/**
 * A part of a fingerprint. An address of two digits per group would be in 0000::/8, which is reserved (RFC 4291,
 * section 2.4). MAC addresses have their own class.
 */
const PAIRS = /^(?!00:00:)[0-9a-f]{2}(?::[0-9a-f]{2}){6,}$/i;
/** Ratios and lists of payload types: `16:9:4:3:21`, `96:97:98:99:100:101`. Such an address would be reserved, too. */
const SMALL_NUMBERS = /^[1-9]\d{0,2}(?::(?:0|[1-9]\d{0,2})){4,}$/;
/** `local::0:abcd:…`: libnice and Firefox write an empty name, a component and an ICE user fragment. */
const ICE_NAME = /^::\d(?::[0-9a-f]{1,4}){0,2}$/i;
/** A masked address: readable groups, then `x`. */
const MASKED = /^((?:[0-9a-f]{1,4}:){0,7})x(?::x){0,7}(?![A-Za-z0-9])/i;
const DOTTED_TAIL = /^\d{1,3}(?:\.\d{1,3}){3}(?![.\d])/;
/** A zone. In a URL it begins with `%25` (RFC 6874), elsewhere with a percent sign. */
const ZONE = /^%(?:25)?[A-Za-z0-9._~-]+/;
/** Percent-encoded punctuation, which ends an address in a URL and does not begin a zone. */
const ENCODED_PUNCTUATION = /^%(?:2[0-46-9a-f]|3[a-f]|40|5[b-f]|60|7[b-e])/i;
const UNREADABLE = 'x:x:x:x:x:x:x:x';

/**
 * Finds IPv6 addresses in all notations of RFC 4291, with zones, and texts that look like an address but cannot be
 * parsed. Advances from colon to colon.
 */
export function findColons(text: string, masking: Masking, report: Report): void {
  for (let colon = text.indexOf(':'); colon >= 0; ) {
    const start = hexStart(text, colon);
    let end = colon + 1;
    let colons = 1;
    for (let char = text.charCodeAt(end); isHex(char) || char === COLON; char = text.charCodeAt(++end)) {
      if (char === COLON) colons++;
    }
    if (colons >= 2 || (text.charCodeAt(end) | 32) === LETTER_X) judge(text, start, end, masking, report);
    colon = text.indexOf(':', end);
  }
}

function hexStart(text: string, colon: number): number {
  let start = colon;
  while (isHex(text.charCodeAt(start - 1))) start--;
  // Five or more digits, or the end of a word, cannot be a group; the address may begin at the colon.
  return colon - start > 4 || isAlphanumeric(text.charCodeAt(start - 1)) ? colon : start;
}

function judge(text: string, from: number, to: number, masking: Masking, report: Report): void {
  let start = from;
  let end = to;
  // A single colon at the start, or the first of three, belongs to the text before the address.
  if (text.charCodeAt(start) === COLON && (text.charCodeAt(start + 1) !== COLON || isTriple(text, start))) start++;
  const maskedBefore = (text.charCodeAt(end) | 32) === LETTER_X ? MASKED.exec(text.slice(start, start + 40)) : null;
  if (maskedBefore !== null) {
    reportMasked(start, maskedBefore, masking, report);
    return;
  }
  if ((text.charCodeAt(end) | 32) === LETTER_X || text.charCodeAt(end) === DOT) {
    const other = otherMaskAt(text, start, masking);
    if (other !== undefined) {
      report(start, zoneEnd(text, start + other.length), other.masked);
      return;
    }
  }
  start = hashNameEnd(text, start);
  end = dottedTailEnd(text, start, end);
  if (text.charCodeAt(end - 1) === COLON && text.charCodeAt(end - 2) !== COLON) end--;
  const run = text.slice(start, end);
  // Longer than any address and made of pairs: most runs of colons are fingerprints.
  if (run.length > 46 && FINGERPRINT.test(run)) return;
  if (PAIRS.test(run) || SMALL_NUMBERS.test(run) || isIceName(text, start, run)) return;
  const masked = masking.ipv6Text(run);
  if (masked === undefined) {
    if (run.includes(':') && !FINGERPRINT.test(run)) reportUnreadable(run, groupsOf(run), start, end, masking, report);
    return;
  }
  if (masked === null || isName(text, start, end, run)) return;
  report(start, zoneEnd(text, end), masked);
}

/** `a::b` may be a name in a program (`std::dec`): it is if it touches a letter and has no digit. */
function isName(text: string, start: number, end: number, run: string): boolean {
  if (!isWord(text.charCodeAt(start - 1)) && !isWord(text.charCodeAt(end))) return false;
  return groupsOf(run).length < 3 && !/\d/.test(run);
}

/** `local::0:abcd` is a name, because no machine has an address in ::/104 (as IPv4, the network 0.0.0.0/8). */
function isIceName(text: string, start: number, run: string): boolean {
  if (!/[a-z]/i.test(text.charAt(start - 1)) || !ICE_NAME.test(run)) return false;
  const groups = parseIpv6(run);
  return groups !== null && groups[6]! < 256;
}

/** The start of the fingerprint if the first group is the number in the name of its hash. */
function hashNameEnd(text: string, start: number): number {
  const colon = text.indexOf(':', start);
  const before = text.slice(Math.max(0, start - 4), colon);
  if (colon <= start || colon - start > 3 || !HASH_NAME.test(before)) return start;
  return HASH_BEGIN.test(text.slice(colon + 1, colon + 16)) ? colon + 1 : start;
}

function isTriple(text: string, start: number): boolean {
  return text.charCodeAt(start + 2) === COLON && text.charCodeAt(start + 3) !== COLON;
}

function groupsOf(run: string): string[] {
  return run.split(':').filter((group) => group !== '');
}

/**
 * The end, including the dotted tail of an IPv4-mapped or IPv4-translated address (RFC 4291, section 2.2; RFC 6052).
 */
function dottedTailEnd(text: string, start: number, end: number): number {
  if (text.charCodeAt(end) !== DOT) return end;
  const lastColon = text.lastIndexOf(':', end - 1);
  if (lastColon < start) return end;
  const tail = DOTTED_TAIL.exec(text.slice(lastColon + 1, lastColon + 17));
  return tail !== null && parseIpv4(tail[0]) !== null ? lastColon + 1 + tail[0].length : end;
}

function zoneEnd(text: string, end: number): number {
  if (text.charCodeAt(end) !== 37) return end;
  const after = text.slice(end, end + 40);
  if (ENCODED_PUNCTUATION.test(after)) return end;
  return end + (ZONE.exec(after)?.[0].length ?? 0);
}

function reportMasked(start: number, match: RegExpExecArray, masking: Masking, report: Report): void {
  const readable = match[1]!.split(':').slice(0, -1);
  const most = masking.readableGroups(Number.parseInt(readable[0] ?? '', 16));
  if (readable.length <= most) return;
  const masked = Array.from({ length: 8 }, (_, index) => (index < most ? readable[index]! : 'x'));
  report(start, start + match[0].length, masked.join(':'));
}

/** Replaces texts that look like an address but are not valid. Times, MAC addresses and ratios are kept. */
function reportUnreadable(
  run: string,
  groups: readonly string[],
  start: number,
  end: number,
  masking: Masking,
  report: Report,
): void {
  if (groups.length === 9 && !run.includes('::')) {
    // A full address with something after it, such as a port without brackets, or before it.
    const address = parseIpv6(groups.slice(0, 8).join(':'));
    const masked = address === null ? null : masking.ipv6(address);
    if (address !== null && masked === null) return;
    if (masked === null) report(start, end, UNREADABLE);
    else report(start, end, `${masked.join(':')}:${isPort(groups) ? groups[8] : 'x'}`);
    return;
  }
  const pairs = groups.every((group) => group.length <= 2);
  const hasLongGroup = groups.some((group) => group.length >= 3);
  if (run.includes('::') && groups.length > 2) report(start, end, UNREADABLE);
  else if (!pairs && hasLongGroup && groups.length >= 5) report(start, end, UNREADABLE);
  else if (groups.length > 8) report(start, end, UNREADABLE);
}

/** Whether the ninth group cannot be the last group of an address that begins with the second. */
function isPort(groups: readonly string[]): boolean {
  const port = groups[8]!;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return false;
  // Unicast addresses begin with 2000::/3, fc00::/7 or fe80::/10.
  return port.length === 5 || (/^[23f]...$/i.test(groups[0]!) && !/^[23f]...$/i.test(groups[1]!));
}

function isHex(char: number): boolean {
  return (char >= 48 && char <= 57) || ((char | 32) >= 97 && (char | 32) <= 102);
}

function isWord(char: number): boolean {
  return isAlphanumeric(char) || char === 95;
}

function isAlphanumeric(char: number): boolean {
  return (char >= 48 && char <= 57) || ((char | 32) >= 97 && (char | 32) <= 122);
}
