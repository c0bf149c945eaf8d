/** Numbers that are written like phone numbers or e-mail addresses but measure or name something technical. */

/** A unit after a number, as a whole word. Single letters are left out because words are abbreviated like that. */
const UNIT =
  /^\s{0,2}(?:(?:[kmgt]i?)?(?:bytes?|bits?|bps|bit\/s)|[kmgt]i?b(?:it|ps)?|[kmg]?hz|octets?|packets?|pkts?|frames?|samples?|ticks?|pixels?|px|fps|ppm|ppb|(?:milli|micro|nano)?seconds?|secs?|msec|usec|nsec|ms|us|µs|ns|dBm?|dBov|rtp ticks|events?|messages?)(?![\p{L}\p{N}_])/iu;
/** A word for a difference before a number with a sign: `drift: +1234567`. */
const DIFFERENCE =
  /(?<![\p{L}])(?:delta|diff(?:erence)?|drift|offset|skew|jitter|adjust(?:ed|ment)?|advanced?|elapsed)(?:\s(?:is|was|of|by))?["']?[\s:=]{1,3}$/iu;
/** Words about bit rates near three of them. */
const RATES = /bit[ _-]?rate|kbps|kbit|mbps|bps|simulcast|layer|bandwidth|encoding|rates?\b|quality/i;
const THREE = /^(\d{3})-(\d{3})-(\d{4})$/;
const CONTEXT = 40;
const LONGEST_UNIT = 20;

/** Whether the number in `text` from `start` to `end` is a measure instead of a phone number. */
export function isMeasure(text: string, start: number, end: number): boolean {
  if (UNIT.test(text.slice(end, end + LONGEST_UNIT))) return true;
  if (text.charCodeAt(start) === 43 && DIFFERENCE.test(text.slice(Math.max(0, start - CONTEXT), start))) return true;
  return isBitrates(text, start, end);
}

/**
 * `150-500-1500`: the bit rates of three layers, each higher than the one before and rounded. In North America no area
 * code begins with 0 or 1; with others, the text has to mention bit rates.
 */
function isBitrates(text: string, start: number, end: number): boolean {
  const parts = THREE.exec(text.slice(start, end))?.slice(1).map(Number) as [number, number, number] | undefined;
  if (parts === undefined || parts.some((part) => part % 10 !== 0)) return false;
  if (!(parts[0] < parts[1] && parts[1] < parts[2])) return false;
  return parts[0] < 200 || RATES.test(text.slice(Math.max(0, start - CONTEXT), end + CONTEXT));
}

/** `webrtc-adapter@8.2.3`, `sdk@1.0.0-beta.2`: a package with its version (Semantic Versioning 2.0.0), not a domain. */
const PACKAGE_VERSION = /@\d{1,5}\.\d{1,6}(?:\.\d{1,9}(?:-[a-z]{1,12}(?:\.?\d{1,14}){0,3})?)?\.?$/i;

/**
 * Whether a text in the form of an e-mail address is a package. A domain ends with a letter, an address has four
 * numbers.
 */
export function isPackage(address: string): boolean {
  return PACKAGE_VERSION.test(address);
}
