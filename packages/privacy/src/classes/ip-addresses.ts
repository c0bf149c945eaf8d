import type { IpAddressPolicy } from '../policy/policy.ts';
import type { Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { COLON, DASH, DIGIT, DOT, UNDERSCORE } from '../text/features.ts';
import type { Report } from '../text/span.ts';
import { findColons } from './ip/colons.ts';
import { findDashed } from './ip/dashed.ts';
import { findDotted } from './ip/dotted.ts';
import { masking } from './ip/masking.ts';
import { findProviderHosts } from './ip/provider-hosts.ts';
import { isKeyedVersion, isSoftwareVersion } from './ip/versions.ts';
import type { TextClass } from './text-class.ts';

/**
 * IP addresses in any text: candidates, SDP, URLs, error messages, keys. They are recognized by their form alone, so
 * that they are found in unknown events too.
 */
export function ipAddresses(policy: IpAddressPolicy, pseudonyms: Pseudonyms): TextClass | null {
  if (policy.method === 'keep') return null;
  const rules = masking(policy, pseudonyms);
  return {
    name: 'ipAddresses',
    needs: [DIGIT | DOT, COLON, DIGIT | DASH, DIGIT | UNDERSCORE],
    whole: {
      // Handles the usual notations. Any other value in the place of an address is searched as text.
      address(text, session) {
        if (session.relays.has(text)) return text;
        const masked = text.includes(':') ? rules.ipv6Text(text) : rules.ipv4Text(text);
        return masked === null ? text : masked;
      },
    },
    find(text: string, role, reportAny: Report, { relays }): void {
      if ((role === 'version' || role === 'software') && FOUR_PARTS.test(text) && IS_VERSION[role](text)) return;
      const report: Report =
        relays.size === 0
          ? reportAny
          : (start, end, replacement) => {
              if (!relays.has(text.slice(start, end))) reportAny(start, end, replacement);
            };
      findDotted(text, rules, report);
      findColons(text, rules, report);
      findDashed(text, rules, report);
      findProviderHosts(text, rules, report);
    },
  };
}

const FOUR_PARTS = /^\d+(?:\.\d+){3}$/;
const IS_VERSION = { version: isKeyedVersion, software: isSoftwareVersion };
