import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Computes what ICE stacks compute from the 256 addresses of each masked network of a dump, and compares it with
 * strings anywhere in the dump. Foundations in their own places are reported by their form (foundations.ts); this finds
 * them under other names, as in an application's own log. Limits: IPv4 networks of 24 bits, because a longer search
 * would take random numbers for hashes (here one in a million per network), and the numbers of networks and strings
 * below. A network takes some milliseconds, and with strings like MD5 some dozens, and
 * nothing is searched if there are no strings to compare.
 */
const MAX_NETWORKS = 32;
const MAX_VALUES = 1024;

const MASKED = /(?<![\d.])(\d{1,3}\.\d{1,3}\.\d{1,3})\.x(?![\w.])/gi;
/** CRC-32 in decimal digits, an address or a type and an address in hexadecimal digits, MD5, and its last 25 digits. */
const HASH = /^(?:\d{8,10}|[HSPR]?[0-9a-f]{6,8}|[0-9a-f]{25}|[0-9a-f]{32})$/;
const DECIMAL = /^\d{8,10}$/;
const MIN_LENGTH = 6;
const MAX_LENGTH = 32;

/**
 * Texts around the address of which stacks take the CRC-32. libwebrtc up to Chromium 106 (Port::ComputeFoundation) has
 * its internal names of the types, and the protocol to the relay at the end; pion (candidateBase.Foundation) the names
 * of the standard and the network type.
 */
const SUMMED: readonly (readonly [before: string, after: string])[] = [
  ...['local', 'stun', 'prflx', 'relay'].flatMap((type) => ['udp', 'tcp'].map((end) => [type, end] as const)),
  ...['udp', 'tcp'].flatMap((protocol) => ['udp', 'tcp', 'tls'].map((end) => ['relay', protocol + end] as const)),
  ...['host', 'srflx', 'prflx', 'relay'].flatMap((type) => ['udp4', 'tcp4'].map((end) => [type, end] as const)),
];
/**
 * aioice (candidate_foundation) and werift; earlier versions of aioice wrote the name of a class instead of the type.
 */
const DIGESTED = ['host', 'srflx', 'prflx', 'relay', "<class 'type'>"].flatMap((type) =>
  ['udp', 'tcp'].map((protocol) => `${type}|${protocol}|`),
);
const WERIFT_SKIPS = 7;

/** The place of a string that may be a hash; `names` are the property names in `path`. */
export interface HashPlace {
  readonly line: number;
  readonly path: string;
  readonly names: readonly string[];
}

/** Networks and strings of one dump. `T` says where a string is. */
export class RecomputedHashes<T> {
  readonly #networks = new Set<string>();
  readonly #values = new Map<string, T>();

  /** Collects the masked networks in a text. */
  learnNetworks(text: string): void {
    // Searching for two characters is faster than an expression, and most texts have no masked address.
    if (this.#networks.size >= MAX_NETWORKS || !(text.includes('.x') || text.includes('.X'))) return;
    MASKED.lastIndex = 0;
    for (let match = MASKED.exec(text); match !== null; match = MASKED.exec(text)) {
      if (this.#networks.size < MAX_NETWORKS) this.#networks.add(match[1]!);
    }
  }

  /** Collects a string if it may be a hash. `where` is only called if it is collected. */
  learnValue(text: string, where: () => T): void {
    if (text.length < MIN_LENGTH || text.length > MAX_LENGTH) return;
    if (!isHexDigit(text.charCodeAt(text.length - 1)) || !HASH.test(text)) return;
    if (this.#values.size < MAX_VALUES && !this.#values.has(text)) this.#values.set(text, where());
  }

  /** The strings from which an address of a masked network can be computed. */
  *matches(): Generator<readonly [value: string, where: T]> {
    if (this.#networks.size === 0) return;
    const digests = new Set<string>();
    const sums = new Map<number, string>();
    for (const [value, where] of this.#values) {
      if (value.length >= 32 - WERIFT_SKIPS) digests.add(value);
      else if (DECIMAL.test(value)) sums.set(Number(value), value);
      if (this.#isAddress(value)) yield [value, where];
    }
    for (const network of this.#networks) {
      if (sums.size > 0) {
        for (const sum of sumsOf(network)) {
          const value = sums.get(sum);
          if (value === undefined) continue;
          sums.delete(sum);
          yield [value, this.#values.get(value)!];
        }
      }
      if (digests.size === 0) continue;
      for (const digest of digestsOf(network)) if (digests.delete(digest)) yield [digest, this.#values.get(digest)!];
    }
  }

  /**
   * Whether the value is an address of a masked network in hexadecimal digits: with the letter of the type in pjnath
   * (pj_ice_calc_foundation), or with the type, 0 to 3, in the last bits in libre (compute_foundation).
   */
  #isAddress(value: string): boolean {
    const digits = /^[HSPR]?([0-9a-f]{7,8})$/.exec(value)?.[1];
    if (digits === undefined) return false;
    const number = Number.parseInt(digits, 16);
    return this.#networks.has(`${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}`);
  }
}

/** The CRC-32 of all addresses of the network with all texts around them. */
function* sumsOf(network: string): Generator<number> {
  for (const [before, after] of SUMMED) {
    const begun = continued(0xffffffff, `${before}${network}.`);
    for (let host = 0; host < 256; host++) yield (continued(begun, host + after) ^ 0xffffffff) >>> 0;
  }
}

function* digestsOf(network: string): Generator<string> {
  for (const before of DIGESTED) {
    for (let host = 0; host < 256; host++) {
      const digest = bytesToHex(md5(utf8ToBytes(`${before}${network}.${host}`)));
      yield digest;
      yield digest.slice(WERIFT_SKIPS);
    }
  }
}

/** CRC-32 of ASCII text (ISO 3309), with the reflected polynomial. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
}

/** Continues a sum with more text. */
function continued(begun: number, text: string): number {
  let sum = begun;
  for (let i = 0; i < text.length; i++) sum = TABLE[(sum ^ text.charCodeAt(i)) & 255]! ^ (sum >>> 8);
  return sum;
}
