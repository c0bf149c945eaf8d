import {
  type Ipv6Groups,
  isIpv4Local,
  isIpv6Local,
  isMulticast,
  mappedIpv4,
  parseIpv4,
  parseIpv6,
} from '../../addresses/address.ts';
import { encryptDeterministic, encryptPrefixPreserving } from '../../addresses/ipcrypt.ts';
import { Networks } from '../../addresses/networks.ts';
import type { IpAddressPolicy } from '../../policy/policy.ts';
import type { Pseudonyms } from '../../pseudonyms/pseudonym.ts';

/** Computes the replacement of an address. Null means that the address is kept. */
export interface Masking {
  /** Returns the parts of the replacement. `written` are the octets as written, to preserve zero padding. */
  ipv4(octets: readonly number[], written: readonly string[]): readonly string[] | null;
  /**
   * The same for four numbers in a host name that may be in either order: reversed names are common among providers, so
   * only the numbers that belong to the network in both orders are kept.
   */
  ipv4InEitherOrder(octets: readonly number[], written: readonly string[]): readonly string[] | null;
  ipv6(groups: Ipv6Groups): readonly string[] | null;
  /** The same for an address in its usual notation; undefined if the text is not an address. */
  ipv4Text(text: string): string | null | undefined;
  ipv6Text(text: string): string | null | undefined;
  /** Number of octets and groups that are kept. */
  readonly ipv4Readable: number;
  readonly ipv6Readable: number;
  /** Number of groups that are kept of an address whose first group is `first`. */
  readableGroups(first: number): number;
}

/** 6to4 (RFC 3056, section 2): the next two groups are the client's public IPv4 address, within any 48-bit prefix. */
const SIX_TO_FOUR = 0x2002;

/**
 * Masks like libwebrtc in its own error events (`IPAddress::ToSensitiveString`): IPv4 keeps the leading octets; IPv6 is
 * expanded and keeps the leading groups; each of the others becomes `x`. `pseudonymize` and `encrypt` replace an
 * address by another address, with a key derived for that purpose.
 */
export function masking(policy: IpAddressPolicy, pseudonyms: Pseudonyms): Masking {
  const networks = new Networks(policy.keepNetworks);
  const encrypt = encryption(policy, pseudonyms);
  const ipv4Readable = policy.ipv4Bits / 8;
  const ipv6Readable = policy.ipv6Bits / 16;
  const sixToFourReadable = Math.min(ipv6Readable, 1 + Math.floor(policy.ipv4Bits / 16));
  const readableGroups = (first: number): number => (first === SIX_TO_FOUR ? sixToFourReadable : ipv6Readable);
  const blank = policy.method === 'truncate' ? '0' : 'x';
  const ipv4: Masking['ipv4'] = (octets, written) => {
    if (isIpv4Local(octets) || networks.hasIpv4(octets)) return null;
    const encrypted = encrypt === null ? undefined : mappedIpv4(encrypt(mapped(octets)));
    // In places for IPv4 addresses only, an address that was encrypted to an IPv6 address is masked completely.
    if (encrypt !== null) return encrypted?.map(String) ?? written.map(() => 'x');
    return written.map((octet, index) => (index < ipv4Readable ? octet : blank));
  };
  const ipv4InEitherOrder: Masking['ipv4'] = (octets, written) => {
    const masked = ipv4(octets, written);
    const isReversePersonal = ipv4([...octets].reverse(), written) !== null;
    // A multicast address is only one if the order is right.
    if (masked === null && isMulticast(octets) && isReversePersonal) {
      if (encrypt !== null) return written.map(() => blank);
      return written.map((part, index) => (Math.max(index, 3 - index) < ipv4Readable ? part : blank));
    }
    if (masked === null || encrypt !== null || !isReversePersonal) return masked;
    return masked.map((part, index) => (3 - index < ipv4Readable ? part : blank));
  };
  const ipv6: Masking['ipv6'] = (groups) => {
    if (isIpv6Local(groups) || networks.hasIpv6(groups)) return null;
    const octets = mappedIpv4(groups);
    if (octets !== null && networks.hasIpv4(octets)) return null;
    if (encrypt !== null) return encrypt(groups).map((group) => group.toString(16));
    const readable = readableGroups(groups[0]!);
    return groups.map((group, index) => (index < readable ? group.toString(16) : blank));
  };
  return {
    ipv4Readable,
    ipv6Readable,
    readableGroups,
    ipv4,
    ipv4InEitherOrder,
    ipv6,
    ipv4Text: cached((text) => {
      const octets = parseIpv4(text);
      if (octets === null) return undefined;
      const clean = ipv4(octets, text.split('.'));
      if (clean !== null && policy.method === 'encrypt') return textOf(encrypt!(mapped(octets)));
      return clean?.join('.') ?? null;
    }),
    ipv6Text: cached((text) => {
      const groups = parseIpv6(text);
      if (groups === null) return undefined;
      return ipv6(groups)?.join(':') ?? null;
    }),
  };
}

/** The function that encrypts an address; null if the method does not. Input and output are IPv6, with IPv4 mapped. */
function encryption(policy: IpAddressPolicy, pseudonyms: Pseudonyms): ((groups: Ipv6Groups) => Ipv6Groups) | null {
  const cipher = { pseudonymize: encryptPrefixPreserving, encrypt: encryptDeterministic };
  if (policy.method !== 'pseudonymize' && policy.method !== 'encrypt') return null;
  const work = cipher[policy.method];
  const key = pseudonyms.keyFor(policy.method === 'encrypt' ? 'ipcrypt-deterministic' : 'ipcrypt-pfx');
  return (groups) => {
    const bytes = work(key, Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));
    return groups.map((_, index) => bytes[2 * index]! * 256 + bytes[2 * index + 1]!);
  };
}

function mapped(octets: readonly number[]): Ipv6Groups {
  return [0, 0, 0, 0, 0, 0xffff, octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!];
}

function textOf(groups: Ipv6Groups): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** Size of the cache: a call has few addresses and repeats them hundreds of times. */
const MAX_CACHED = 512;
/** The longest notation: six groups and a dotted tail. */
const MAX_LENGTH = 45;

function cached<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > MAX_LENGTH) return compute(text);
    const result = known.get(text);
    if (result !== undefined || known.has(text)) return result as T;
    if (known.size === MAX_CACHED) known.clear();
    const fresh = compute(text);
    // A copy, because a substring keeps the whole message in memory.
    known.set([...text].join(''), fresh);
    return fresh;
  };
}
