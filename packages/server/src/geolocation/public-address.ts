import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses without a location: everything that the IANA special-purpose registries (RFC 6890) do not mark as globally
 * reachable, and multicast.
 */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Within global unicast (2000::/3): protocol assignments with Teredo in them, documentation, 6to4. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [address, bits] of SPECIAL_IPV4) special.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of SPECIAL_IPV6) special.addSubnet(address, bits, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * The address if it is public, otherwise `undefined`. An IPv4 address in IPv6 (RFC 4291, 2.5.5.2) is returned as IPv4.
 */
export function publicAddress(text: string): string | undefined {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(address)) return special.check(address, 'ipv4') ? undefined : address;
  if (!isIPv6(address) || address.includes('%')) return undefined;
  return globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6') ? address : undefined;
}
