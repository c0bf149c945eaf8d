import {
  type Ipv6Groups,
  isIpv4Local,
  isIpv6Local,
  mappedIpv4,
  parseIpv4,
  parseIpv6,
} from '../../addresses/address.ts';
import { encryptDeterministic, encryptPrefixPreserving } from '../../addresses/ipcrypt.ts';
import { Networks } from '../../addresses/networks.ts';
import type { IpAddressPolicy } from '../../policy/policy.ts';
import type { Pseudonyms } from '../../pseudonyms/pseudonym.ts';

/** What becomes of an address. Null: it stays as it is. */
export interface Masking {
  /** Octets as they were written, so that a zero-padded one stays zero-padded. */
  ipv4(octets: readonly number[], written: readonly string[]): readonly string[] | null;
  ipv6(groups: Ipv6Groups): readonly string[] | null;
  /** The same for an address in its usual form; undefined when the text is none. */
  ipv4Text(text: string): string | null | undefined;
  ipv6Text(text: string): string | null | undefined;
  /** How many octets and groups may stay readable. */
  readonly ipv4Readable: number;
  readonly ipv6Readable: number;
  /** Groups that may stay readable of an address that begins with this one. */
  readableGroups(first: number): number;
}

/** 6to4 (RFC 3056, 2): the public IPv4 address of the client stands in the next two groups, within any prefix of 48 bits. */
const SIX_TO_FOUR = 0x2002;

/**
 * Masks as libwebrtc does for its own error events (`IPAddress::ToSensitiveString`): IPv4 keeps the leading octets, IPv6 is
 * expanded and keeps the leading groups, and `x` stands for each of the others. With `pseudonymize` and `encrypt` an address is another
 * address, by a key of its own.
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
    // Where only an IPv4 address has room, one that became an IPv6 address is blotted out.
    if (encrypt !== null) return encrypted?.map(String) ?? written.map(() => 'x');
    return written.map((octet, index) => (index < ipv4Readable ? octet : blank));
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
    ipv6,
    ipv4Text: remembered((text) => {
      const octets = parseIpv4(text);
      if (octets === null) return undefined;
      const clean = ipv4(octets, text.split('.'));
      if (clean !== null && policy.method === 'encrypt') return textOf(encrypt!(mapped(octets)));
      return clean?.join('.') ?? null;
    }),
    ipv6Text: remembered((text) => {
      const groups = parseIpv6(text);
      if (groups === null) return undefined;
      return ipv6(groups)?.join(':') ?? null;
    }),
  };
}

/** What makes another address of an address; null where the method does not. Both are IPv6, IPv4 mapped. */
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

/** A call has few addresses and names them hundreds of times. The memory is small, and only ever in memory. */
const REMEMBERED = 512;
/** Characters of an address in its longest form: six groups and a dotted tail. */
const MAX_LENGTH = 45;

function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > MAX_LENGTH) return compute(text);
    const result = known.get(text);
    if (result !== undefined || known.has(text)) return result as T;
    if (known.size === REMEMBERED) known.clear();
    const fresh = compute(text);
    // A copy: engines keep the whole message in memory for a part of it.
    known.set([...text].join(''), fresh);
    return fresh;
  };
}
