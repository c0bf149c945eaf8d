import { BlockList, isIP } from 'node:net';

/**
 * Whether an IP address is in one of the networks of a policy (`privacy.ipAddresses.keepNetworks`), which are addresses
 * or CIDR blocks (RFC 4632, RFC 4291 section 2.3). The canary has its own matcher because it must not share code with
 * the anonymizer that it tests.
 */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [start = '', prefix] = network.split('/');
    const family = familyOf(start);
    list.addSubnet(start, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
