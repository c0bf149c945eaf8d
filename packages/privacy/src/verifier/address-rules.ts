import type { IpAddressPolicy } from '../policy/policy.ts';
import { type Groups, parseGroups } from './groups.ts';
import type { RelayAddresses } from './relay-addresses.ts';

/** An IPv4 address as four octets. */
export type Octets = readonly number[];

/** The addresses that a policy allows. Compiled once per verifier. */
export interface AddressRules {
  /** Leading octets of a masked IPv4 address that may be readable. */
  readonly octets: number;
  /** Leading groups of a masked IPv6 address that may be readable. */
  readonly groups: number;
  /** The same for 6to4 addresses (RFC 3056), which begin with 2002: the next 32 bits are the user's IPv4 address. */
  readonly sixToFourGroups: number;
  allowsIpv4(octets: Octets): boolean;
  allowsIpv6(groups: Groups): boolean;
}

interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

const MAPPED = [0, 0, 0, 0, 0, 0xffff];
/** The first group of 6to4 addresses. */
export const SIX_TO_FOUR = 0x2002;
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0];

/** Groups of receivers (RFC 5771), which identify nobody. */
export function isMulticast(octets: Octets): boolean {
  return octets[0]! >> 4 === 14;
}

/**
 * The same (RFC 4291, section 2.7), unless a part of a machine's address or network is in it (RFC 4291, 2.7.1; RFC
 * 3306).
 */
function isMulticastIpv6(groups: Groups): boolean {
  if (groups[0]! >> 8 !== 0xff) return false;
  const flags = (groups[0]! >> 4) & 15;
  const isSolicited = groups[5] === 1 && groups[6]! >> 8 === 0xff;
  return flags < 3 && !isSolicited;
}

/**
 * Allows loopback, unspecified and multicast addresses, the operator's networks, relays if they are kept and, with
 * `truncate`, addresses whose host part is zero.
 */
export function addressRules(policy: IpAddressPolicy, relays: RelayAddresses): AddressRules {
  const partly = policy.method === 'mask' || policy.method === 'truncate';
  const ipv4Bits = partly ? policy.ipv4Bits : 0;
  const ipv6Bits = partly ? policy.ipv6Bits : 0;
  const sixToFourBits = Math.min(ipv6Bits, 16 + (ipv4Bits - (ipv4Bits % 16)));
  const networks = policy.keepNetworks.flatMap((cidr) => parseNetwork(cidr) ?? []);
  const kept = (bytes: readonly number[]) => networks.some((network) => contains(network, bytes));

  const allowsIpv4 = (octets: Octets) =>
    octets[0] === 127 ||
    isMulticast(octets) ||
    octets.every((octet) => octet === 0) ||
    (policy.method === 'truncate' && hostIsZero(octets, ipv4Bits)) ||
    kept(octets) ||
    relays.has(octets);

  const allowsIpv6 = (groups: Groups) => {
    if (groups.slice(0, 7).every((group) => group === 0) && groups[7]! <= 1) return true;
    if (isMulticastIpv6(groups)) return true;
    const bytes = toBytes(groups);
    if (startsWith(groups, MAPPED) || startsWith(groups, NAT64)) {
      if (allowsIpv4(bytes.slice(12))) return true;
    }
    const bits = groups[0] === SIX_TO_FOUR ? sixToFourBits : ipv6Bits;
    return (policy.method === 'truncate' && hostIsZero(bytes, bits)) || kept(bytes) || relays.has(groups);
  };
  const sixToFourGroups = sixToFourBits / 16;
  return { octets: ipv4Bits / 8, groups: ipv6Bits / 16, sixToFourGroups, allowsIpv4, allowsIpv6 };
}

/** Whether the first six groups are only the prefix of an embedded IPv4 address. */
export function embedsIpv4(prefix: readonly number[]): boolean {
  return startsWith(prefix, MAPPED) || startsWith(prefix, NAT64) || prefix.every((group) => group === 0);
}

function parseNetwork(cidr: string): Network | undefined {
  const [address = '', length] = cidr.trim().split('/');
  let bytes: readonly number[] | undefined;
  if (address.includes(':')) {
    const groups = parseGroups(address.split(':'));
    bytes = groups && toBytes(groups);
  } else {
    const octets = address.split('.').map(Number);
    if (octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255)) bytes = octets;
  }
  const bits = length === undefined ? (bytes?.length ?? 0) * 8 : Number(length);
  return bytes !== undefined && bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

function contains(network: Network, bytes: readonly number[]): boolean {
  if (network.bytes.length !== bytes.length) return false;
  for (let bit = 0; bit < network.bits; bit += 8) {
    const mask = network.bits - bit >= 8 ? 0xff : (0xff00 >> (network.bits - bit)) & 0xff;
    if ((network.bytes[bit / 8]! & mask) !== (bytes[bit / 8]! & mask)) return false;
  }
  return true;
}

function hostIsZero(bytes: readonly number[], bits: number): boolean {
  return bytes.slice(Math.ceil(bits / 8)).every((byte) => byte === 0);
}

function toBytes(groups: Groups): number[] {
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function startsWith(groups: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((group, index) => groups[index] === group);
}
