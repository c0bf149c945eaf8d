import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { mappedIpv4, parseIpv6 } from '@rtcstats-server/privacy';

/**
 * The network that limits treat as one client: an IPv4 address, or the /64 that an IPv6 host has to itself (RFC 6177,
 * RFC 7421).
 */
export function clientNetwork(address: string): string {
  const groups = isIPv6(address) ? parseIpv6(address) : null;
  if (groups === null) return address;
  const mapped = mappedIpv4(groups);
  return mapped === null
    ? `${groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')}::/64`
    : mapped.join('.');
}

/**
 * Names networks by a keyed hash. The key is random and never leaves the process, so that a name cannot be traced to an
 * address.
 */
export class NetworkNames {
  readonly #key: Buffer = randomBytes(32);

  nameOf(address: string): string {
    return createHmac('sha256', this.#key).update(clientNetwork(address)).digest('latin1');
  }
}
