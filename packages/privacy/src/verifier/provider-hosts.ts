import type { AddressRules } from './address-rules.ts';
import type { Hit } from './detector.ts';

/** Four numbers with underscores before a domain, or after a word for a host. */
const UNDERSCORES =
  /(?<!\d|\d_)(\d{1,3})_(\d{1,3})_(\d{1,3})_(\d{1,3})(?=\.(?:[a-z\d-]{1,63}\.)[a-z])|(?<=(?<![a-z\d])(?:ip|host|addr|client|peer)_?)(\d{1,3})_(\d{1,3})_(\d{1,3})_(\d{1,3})(?![\d\w.])/gi;
/** All eight digits of an address in hexadecimal, before the domain of an access network. */
const HEXADECIMAL =
  /(?<![\da-z_])(?:ip-?|pd?|x|h|dyn-?|host-?|pool-?|dsl-?|cable-?)?([\da-f]{8})\.(?=(?:[a-z\d-]{1,63}\.){0,3}(?:dip\d?|dyn|dynamic|pool|[av]?dsl|cable|customers?|broadband|t-ipconnect)\.)/dgi;
const FILE =
  /^\.(?:[\w-]{1,63}\.){0,5}(?:[cm]?[jt]sx?|css|json|map|wasm|html?|png|jpe?g|gif|svg|webp|txt|log|xml|zip|gz|mp[34]|webm|dump)(?![\w.-])/i;

/** IPv4 addresses in host names that have neither dots nor dashes between the octets. */
export function findProviderHosts(text: string, rules: AddressRules, hits: Hit[]): void {
  for (const match of /\d_\d/.test(text) ? text.matchAll(UNDERSCORES) : []) {
    const octets = match
      .slice(1)
      .filter((part) => part !== undefined)
      .map(Number);
    if (octets.some((octet) => octet > 255) || octets[0] === 0 || rules.allowsIpv4(octets)) continue;
    const end = match.index + match[0].length;
    if (!FILE.test(text.slice(end, end + 200))) hits.push({ start: match.index, end });
  }
  for (const match of mayBeOfProvider(text) ? text.matchAll(HEXADECIMAL) : []) {
    const octets = match[1]!.match(/../g)!.map((digits) => Number.parseInt(digits, 16));
    const [start, end] = match.indices![1]!;
    if (!rules.allowsIpv4(octets) && !FILE.test(text.slice(end, end + 200))) hits.push({ start, end });
  }
}

/** Searching for words costs less than an expression that tries every digit. */
function mayBeOfProvider(text: string): boolean {
  if (!text.includes('.')) return false;
  const lower = text.toLowerCase();
  return PROVIDER_WORDS.some((word) => lower.includes(word));
}

const PROVIDER_WORDS = 'dip dyn pool dsl cable customer broadband t-ipconnect'.split(' ');
