import type { Hit } from './detector.ts';

/** Groups of one or two digits, as programs print bytes without padding. */
const UNPADDED = /(?<![\da-z]|[\da-f]:)[\da-f]{1,2}(?::[\da-f]{1,2}){5}(?![\da-z]|:[\da-f:])/gi;
/** Predictable interface names of systemd: `enx`, `wlx` and the address. */
const INTERFACES = /(?<![\da-z])(?:en|et|ib|sl|wl|ww)x([\da-f]{12})(?![\da-z])/dgi;
/** Modified EUI-64 (RFC 4291, appendix A), after a masked prefix or alone. */
const EUI_64 =
  /(?<![\da-z])[\da-f]{6}fffe[\da-f]{6}(?![\da-z])|(?<=(?<![\da-z:])(?:x:){1,7})[\da-f]{1,4}:[\da-f]{0,2}ff:fe[\da-f]{2}:[\da-f]{1,4}(?![\da-z]|:[\da-fx])/gi;

/** Hardware addresses in other forms than pairs. */
export function findMacForms(text: string, hits: Hit[]): void {
  for (const { 0: found, index } of text.matchAll(UNPADDED)) {
    const groups = found.split(':');
    const pairs = groups.filter((group) => group.length === 2).length;
    // A list of small numbers has no letters.
    if (pairs >= 2 && pairs < 6 && /[a-f]/i.test(found)) hits.push({ start: index, end: index + found.length });
  }
  for (const { indices } of /x[\da-f]{12}/i.test(text) ? text.matchAll(INTERFACES) : [])
    hits.push({ start: indices![1]![0], end: indices![1]![1] });
  for (const { 0: found, index } of /ff:?fe/i.test(text) ? text.matchAll(EUI_64) : [])
    hits.push({ start: index, end: index + found.length });
}
