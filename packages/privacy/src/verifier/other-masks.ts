import { type AddressRules, SIX_TO_FOUR } from './address-rules.ts';
import { isMask } from './characters.ts';
import type { Hit } from './detector.ts';

/** IPv4 addresses whose masked parts are `xxx` or `*`; the IPv4 detector judges those with a single `x`. */
const STARRED = /(?<![\w.])(?:\d{1,3}\.){1,3}(?:x{1,3}|\*)(?:\.(?:x{1,3}|\*)){0,2}(?![\w.*])/gi;

/** Finds IPv4 addresses that other tools masked in such a form, if more is readable than the policy allows. */
export function findStarredIpv4(text: string, rules: AddressRules, hits: Hit[]): void {
  if (!/\.(?:x{2,3}|\*)/i.test(text)) return;
  for (const match of text.matchAll(STARRED)) {
    const parts = match[0].split('.');
    const readable = parts.filter((part) => /^\d/.test(part));
    if (parts.length !== 4 || readable.some((part) => Number(part) > 255)) continue;
    if (readable.length > rules.octets) hits.push({ start: match.index, end: match.index + match[0].length });
  }
}

/**
 * The end of a masked address as other rtcstats servers write it, with the first `x` directly after a readable part:
 * `2001:db8:85a3x:x:x:x:x:x`. `end` is where the readable parts end; 0 if it is not such an address.
 */
export function endOfGluedMask(text: string, end: number): number {
  if (!isMask(text.charCodeAt(end))) return 0;
  let at = end + 1;
  while (text.charAt(at) === ':' && isMask(text.charCodeAt(at + 1))) at += 2;
  return at > end + 1 && !/\w/.test(text.charAt(at)) ? at : 0;
}

/**
 * Whether such parts tell more than the policy allows. After a gap, a part may be the end of the address
 * (`fe80::1`), unless it is the prefix of IPv4-mapped addresses (`::ffff`) or the loopback address (`::1`).
 */
export function isGluedLeak(parts: readonly string[], rules: AddressRules): boolean {
  const gap = parts.indexOf('');
  const head = gap < 0 ? parts : parts.slice(0, gap);
  const rest = gap < 0 ? [] : parts.slice(gap).filter((part) => Number.parseInt(part, 16) > 0);
  const most = Number.parseInt(head[0] ?? '', 16) === SIX_TO_FOUR ? rules.sixToFourGroups : rules.groups;
  if (head.length > most) return true;
  return rest.length > 0 && !(head.length === 0 && rest.length === 1 && /^(?:f{4}|0{0,3}1)$/i.test(rest[0]!));
}
