import type { IpAddressPolicy } from '../policy.ts';
import { addressRules } from './address-rules.ts';
import { COLON, DASH, DIGIT, DOT } from './characters.ts';
import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { findIpv4 } from './ipv4.ts';
import { findIpv6, findIpv6Names } from './ipv6.ts';

/**
 * Class `ipAddresses`: every address that the policy does not let stand, anywhere. Where addresses are kept nothing is
 * found; nor where they are encrypted or replaced by pseudonyms, which are addresses as well and tell nothing apart.
 */
export function ipAddressDetector(policy: IpAddressPolicy): Detector {
  const rules = addressRules(policy);
  return {
    class: 'ipAddresses',
    find(text, place, _layer, shape) {
      if ((shape & (DOT | COLON | DASH)) === 0 || text.length < 3) return NONE;
      const hits: Hit[] = [];
      if (shape & DIGIT) findIpv4(text, place, rules, hits);
      if (shape & COLON) findIpv6(text, rules, hits);
      if (shape & (DASH | DOT)) findIpv6Names(text, rules, hits);
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
  };
}
