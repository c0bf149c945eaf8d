import { parseIpv4, parseIpv6 } from './address.ts';

/**
 * A block of addresses: its first address in 8-bit (IPv4) or 16-bit (IPv6) parts, and the length of its prefix in bits.
 */
interface Network {
  readonly parts: readonly number[];
  readonly bits: number;
}

/** The networks of the operator, whose addresses are not personal data. */
export class Networks {
  readonly #ipv4: readonly Network[];
  readonly #ipv6: readonly Network[];

  /** Takes CIDR blocks (RFC 4632) and single addresses. Throws a RangeError that names the first invalid one. */
  constructor(cidrs: readonly string[]) {
    const networks = cidrs.map(parseNetwork);
    this.#ipv4 = networks.filter(({ parts }) => parts.length === 4);
    this.#ipv6 = networks.filter(({ parts }) => parts.length === 8);
  }

  hasIpv4(octets: readonly number[]): boolean {
    return this.#ipv4.some((network) => contains(network, octets, 8));
  }

  hasIpv6(groups: readonly number[]): boolean {
    return this.#ipv6.some((network) => contains(network, groups, 16));
  }
}

function parseNetwork(cidr: string): Network {
  const slash = cidr.indexOf('/');
  const address = slash < 0 ? cidr : cidr.slice(0, slash);
  const parts = parseIpv4(address) ?? parseIpv6(address);
  if (parts === null) throw new RangeError(`not a network: ${cidr}`);
  const most = parts.length === 4 ? 32 : 128;
  const length = slash < 0 ? String(most) : cidr.slice(slash + 1);
  const bits = Number(length);
  if (!/^\d{1,3}$/.test(length) || bits > most) throw new RangeError(`not a network: ${cidr}`);
  return { parts, bits };
}

function contains({ parts, bits }: Network, address: readonly number[], width: 8 | 16): boolean {
  let left = bits;
  for (let i = 0; left > 0; i++, left -= width) {
    const shift = Math.max(0, width - left);
    if (parts[i]! >> shift !== address[i]! >> shift) return false;
  }
  return true;
}
