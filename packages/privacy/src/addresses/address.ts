/** An IPv6 address as eight 16-bit groups. */
export type Ipv6Groups = readonly number[];

const GROUP = /^[0-9a-f]{1,4}$/i;
const MAX_IPV4_LENGTH = 15;
const DOT = 46;
const ZERO = 48;

/**
 * Parses an IPv4 address into four octets; null if it is invalid. Zero-padded octets are read as decimal, as people
 * mean them.
 */
export function parseIpv4(text: string): readonly number[] | null {
  if (text.length > MAX_IPV4_LENGTH) return null;
  const octets: number[] = [];
  let octet = 0;
  let digits = 0;
  // Called for many texts, most of which are addresses, so there is no expression and no array of parts.
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (code === DOT) {
      if (digits === 0 || octet > 255) return null;
      octets.push(octet);
      octet = 0;
      digits = 0;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || digits === 3) return null;
      octet = octet * 10 + digit;
      digits++;
    }
  }
  return octets.length === 4 ? octets : null;
}

/**
 * Parses an IPv6 address in any notation of RFC 4291, section 2.2: full, compressed, or with a dotted tail; without
 * zone, brackets or prefix length. Null if it is invalid.
 */
export function parseIpv6(text: string): Ipv6Groups | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  if (head === null) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const tail = groupsOf(halves[1]!, true);
  if (tail === null || head.length + tail.length > 7) return null;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function groupsOf(text: string, mayEndDotted: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else if (mayEndDotted && index === parts.length - 1) {
      const octets = parseIpv4(part);
      if (octets === null) return null;
      groups.push(octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!);
    } else {
      return null;
    }
  }
  return groups;
}

/**
 * The IPv4 address in an IPv4-mapped IPv6 address (`::ffff:0:0/96`, RFC 4291, section 2.5.5.2); null for other
 * addresses.
 */
export function mappedIpv4(groups: Ipv6Groups): readonly number[] | null {
  if (groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return null;
  const [high, low] = [groups[6]!, groups[7]!];
  return [high >> 8, high & 255, low >> 8, low & 255];
}

/**
 * Whether the address is not personal: unspecified (`::`), loopback (`::1`), the same IPv4-mapped, or multicast
 * (ff00::/8, RFC 4291, section 2.7). Not included: multicast addresses that contain a part of somebody's address, which
 * are solicited-node addresses (ff02::1:ff00:0/104) and those derived from a network (RFC 3306).
 */
export function isIpv6Local(groups: Ipv6Groups): boolean {
  if (groups.slice(0, 7).every((group) => group === 0)) return groups[7]! <= 1;
  const first = groups[0]!;
  if (first >= 0xff00) return (first & 0x00f0) < 0x30 && !isSolicitedNode(groups);
  const mapped = mappedIpv4(groups);
  return mapped !== null && isIpv4Local(mapped);
}

function isSolicitedNode(groups: Ipv6Groups): boolean {
  return groups[5] === 1 && groups[6]! >= 0xff00;
}

/** Whether the address is not personal: unspecified (`0.0.0.0`), loopback (127.0.0.0/8) or multicast. */
export function isIpv4Local(octets: readonly number[]): boolean {
  return octets[0] === 127 || isMulticast(octets) || octets.every((octet) => octet === 0);
}

/** Whether the address is in 224.0.0.0/4 (RFC 5771), which no machine has as its own. */
export function isMulticast(octets: readonly number[]): boolean {
  return octets[0]! >= 224 && octets[0]! <= 239;
}
