import { type AddressRules, embedsIpv4, SIX_TO_FOUR } from './address-rules.ts';
import { isHex, isLetter, isMask, isWord } from './characters.ts';
import type { Hit } from './detector.ts';
import { parseGroups } from './groups.ts';
import { endOfGluedMask, isGluedLeak } from './other-masks.ts';

const COLON = 58;
const DOTTED_TAIL = /(?:\d{1,3}|x)(?:\.(?:\d{1,3}|x)){3}(?!\w|\.\w)/iy;
/** Parts of a compressed address that is split at its separators. */
const MAX_PARTS = 9;
const PAIR = /^[\da-f]{2}$/i;

/** A run of groups separated by colons. `glued…`: the first or last group touches letters that are not hex digits. */
interface Run {
  readonly groups: readonly string[];
  readonly gluedStart: boolean;
  readonly gluedEnd: boolean;
}

/** Finds IPv6 addresses: full, compressed, with a dotted tail, or masked with too many readable groups. */
export function findIpv6(text: string, rules: AddressRules, hits: Hit[]): void {
  let at = text.indexOf(':');
  while (at >= 0) {
    if (!hasSecondColon(text, at)) {
      at = text.indexOf(':', at + 1);
      continue;
    }
    let start = at;
    while (start > 0 && isHex(text.charCodeAt(start - 1))) start--;
    if (start === at && isMask(text.charCodeAt(at - 1)) && !isWord(text.charCodeAt(at - 2))) start--;
    const end = endOfRun(text, at);
    const groups = text.slice(start, end).split(':');
    const gluedStart = groups[0]!.length > 4 || (isWord(text.charCodeAt(start - 1)) && start > 0);
    const gluedEnd = groups.at(-1)!.length > 4 || isWord(text.charCodeAt(end));
    const masksEnd = endOfGluedMask(text, end);
    if (masksEnd > 0) {
      // A word and its colon may precede the address, as in `address:2001:…`.
      const own = gluedStart && !/^[\da-f]{1,4}$/i.test(groups[0]!) ? groups.slice(1) : groups;
      if (isGluedLeak(trimSingleColons(own), rules)) hits.push({ start, end: masksEnd });
      at = text.indexOf(':', masksEnd);
      continue;
    }
    const tail = dottedTail(text, end, groups.at(-1)!);
    if (tail > 0) {
      if (isReadablePrefix(groups.slice(gluedStart ? 1 : 0, -1), rules)) hits.push({ start, end: tail });
    } else if (isLeak({ groups, gluedStart, gluedEnd }, rules)) {
      hits.push({ start, end });
    }
    at = text.indexOf(':', Math.max(end, at + 1));
  }
}

/** Cheap check that rejects most colons of an SDP: whether another colon follows after at most one group. */
function hasSecondColon(text: string, at: number): boolean {
  let next = at + 1;
  while (next <= at + 4 && isHex(text.charCodeAt(next))) next++;
  if (isMask(text.charCodeAt(next))) next++;
  return text.charCodeAt(next) === COLON;
}

function endOfRun(text: string, colon: number): number {
  let at = colon;
  while (text.charCodeAt(at) === COLON) {
    let next = at + 1;
    while (isHex(text.charCodeAt(next))) next++;
    if (next === at + 1 && isMask(text.charCodeAt(next)) && !isWord(text.charCodeAt(next + 1))) next++;
    at = next;
    if (next - colon > 4096) break;
  }
  return at;
}

/** The end of a dotted tail (`203.0.113.5`, `203.0.113.x`) that begins at the last group; 0 if there is none. */
function dottedTail(text: string, end: number, last: string): number {
  if (text.charCodeAt(end) !== 46 || last.length === 0) return 0;
  DOTTED_TAIL.lastIndex = end - last.length;
  return DOTTED_TAIL.test(text) ? DOTTED_TAIL.lastIndex : 0;
}

/** The IPv4 detector judges the dotted tail; this function judges the groups before it. */
function isReadablePrefix(groups: readonly string[], rules: AddressRules): boolean {
  const prefix = parseGroups(groups.at(-1) === '' && groups.length > 1 ? groups : [...groups], 6);
  if (prefix === undefined || embedsIpv4(prefix)) return false;
  return prefix.slice(rules.groups).some((group) => group !== 0) && !rules.allowsIpv6([...prefix, 0, 0]);
}

function isLeak(run: Run, rules: AddressRules): boolean {
  const { groups, gluedStart, gluedEnd } = run;
  if (groups.some((group) => isMask(group.charCodeAt(0)))) {
    // In `ice-pwd:2001:…`, the end of a word and its colon precede the address.
    const own = gluedStart && !/\d/.test(groups[0]!) ? ['', ...groups.slice(1)] : groups;
    // The first mask may touch an escape, as in `%20x:x:x:x:x:x:x:x:443`.
    const isMaskedWithPort = own.length === 9 && own[0] === '' && /^\d{1,5}$/.test(own[8]!);
    if (isMaskedWithPort && own.slice(1, 8).every((group) => isMask(group.charCodeAt(0)))) return false;
    return isBadlyMasked(trimSingleColons(own), rules);
  }
  if (groups.some((group, index) => group === '' && index > 0 && index < groups.length - 1)) {
    return isCompressedLeak(run, rules);
  }
  const written = groups.filter((group) => group !== '');
  if (written.length < 8 || isReservedForm(gluedStart ? written.slice(1) : written)) return false;
  // Fingerprints (RFC 8122) and other long runs of octets. The id of a certificate report has letters before the first
  // octet.
  if (written.length > 8 && written.slice(1).every((group) => PAIR.test(group))) return false;
  const from = gluedStart && written.length > 8 ? 1 : 0;
  const to = gluedEnd && written.length > from + 8 ? written.length - 1 : written.length;
  for (let first = from; first + 8 <= to; first++) {
    const window = written.slice(first, first + 8);
    if (first === 0) window[0] = window[0]!.slice(-4);
    if (first + 8 === written.length) window[7] = window[7]!.slice(0, 4);
    const parsed = parseGroups(window);
    if (parsed !== undefined && !rules.allowsIpv6(parsed)) return true;
  }
  return false;
}

/**
 * Ratios and payload types (`96:97:98:…`), and parts of fingerprints: as an address they would begin with two zeros,
 * which is a reserved range (RFC 4291, section 2.4).
 */
function isReservedForm(written: readonly string[]): boolean {
  if (written.every((group) => /^(?:0|[1-9]\d{0,2})$/.test(group))) return written[0] !== '0';
  return written.every((group) => PAIR.test(group)) && !(written[0] === '00' && written[1] === '00');
}

function isCompressedLeak({ groups, gluedStart, gluedEnd }: Run, rules: AddressRules): boolean {
  // A single colon at either end belongs to the surrounding text: in `address:::1` the last two are the gap.
  const inner = [...groups];
  if (gluedStart) inner[0] = /\d/.test(inner[0]!) ? inner[0]!.slice(-4) : '';
  if (gluedEnd) inner[inner.length - 1] = /\d/.test(inner.at(-1)!) ? inner.at(-1)!.slice(0, 4) : '';
  const whole = trimSingleColons(inner);
  const written = whole.filter((group) => group !== '');
  // `rtc::Bad` is a name in a program, not an address.
  if ((gluedStart || gluedEnd) && written.length < 2 && !/\d/.test(written[0] ?? '')) return false;
  // `local::0:abcd:pwd`, `#::3478file`: values in a list, each of which may be empty.
  if (gluedEnd && groups[0] === '' && written.length <= (gluedStart ? 2 : 1)) return false;
  const parsed = parseGroups(whole);
  // `local::0:abcd`: an empty name, a component and an ICE user fragment. No machine has an address in ::/104.
  if (gluedStart && /^\d$/.test(written[0] ?? '') && isBelowIpv4(parsed)) return false;
  if (parsed !== undefined) return !rules.allowsIpv6(parsed);
  // Not a valid address, but similar enough to be reported.
  return written.length >= 3;
}

/** Whether the address is in ::/104, which would be the IPv4 network 0.0.0.0/8. */
function isBelowIpv4(groups: readonly number[] | undefined): boolean {
  return groups?.slice(0, 6).every((group) => group === 0) === true && groups[6]! < 256;
}

/** `:1::2:` -> `1::2`: removes empty parts that are not part of a double colon. */
function trimSingleColons(groups: readonly string[]): string[] {
  const trimmed = [...groups];
  while (trimmed.length > 2 && trimmed[0] === '' && trimmed[1] !== '') trimmed.shift();
  while (trimmed.length > 2 && trimmed.at(-1) === '' && trimmed.at(-2) !== '') trimmed.pop();
  return trimmed;
}

/**
 * A correctly masked address is `2001:db8:1:x:x:x:x:x`, possibly with `:port`: readable groups first, and not more than
 * the policy allows.
 */
function isBadlyMasked(groups: readonly string[], rules: AddressRules): boolean {
  const readable = groups.filter((group) => group !== '' && !isMask(group.charCodeAt(0)));
  const compressed = groups.includes('', 1) && groups.lastIndexOf('') !== groups.length - 1;
  if (groups.length < 8 && !compressed) return false;
  const withPort = groups.length === 9 && /^\d+$/.test(groups[8]!);
  const prefix = groups.findIndex((group) => group === '' || isMask(group.charCodeAt(0)));
  const most = Number.parseInt(groups[0]!, 16) === SIX_TO_FOUR ? rules.sixToFourGroups : rules.groups;
  const beyond = groups.slice(Math.min(prefix, most), withPort ? 8 : undefined);
  if (withPort) readable.pop();
  if (readable.length > prefix) return true;
  return beyond.some((group) => group !== '' && !isMask(group.charCodeAt(0)) && Number.parseInt(group, 16) !== 0);
}

/** Reverse DNS names: nibbles before `ip6.arpa`, last one first (RFC 3596, section 2.5). */
export function findArpaNames(text: string, rules: AddressRules, hits: Hit[]): void {
  for (const match of text.matchAll(/(?:\b[\da-fx]\.){1,32}ip6\.arpa/gi)) {
    const nibbles = match[0].slice(0, -8).split('.').slice(0, -1).reverse();
    const readable = nibbles.slice(rules.groups * 4).some((nibble) => !isMask(nibble.charCodeAt(0)));
    const loopback = nibbles.length === 32 && /^0{31}[01]$/.test(nibbles.join(''));
    if (readable && !loopback) hits.push({ start: match.index, end: match.index + match[0].length });
  }
}

/** Finds host names with dashes for colons: `2001-db8--1.ipv6-literal.net`, `ip6-2001-db8-1-2-3-4-5-6.example.net`. */
export function findDashedIpv6(text: string, rules: AddressRules, hits: Hit[]): void {
  if (!/(?:[23][\da-f]{3}|f[cd][\da-f]{2}|fe[89ab][\da-f])--?[\da-fx]{1,4}[-.]/i.test(text)) return;
  for (const match of text.matchAll(/(?<![\da-f])[\da-f]{1,4}(?:--?[\da-fx]{1,4})+(?![\da-f])/gi)) {
    const end = match.index + match[0].length;
    if (isDashedLeak(match[0], text, end, rules)) hits.push({ start: match.index, end });
  }
}

/** Words of hex letters are common, so the first group must be one that real addresses begin with. */
function isDashedLeak(run: string, text: string, end: number, rules: AddressRules): boolean {
  const parts = run.split('-');
  const lastMask = parts.findLastIndex((part) => isMask(part.charCodeAt(0)));
  const lastEmpty = parts.lastIndexOf('');
  for (let first = 0; first < parts.length; first++) {
    if (!/^(?:[23][\da-f]{3}|f[cd][\da-f]{2}|fe[89ab][\da-f])$/i.test(parts[first]!)) continue;
    if (lastMask >= first) {
      if (parts.length - first >= 8 && isBadlyMasked(parts.slice(first, first + 8), rules)) return true;
      continue;
    }
    const compressed = lastEmpty > first;
    // A compressed address has at most seven groups and two empty parts. All further ones would make it invalid too.
    const rest = parts.slice(first, first + MAX_PARTS + 1);
    const inName = text.charCodeAt(end) === 46 && isLetter(text.charCodeAt(end + 1));
    const parsed = parseGroups(compressed ? rest : rest.slice(0, 8));
    if (parsed !== undefined && (!compressed || inName || rest.length > 3) && !rules.allowsIpv6(parsed)) return true;
  }
  return false;
}
