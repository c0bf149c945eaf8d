import type { IpAddressPolicy } from '../policy/policy.ts';
import { addressRules } from './address-rules.ts';
import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { findIpv4 } from './ipv4.ts';
import { findArpaNames, findDashedIpv6, findIpv6 } from './ipv6.ts';
import { findStarredIpv4 } from './other-masks.ts';
import { findProviderHosts } from './provider-hosts.ts';
import type { RelayAddresses } from './relay-addresses.ts';
import { ARPA, DASHED_IPV6, IPV4, IPV6 } from './triggers.ts';

/**
 * Class `ipAddresses`: every address that the policy does not allow, anywhere. Not active when addresses are kept,
 * encrypted or pseudonymized, because encrypted addresses cannot be distinguished from real ones.
 */
export function ipAddressDetector(policy: IpAddressPolicy, relays: RelayAddresses): Detector {
  const rules = addressRules(policy, relays);
  return {
    class: 'ipAddresses',
    triggers: IPV4 | IPV6 | DASHED_IPV6 | ARPA,
    find(text, place, triggers) {
      const hits: Hit[] = [];
      if (triggers & IPV4) {
        findIpv4(text, place, rules, hits);
        findStarredIpv4(text, rules, hits);
      }
      if (triggers & IPV6) findIpv6(text, rules, hits);
      if (triggers & DASHED_IPV6) findDashedIpv6(text, rules, hits);
      if (triggers & ARPA) findArpaNames(text, rules, hits);
      if (triggers & (IPV4 | ARPA)) findProviderHosts(text, rules, hits);
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
  };
}
