import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';

/** Six groups without leading zeros, as macOS and iOS write them: `a4:2b:b0:c1:2:f`. */
const SHORT =
  /(?<![0-9A-Za-z]|[0-9A-Fa-f]:)[0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}(?![0-9A-Za-z]|:[0-9A-Fa-f:])/gi;
/** A name before the address. Without it, short groups of digits only may be a list of numbers. */
const NAMED = /(?:mac|bssid|ether|hwaddr|hardware|lladdr|physical)[\w\s-]{0,16}["']{0,2}[\s:=]{1,3}["']?$/i;
/** systemd and udev name interfaces by their MAC address (systemd.net-naming-scheme(7)). */
const INTERFACE = /(?<![0-9A-Za-z])(?:en|et|ib|sl|wl|ww)x([0-9a-f]{12})(?![0-9A-Za-z])/dgi;
/**
 * Interface identifiers made of a MAC address (modified EUI-64, RFC 4291, appendix A): alone, or after the masked part
 * of an IPv6 address. Whole addresses belong to the class ipAddresses.
 */
const INTERFACE_ID =
  /(?:(?<![0-9a-z])(?:x:){1,7}|(?<![0-9a-z]|[0-9a-z:]:))([0-9a-f]{1,4}:[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4})(?![0-9a-z]|:[0-9a-fx])/dgi;
const EUI_64 = /(?<![0-9A-Za-z])[0-9a-f]{6}fffe[0-9a-f]{6}(?![0-9A-Za-z])/gi;
/** Without look-behind, and not part of a fingerprint. */
const MAYBE_SHORT = /(?:^|[^0-9a-z])[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}(?:[^0-9a-z:]|:[^0-9a-f:]|:?$)/i;
/** Longest text before an address that is searched for its name. */
const NAME_LENGTH = 32;

/** Whole values of properties for hardware addresses, with any separators or none. */
export const WHOLE_MAC = /^(?:[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{1,2}(?:[:. _-][0-9a-f]{1,2}){5,7})$/i;

/** Reports hardware addresses in forms other than six or eight pairs. */
export function findMacForms(text: string, report: Report): void {
  if (MAYBE_SHORT.test(text)) {
    eachMatch(text, SHORT, (match) => {
      const groups = match[0].split(':');
      if (groups.every((group) => group.length === 2)) return;
      const isPlain = /[a-f]/i.test(match[0]) && groups.filter((group) => group.length === 2).length >= 2;
      if (!isPlain && !NAMED.test(text.slice(Math.max(0, match.index - NAME_LENGTH), match.index))) return;
      report(match.index, match.index + match[0].length, '[mac]');
    });
  }
  if (/x[0-9a-f]{12}/i.test(text)) {
    eachMatch(text, INTERFACE, (match) => report(...match.indices![1]!, '[mac]'));
  }
  if (!/ff:?fe/i.test(text)) return;
  eachMatch(text, INTERFACE_ID, (match) => report(...match.indices![1]!, '[mac]'));
  eachMatch(text, EUI_64, (match) => report(match.index, match.index + match[0].length, '[mac]'));
}
