import { isMulticast } from '../../addresses/address.ts';
import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';
import { isReverseZone, judgeReverse } from './reverse.ts';
import { isVersion } from './versions.ts';

/** Text between dots: digits, or `x` for the masked part of an address (`x`, `X`, `xxx` or `*`). */
interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is a mask in another form than `x`. */
  readonly isOtherMask: boolean;
}

const DOT = 46;
const STAR = 42;
const LETTER_X = 120;
/** Other tools write one `x` per digit. */
const MAX_MASK_LENGTH = 3;

/**
 * Domains whose names have the octets in reverse order: reverse DNS (RFC 1035, section 3.5) and virtual machines of
 * Google Cloud.
 */
const REVERSE_ZONES = ['.in-addr.arpa', '.bc.googleusercontent.com'];

/**
 * Finds IPv4 addresses in dotted notation, masked ones with more octets than allowed, and reverse DNS names. Advances
 * from dot to dot, because most texts have few.
 */
export function findDotted(text: string, masking: Masking, report: Report): void {
  for (let dot = text.indexOf('.'); dot >= 0; ) {
    if (isReverseZone(text, dot)) judgeReverse(text, dot, masking, report);
    if (!isDigit(text.charCodeAt(dot - 1)) || partEnd(text, dot + 1) < 0) {
      dot = text.indexOf('.', dot + 1);
      continue;
    }
    let start = dot - 1;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    let end = dot;
    let dots = 0;
    for (let next = partEnd(text, end + 1); text.charCodeAt(end) === DOT && next >= 0; next = partEnd(text, end + 1)) {
      dots++;
      end = next;
    }
    if (dots >= 3 && !isReverseZone(text, end)) {
      if (dots === 3) judgeFour(text, start, end, masking, report);
      else judgeMore(readParts(text, start), masking, report);
    }
    dot = text.indexOf('.', end);
  }
}

function judgeFour(text: string, start: number, end: number, masking: Masking, report: Report): void {
  const isReverse = text.charCodeAt(end) === DOT && isReverseName(text, end);
  if (!isReverse && isVersion(text, start, end)) return;
  if (!isReverse && isInDomain(text, start, end)) {
    const written = text.slice(start, end).split('.');
    const octets = written.map(Number);
    if (!written.includes('x') && octets.every((octet) => octet <= 255)) {
      const clean = masking.ipv4InEitherOrder(octets, written);
      if (clean !== null) report(start, end, clean.join('.'));
      return;
    }
  }
  const masked = isReverse ? undefined : masking.ipv4Text(text.slice(start, end));
  if (masked === null) return;
  // An IPv6 address with a port needs brackets (RFC 3986, section 3.2.2).
  const isBare = masked?.includes(':') && isPort(text, end) && text.charAt(start - 1) !== '[';
  if (masked !== undefined) report(start, end, isBare ? `[${masked}]` : masked);
  else if (isReverse) reportReversed(readParts(text, start), masking, report);
  else reportAddress(readParts(text, start), masking, report);
}

function readParts(text: string, start: number): Part[] {
  const parts: Part[] = [];
  for (let from = start, end = partEnd(text, start); ; end = partEnd(text, from)) {
    const written = text.slice(from, end);
    const part = isDigit(text.charCodeAt(from)) ? written : 'x';
    parts.push({ text: part, start: from, end, isOtherMask: part !== written });
    if (text.charCodeAt(end) !== DOT || partEnd(text, end + 1) < 0) return parts;
    from = end + 1;
  }
}

function judgeMore(parts: readonly Part[], masking: Masking, report: Report): void {
  if (parts.length > 5 && isObjectIdentifier(parts)) return;
  // An address with a port after a dot, as in tcpdump, or with another number before it.
  const first = parts.slice(0, 4);
  // A number before an address can make it look like multicast: `225.203.0.113.7`.
  if (isAddress(first) && !isMulticast(first.map(octet))) {
    reportAddress(first, masking, report);
    const isPort = parts.length === 5 && (Number(parts[4]!.text) > 255 || parts[3]!.text === 'x');
    const isKept = parts.length === 5 && masking.ipv4(first.map(octet), []) === null;
    // It is unknown which four numbers are the address, so no host part of either candidate is kept.
    if (!isPort && !isKept) report(parts[4]!.start, parts.at(-1)!.end, 'x');
  } else {
    for (let i = 1; i + 4 <= parts.length; i++) {
      const window = parts.slice(i, i + 4);
      if (isAddress(window)) reportAddress(window, masking, report);
    }
  }
}

function isAddress(parts: readonly Part[]): boolean {
  return parts.every(({ text }) => text === 'x' || Number(text) <= 255);
}

/** Object identifiers (ITU-T X.660): the first arc is 0, 1 or 2; below 0 and 1, the second is at most 39. */
function isObjectIdentifier(parts: readonly Part[]): boolean {
  const first = parts[0]!.text;
  return first === '2' || ((first === '0' || first === '1') && Number(parts[1]!.text) <= 39);
}

function octet(part: Part): number {
  return part.text === 'x' ? 256 : Number(part.text);
}

function reportAddress(parts: readonly Part[], masking: Masking, report: Report): void {
  if (!isAddress(parts)) return;
  const written = parts.map((part) => part.text);
  const start = parts[0]!.start;
  const end = parts[3]!.end;
  const readable = written.filter((part) => part !== 'x').length;
  if (readable < 4) {
    if (readable <= masking.ipv4Readable && !parts.some(({ isOtherMask }) => isOtherMask)) return;
    report(start, end, written.map((part, index) => (index < masking.ipv4Readable ? part : 'x')).join('.'));
    return;
  }
  const masked = masking.ipv4(written.map(Number), written);
  if (masked !== null) report(start, end, masked.join('.'));
}

function reportReversed(parts: readonly Part[], masking: Masking, report: Report): void {
  if (!isAddress(parts)) return;
  const written = parts.map((part) => part.text).reverse();
  if (written.includes('x')) return;
  const masked = masking.ipv4(written.map(Number), written);
  if (masked !== null) report(parts[0]!.start, parts[3]!.end, [...masked].reverse().join('.'));
}

function isReverseName(text: string, end: number): boolean {
  return REVERSE_ZONES.some((zone) => text.slice(end, end + zone.length).toLowerCase() === zone);
}

/** Whether the numbers are labels of a host name: `7.113.0.203.dynamic.example.net`. A file has one dot at most. */
function isInDomain(text: string, start: number, end: number): boolean {
  return !/[\w-]/.test(text.charAt(start - 1)) && IN_DOMAIN.test(text.slice(end, end + MAX_DOMAIN_LENGTH));
}

const IN_DOMAIN = /^\.(?:[A-Za-z][A-Za-z0-9-]{0,62}\.){1,6}[A-Za-z]{2,24}(?![\w-])/;
const MAX_DOMAIN_LENGTH = 200;

function isPort(text: string, end: number): boolean {
  return text.charCodeAt(end) === 58 && isDigit(text.charCodeAt(end + 1));
}

/** The end of the digits or the mask at `from`; -1 if there is neither. */
function partEnd(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  if (end > from) return end;
  const char = text.charCodeAt(from) | 32;
  if (char !== LETTER_X && text.charCodeAt(from) !== STAR) return -1;
  while (end - from < MAX_MASK_LENGTH && text.charCodeAt(end) === text.charCodeAt(from)) end++;
  return /[A-Za-z0-9_*]/.test(text.charAt(end)) ? -1 : end;
}

function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}
