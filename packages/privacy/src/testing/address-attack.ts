import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { readingsOf } from './readings.ts';

/**
 * The attack on anonymized data by trying: hashes all possible addresses as ICE stacks do, and looks for the results
 * among everything that is readable. An attacker tries the 256 addresses of a masked network, all private ones or all
 * of IPv4, and finds an address exactly if one of its hashes is in the data. So it is enough to hash the addresses that
 * are really hidden in the data, and then every combination of parts and every hash can be afforded.
 */

const TYPES = [
  '',
  'host',
  'local',
  'srflx',
  'stun',
  'prflx',
  'relay',
  'turn',
  "<class 'type'>",
  'HOST',
  'SRFLX',
  'RELAY',
];
const PROTOCOLS = ['', 'udp', 'tcp', 'udp4', 'tcp4', 'udp6', 'tcp6', 'ssltcp', 'UDP', 'TCP'];
const RELAY_PROTOCOLS = ['', 'udp', 'tcp', 'tls'];
const SEPARATORS = ['', '|', ':', '-', '_', '/', ' ', ','];
const DIGESTS = ['md5', 'sha1', 'sha256'];
const MIN_LENGTH = 6;

function* textsOf(address: string): Generator<string> {
  for (const type of TYPES) {
    for (const protocol of PROTOCOLS) {
      for (const separator of SEPARATORS) {
        yield [type, address, protocol].join(separator);
        yield [type, protocol, address].join(separator);
        yield [address, type, protocol].join(separator);
      }
      for (const relay of RELAY_PROTOCOLS) {
        yield type + address + protocol + relay;
        yield type + protocol + relay + address;
      }
    }
  }
}

/** Hashes of 32 bits, as numbers. */
const SUMS: readonly ((bytes: Uint8Array) => number)[] = [
  (bytes) => crc32(bytes),
  // String.hashCode of Java.
  (bytes) => bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 0),
  // djb2.
  (bytes) => bytes.reduce((sum, byte) => (Math.imul(sum, 33) + byte) >>> 0, 5381),
  // FNV-1a.
  (bytes) => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5),
];

/** All ways to write a hash of the address, or the address itself as a number. */
function hashesOf(address: string): Set<string> {
  const hashes = new Set<string>();
  const addNumber = (number: number): void => {
    const hex = number.toString(16);
    for (const text of [number.toString(), (number | 0).toString(), hex, hex.padStart(8, '0'), number.toString(36)]) {
      hashes.add(text);
    }
    for (const letter of 'hspr') hashes.add(letter + hex);
  };
  if (!address.includes(':')) {
    const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    for (let type = 0; type < 8; type++) addNumber((number ^ type) >>> 0);
    const reversed = address.split('.').reduceRight((sum, octet) => sum * 256 + Number(octet), 0);
    addNumber(reversed);
  }
  for (const text of textsOf(address)) {
    const bytes = Buffer.from(text);
    for (const sum of SUMS) addNumber(sum(bytes));
    for (const name of DIGESTS) {
      const digest = createHash(name).update(bytes).digest();
      const hex = digest.toString('hex');
      for (const length of [8, 16, 32]) {
        hashes.add(hex.slice(0, length)).add(hex.slice(-length));
      }
      hashes.add(hex).add(hex.slice(7)).add(digest.toString('base64').toLowerCase());
    }
  }
  return hashes;
}

/** Hashes of addresses, to be tried on many texts. */
export class AddressAttack {
  /** Hash -> address. */
  readonly #hashes = new Map<string, string>();

  constructor(addresses: Iterable<string>) {
    for (const address of addresses) {
      for (const hash of hashesOf(address)) if (hash.length >= MIN_LENGTH) this.#hashes.set(hash, address);
    }
  }

  /** The addresses that can be computed from values in these lines of JSON, each with the values that reveal it. */
  on(lines: Iterable<string>): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    const seen = new Set<string>();
    const tryValue = (value: string): void => {
      if (seen.has(value)) return;
      seen.add(value);
      const address = this.#hashes.get(value.toLowerCase());
      if (address === undefined) return;
      found.set(address, (found.get(address) ?? new Set()).add(value));
    };
    for (const line of lines) {
      for (const text of [line, ...readingsOf(line)]) {
        for (const [value] of text.matchAll(/[\w+/=-]{6,}/g)) tryValue(value);
        for (const [value] of text.matchAll(/[0-9a-z]{6,}/gi)) tryValue(value);
      }
    }
    return found;
  }
}
