import { type Ipv6Groups, mappedIpv4, parseIpv4, parseIpv6 } from '../../addresses/address.ts';
import type { AddressClass } from '../../model/derived-values.ts';

/** What can be told about an address without knowing anything else. */
export interface AddressFacts {
  readonly class: AddressClass;
  /** The /24 (IPv4) or /64 (IPv6) of the address. Absent where the network is not one link or site. */
  readonly network?: string;
  /** The address in one spelling, if it is public, so that it is that of a household, a company or a machine. */
  readonly publicAddress?: string;
}

/** The facts about a complete IP address or a name in `.local`; undefined for other texts. */
export function addressFacts(text: string): AddressFacts | undefined {
  if (/\.local$/i.test(text)) return { class: 'mdns' };
  const octets = parseIpv4(text);
  if (octets !== null) return ipv4Facts(octets);
  const groups = text.includes(':') ? parseIpv6(text) : null;
  return groups === null ? undefined : ipv6Facts(groups);
}

function ipv4Facts(octets: readonly number[]): AddressFacts {
  const found = ipv4Class(octets[0]!, octets[1]!, octets[2]!);
  if (found === 'link-local' || found === 'reserved') return { class: found };
  const network = octets.slice(0, 3).join('.');
  return found === 'public' ? { class: found, network, publicAddress: octets.join('.') } : { class: found, network };
}

/** RFC 1918, RFC 6598, RFC 3927, and the IANA IPv4 Special-Purpose Address Registry. */
function ipv4Class(a: number, b: number, c: number): AddressClass {
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b <= 127) return 'cgnat';
  if (a === 169 && b === 254) return 'link-local';
  // Benchmarking (used by VPN clients), protocol assignments (DS-Lite, 464 translation), and class E.
  const isReserved = a === 0 || a === 127 || a >= 224 || (a === 198 && b >= 18 && b <= 19);
  // The networks of documentation are public addresses in examples.
  return isReserved || (a === 192 && b === 0 && c === 0) ? 'reserved' : 'public';
}

function ipv6Facts(groups: Ipv6Groups): AddressFacts {
  const octets = mappedIpv4(groups);
  if (octets !== null) return ipv4Facts(octets);
  const found = ipv6Class(groups[0]!, groups[1]!);
  // All link-local addresses have the same network, and so have all of a translator or a Teredo server.
  if (found !== 'ula' && found !== 'public' && found !== '6to4') return { class: found };
  const network = hex(groups.slice(0, 4));
  return found === 'ula' ? { class: found, network } : { class: found, network, publicAddress: hex(groups) };
}

/** RFC 4291, RFC 4193, RFC 4380, RFC 3056, RFC 6052 and RFC 8215. */
function ipv6Class(first: number, second: number): AddressClass {
  if (first >= 0xfe80 && first <= 0xfebf) return 'link-local';
  if (first >= 0xfc00 && first <= 0xfdff) return 'ula';
  if (first === 0x2001 && second === 0) return 'teredo';
  if (first === 0x2002) return '6to4';
  if (first === 0x64 && second === 0xff9b) return 'nat64';
  return first >= 0x2000 && first <= 0x3fff ? 'public' : 'reserved';
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
