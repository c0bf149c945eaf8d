import { parseIpv6 } from '../../addresses/address.ts';
import { eachMatch } from '../../text/matches.ts';
import type { Report } from '../../text/span.ts';
import type { Masking } from './masking.ts';

/** `ip203_0_113_7.example.net`, `host_203_0_113_7`: four numbers with underscores in a host name. */
const UNDERSCORED = /(?<!\d|\d_)(\d{1,3})_(\d{1,3})_(\d{1,3})_(\d{1,3})(?![\dA-Za-z_])/g;
const HOST_WORD =
  /(?:^|[^A-Za-z0-9])(?:ip|ipv4|host|addr|address|client|peer|dyn|dynamic|pool|static|cpe|from|to|user|dsl|adsl|cable)_?$/i;
const DOMAIN_AFTER = /^\.(?:[A-Za-z0-9-]{1,63}\.){0,4}[A-Za-z]{2,24}(?![\w-])/;
/** The longest text before or after an address that is looked at. */
const CONTEXT_LENGTH = 96;
/** `2001-db8--1.example.net`. Addresses with eight groups are found in dashed.ts. */
const COMPRESSED =
  /(?<![0-9A-Za-z])(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?:-{1,2}[0-9a-f]{1,4}){1,7}(?:--)?(?![0-9A-Za-z-])/gi;
/** An address in hexadecimal in front of a provider's domain: `p5b3a1c07.dip0.t-ipconnect.de`. */
const HEXADECIMAL =
  /(?<![0-9A-Za-z_])(ip-?|pd?|x|h|dyn-?|host-?|pool-?|dsl-?|cable-?|)([0-9a-f]{8}|[0-9a-f]{32})(?=\.[A-Za-z])/dgi;
const PROVIDER =
  /(?:^|[.-])(?:dip\d?|dyn|dynamic|pool|dsl|adsl|vdsl|cable|cust|customer|customers|client|broadband|dhcp|ipconnect|t-ipconnect|rev|reverse|res|static|user|users)(?:[.\d-]|$)/i;
const FILE =
  /\.(?:[cm]?[jt]sx?|css|json|map|wasm|html?|png|jpe?g|gif|svg|webp|woff2?|txt|log|xml|zip|gz|mp[34]|webm|wav|pdf|bin|dump)$/i;
const DOMAIN = /^(?:\.[A-Za-z0-9-]{1,63}){1,6}/;

/** Finds addresses in host names of providers, beside those with dashes between all parts (dashed.ts). */
export function findProviderHosts(text: string, masking: Masking, report: Report): void {
  if (/\d_\d/.test(text)) findUnderscored(text, masking, report);
  if (text.includes('--')) findCompressed(text, masking, report);
  if (mayBeOfProvider(text)) findHexadecimal(text, masking, report);
}

function findUnderscored(text: string, masking: Masking, report: Report): void {
  eachMatch(text, UNDERSCORED, (match) => {
    const end = match.index + match[0].length;
    const written = match.slice(1, 5);
    const octets = written.map(Number);
    if (octets.some((octet) => octet > 255) || octets[0] === 0) return;
    const before = text.slice(Math.max(0, match.index - 16), match.index);
    if (!HOST_WORD.test(before) && !DOMAIN_AFTER.test(text.slice(end, end + CONTEXT_LENGTH))) return;
    if (FILE.test(DOMAIN.exec(text.slice(end, end + CONTEXT_LENGTH))?.[0] ?? '')) return;
    const masked = masking.ipv4(octets, written);
    if (masked !== null) report(match.index, end, masked.join('_'));
  });
}

function findCompressed(text: string, masking: Masking, report: Report): void {
  eachMatch(text, COMPRESSED, (match) => {
    if (!match[0].includes('--')) return;
    const end = match.index + match[0].length;
    const groups = parseIpv6(match[0].replaceAll('-', ':'));
    const isHost = /^\.[A-Za-z]/.test(text.slice(end, end + 2));
    // In other texts, two dashes may be punctuation.
    if (groups === null || (!isHost && match[0].split('-').length <= 3)) return;
    // The domain of Windows is handled with its zones.
    if (text.slice(end, end + 17).toLowerCase() === '.ipv6-literal.net') return;
    const masked = masking.ipv6(groups);
    if (masked !== null) report(match.index, end, masked.join('-'));
  });
}

function findHexadecimal(text: string, masking: Masking, report: Report): void {
  eachMatch(text, HEXADECIMAL, (match) => {
    const [start, end] = match.indices![2]!;
    const domain = DOMAIN.exec(text.slice(end, end + CONTEXT_LENGTH))?.[0] ?? '';
    if (FILE.test(domain) || !PROVIDER.test(domain)) return;
    const digits = match[2]!;
    const clean = digits.length === 8 ? hexIpv4(digits, masking) : hexIpv6(digits, masking);
    if (clean !== undefined) report(start, end, clean);
  });
}

function hexIpv4(digits: string, masking: Masking): string | undefined {
  const octets = [0, 2, 4, 6].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  const masked = masking.ipv4(octets, octets.map(String));
  return masked
    ?.map((part, index) => (part === String(octets[index]) ? digits.slice(index * 2, index * 2 + 2) : hexOr(part, 2)))
    .join('');
}

function hexIpv6(digits: string, masking: Masking): string | undefined {
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16));
  if (!/^(?:[23]|f[cde])/i.test(digits)) return undefined;
  return masking
    .ipv6(groups)
    ?.map((part) => (part === 'x' ? 'xxxx' : part.padStart(4, '0')))
    .join('');
}

/** The octet in hexadecimal, or one `x` per digit. */
function hexOr(part: string, length: number): string {
  return part === 'x' ? 'x'.repeat(length) : Number(part).toString(16).padStart(length, '0');
}

/** Searching for words costs less than an expression that tries every digit. */
function mayBeOfProvider(text: string): boolean {
  if (!text.includes('.')) return false;
  const lower = text.toLowerCase();
  return PROVIDER_WORDS.some((word) => lower.includes(word));
}

const PROVIDER_WORDS =
  'dip dyn pool dsl cable cust client broadband dhcp ipconnect rev. reverse res. static user'.split(' ');
