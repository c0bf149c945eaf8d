import { BlockList, isIP } from 'node:net';

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; `undefined` for anything else. Zones are not allowed. */
function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const width = version === 4 ? 32 : 128;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = prefix === undefined ? width : Number(prefix);
  if (bits > width) return undefined;
  return { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Whether the text is an IP address or a CIDR block (RFC 4632, RFC 4291 section 2.3). */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/**
 * A matcher for a list that was validated with `isNetwork`. `BlockList.check` also matches IPv4-mapped IPv6 addresses.
 */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network === undefined) throw new TypeError('Not an address or CIDR block');
    list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}

const loopback = networkList(['127.0.0.0/8', '::1']);

/**
 * Whether a listener on this host is reachable from this machine only (RFC 1122 3.2.1.3, RFC 4291 2.5.3, RFC 6761 6.3).
 */
export function isLoopbackHost(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whether secrets and keys may be sent to this URL: it uses https, or http on this machine. URLs with a user name or
 * password are not allowed, because they would end up in logs.
 */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const here = isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ''));
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
