import { parseIpv4, parseIpv6 } from '../../addresses/address.ts';

/** A relayed candidate (RFC 8839, section 5.1) in any text. The address after `raddr` is the client's own. */
const RELAYED =
  /candidate:[^\s"\\]{1,64} \d{1,10} [A-Za-z]{1,16} \d{1,20} ([^\s"\\]{1,255}) \d{1,10} typ relay(?![\w-])/g;

/** The addresses of relayed candidates in `text`, which are those of TURN servers, not of users. */
export function relayAddresses(text: string): string[] {
  if (!text.includes(' typ relay')) return [];
  return [...text.matchAll(RELAYED)]
    .map(([, address]) => address!)
    .filter((address) => (parseIpv4(address) ?? parseIpv6(address)) !== null);
}
