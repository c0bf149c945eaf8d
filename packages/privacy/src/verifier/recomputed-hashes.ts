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
/** aioice (candidate_foundation) and werift; earlier versions of aioice wrote the name of a class instead of the type. */
const DIGESTED = ['host', 'srflx', 'prflx', 'relay', "<class 'type'>"].flatMap((type) =>
  ['udp', 'tcp'].map((protocol) => `${type}|${protocol}|`),
);
const WERIFT_SKIPS = 7;

/** Networks and strings of one dump. `T` says where a string is. */
export class RecomputedHashes<T> {
  readonly #networks = new Set<string>();
  readonly #values = new Map<string, T>();

  /** Collects the masked networks in a text. */
  learnNetworks(text: string): void {
    if (this.#networks.size >= MAX_NETWORKS) return;
    for (const match of text.matchAll(MASKED)) {
      if (this.#networks.size < MAX_NETWORKS) this.#networks.add(match[1]!);
    }
  }

  /** Collects a string if it may be a hash. `where` is only called if it is collected. */
  learnValue(text: string, where: () => T): void {
    if (text.length < MIN_LENGTH || text.length > MAX_LENGTH || !HASH.test(text)) return;
    if (this.#values.size < MAX_VALUES && !this.#values.has(text)) this.#values.set(text, where());
  }

  /** The strings from which an address of a masked network can be computed. */
  *matches(): Generator<readonly [value: string, where: T]> {
    if (this.#values.size === 0) return;
    const hasDigests = [...this.#values.keys()].some((value) => value.length >= 32 - WERIFT_SKIPS);
    const found = new Set<string>();
    for (const network of this.#networks) {
      for (let host = 0; host < 256; host++) {
        for (const hash of hashesOf(`${network}.${host}`, hasDigests)) {
          const where = this.#values.get(hash);
          if (where === undefined || found.has(hash)) continue;
          found.add(hash);
          yield [hash, where];
        }
      }
    }
  }
}

function* hashesOf(address: string, withDigests: boolean): Generator<string> {
  for (const [before, after] of SUMMED) yield String(crc32(before + address + after));
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  // pjnath (pj_ice_calc_foundation).
  for (const letter of 'HSPR') yield letter + number.toString(16);
  // libre (compute_foundation): the type, 0 to 3, in the last bits.
  for (let type = 0; type < 4; type++) yield ((number ^ type) >>> 0).toString(16).padStart(8, '0');
  if (!withDigests) return;
  for (const before of DIGESTED) {
    const digest = bytesToHex(md5(utf8ToBytes(before + address)));
    yield digest;
    yield digest.slice(WERIFT_SKIPS);
  }
}

/** CRC-32 of ASCII text (ISO 3309), with the reflected polynomial. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function crc32(text: string): number {
  let sum = 0xffffffff;
  for (let i = 0; i < text.length; i++) sum = TABLE[(sum ^ text.charCodeAt(i)) & 255]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
