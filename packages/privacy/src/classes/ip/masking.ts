import type { IpAddressPolicy } from '../../policy.ts';
import { type Ipv6Groups, isIpv4Local, isIpv6Local, mappedIpv4, parseIpv4, parseIpv6 } from './address.ts';
import { Networks } from './networks.ts';

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
}

/**
 * Masks as libwebrtc does for its own error events (`IPAddress::ToSensitiveString`): IPv4 keeps the leading octets, IPv6 is
 * expanded and keeps the leading groups, and `x` stands for each of the others.
 */
export function masking(policy: IpAddressPolicy): Masking {
  const networks = new Networks(policy.keepNetworks);
  const ipv4Readable = policy.ipv4Bits / 8;
  const ipv6Readable = policy.ipv6Bits / 16;
  const blank = policy.method === 'truncate' ? '0' : 'x';
  const ipv4: Masking['ipv4'] = (octets, written) => {
    if (isIpv4Local(octets) || networks.hasIpv4(octets)) return null;
    return written.map((octet, index) => (index < ipv4Readable ? octet : blank));
  };
  const ipv6: Masking['ipv6'] = (groups) => {
    if (isIpv6Local(groups) || networks.hasIpv6(groups)) return null;
    const mapped = mappedIpv4(groups);
    if (mapped !== null && networks.hasIpv4(mapped)) return null;
    return groups.map((group, index) => (index < ipv6Readable ? group.toString(16) : blank));
  };
  return {
    ipv4Readable,
    ipv6Readable,
    ipv4,
    ipv6,
    ipv4Text: remembered((text) => {
      const octets = parseIpv4(text);
      if (octets === null) return undefined;
      return ipv4(octets, text.split('.'))?.join('.') ?? null;
    }),
    ipv6Text: remembered((text) => {
      const groups = parseIpv6(text);
      if (groups === null) return undefined;
      return ipv6(groups)?.join(':') ?? null;
    }),
  };
}

/** A call has few addresses and names them hundreds of times. The memory is small, and only ever in memory. */
const REMEMBERED = 512;
/** Characters of an address in its longest form: six groups and a dotted tail. */
const LONGEST = 45;

function remembered<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return compute(text);
    const result = known.get(text);
    if (result !== undefined || known.has(text)) return result as T;
    if (known.size === REMEMBERED) known.clear();
    const fresh = compute(text);
    // A copy: engines keep the whole message in memory for a part of it.
    known.set([...text].join(''), fresh);
    return fresh;
  };
}
