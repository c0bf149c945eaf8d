import { parseIpv4, parseIpv6 } from '../../addresses/address.ts';

/** A relayed candidate (RFC 8839, section 5.1) in any text. The address after `raddr` is the client's own. */
const RELAYED =
  /candidate:[^\s"\\]{1,64} \d{1,10} [A-Za-z]{1,16} \d{1,20} ([^\s"\\]{1,255}) \d{1,10} typ relay(?![\w-])/g;

/** A TURN URI whose host is an address (RFC 7065, section 3.1), as in the configuration of a connection. */
const TURN_URI = /(?<![A-Za-z])turns?:(?:\[([0-9a-f:.]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3}))(?![\w.-])/gi;
/** The type of a relayed candidate in a report of statistics; 136 and 134 are the client's numbers for properties. */
const RELAY_TYPE = /"(?:candidateType|136)"\s?:\s?"relay"/g;
const REPORT_ADDRESS = /"(?:address|ip|134)"\s?:\s?"([^"\\]{1,64})"/g;
/** Characters of a report that are searched on either side of the type. */
const MAX_REPORT = 2048;

/** The addresses of TURN servers in `text`, which are not those of users: of relayed candidates, and in TURN URIs. */
export function relayAddresses(text: string): string[] {
  const found: string[] = [];
  if (text.includes(' typ relay')) for (const [, address] of text.matchAll(RELAYED)) found.push(address!);
  if (/turns?:/i.test(text)) for (const [, ipv6, ipv4] of text.matchAll(TURN_URI)) found.push((ipv6 ?? ipv4)!);
  if (text.includes('"relay"')) {
    let searched = 0;
    for (const { index } of text.matchAll(RELAY_TYPE)) {
      // A hostile client may repeat the type; each report is searched once.
      if (index < searched) continue;
      const end = text.slice(index, index + MAX_REPORT).indexOf('}');
      searched = index + (end < 0 ? MAX_REPORT : end);
      for (const [, address] of reportAround(text, index).matchAll(REPORT_ADDRESS)) found.push(address!);
    }
  }
  return found.filter((address) => (parseIpv4(address) ?? parseIpv6(address)) !== null);
}

/** The members of the innermost object around `index`. Reports of candidates have no objects inside. */
function reportAround(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - MAX_REPORT), index);
  const after = text.slice(index, index + MAX_REPORT);
  const end = after.indexOf('}');
  if (end < 0 || !before.includes('{') || before.lastIndexOf('}') > before.lastIndexOf('{')) return '';
  return before.slice(before.lastIndexOf('{')) + after.slice(0, end);
}
