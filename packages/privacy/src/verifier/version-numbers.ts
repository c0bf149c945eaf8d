import { isWord } from './characters.ts';
import type { Place } from './detector.ts';
import { hasProgramSizes, hasVersionSizes, isBehindVersionWord, isProgramName } from './software-versions.ts';

/** Words before a slash that are a transport or a party, not a product; the number after it is an address. */
const NO_PRODUCT = new Set(
  (
    'udp tcp tls dtls sctp rtp srtp rtcp rtsp sip sips stun stuns turn turns ice ip ipv4 ipv6 inet http https ws wss quic ssl ' +
    'nat host client server peer remote local user address addr from to via relay srflx prflx source destination src dst'
  ).split(' '),
);
/** Product names in user agents that are all upper case. */
const UPPER_CASE_PRODUCTS = new Set(['OPR', 'OPT', 'OPX', 'GSA', 'UCWEB', 'MQQBrowser']);

/**
 * Whether the dotted number at `start` is the version of a product, written as in a user agent (RFC 9110, section
 * 10.1.5), or the whole value of a property for versions. In doubt it is not, because a false positive is better than a
 * missed address.
 */
export function isVersionNumber(text: string, start: number, end: number, place: Place): boolean {
  const parts = text.slice(start, end).split('.').map(Number);
  const isWhole = text.trim().length === end - start;
  if (place.kind === 'value' && isWhole) {
    if (isVersionName(place.name)) return hasVersionSizes(parts, true);
    if (isProgramName(place.name ?? '')) return hasProgramSizes(parts);
  }
  // A property in JSON text that was cut off.
  if (place.kind === 'text' && /(?<!con|di)version\\*"\s*:\s*\\*"$/i.test(text.slice(Math.max(0, start - 32), start)))
    return hasVersionSizes(parts, true);
  if (text.charCodeAt(start - 1) !== 47) return isBehindVersionWord(text, start, end, parts);
  let first = start - 1;
  while (first > 0 && isProductCharacter(text.charCodeAt(first - 1))) first--;
  if (first > 0 && !' \t("\';,['.includes(text[first - 1]!)) return false;
  const product = text.slice(first, start - 1);
  if (UPPER_CASE_PRODUCTS.has(product)) return true;
  return /^[A-Z]/.test(product) && /[a-z]/.test(product) && !NO_PRODUCT.has(product.toLowerCase());
}

/** Conversion, diversion, inversion, reversion, aversion, perversion. */
const OTHER_WORDS = /(?:con|di)$|^(?:in|re|a|per)$/;

/** Whether a property of this name holds a version. */
export function isVersionName(name: string | undefined): boolean {
  const lower = name?.toLowerCase() ?? '';
  const at = lower.indexOf('version');
  return at >= 0 && !OTHER_WORDS.test(lower.slice(0, at));
}

function isProductCharacter(code: number): boolean {
  return isWord(code) || code === 45 || code === 46 || code === 43;
}
