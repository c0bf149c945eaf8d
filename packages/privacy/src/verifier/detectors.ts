import type { Policy } from '../policy/policy.ts';
import { certificateDetector } from './certificates.ts';
import { contactDetector } from './contact.ts';
import { credentialDetector } from './credentials.ts';
import { derivedFactDetector } from './derived-values.ts';
import type { Detector } from './detector.ts';
import { deviceIdDetector } from './device-ids.ts';
import { deviceNameDetector } from './device-names.ts';
import { foundationDetector } from './foundations.ts';
import { hostnameDetector } from './hostnames.ts';
import { identifierDetector } from './identifiers.ts';
import { ipAddressDetector } from './ip-addresses.ts';
import { macAddressDetector } from './mac-addresses.ts';
import { pageUrlDetector } from './page-url.ts';
import type { RelayAddresses } from './relay-addresses.ts';
import { sdpIdentityDetector } from './sdp-identity.ts';
import { userAgentDetector } from './user-agent.ts';

/** The detectors of the classes whose method leaves no readable values, so that any value is a finding. */
export function activeDetectors(policy: Policy, relays: RelayAddresses): Detector[] {
  return allDetectors(policy, relays).filter((detector) => {
    if (detector === certificateDetector && policy.keepOpaqueIdentifiers) return false;
    if (detector === foundationDetector) return policy.ipAddresses.method !== 'keep';
    if (detector.class === 'ipAddresses') return hasProvableAddresses(policy);
    return policy.classes[detector.class] !== 'keep';
  });
}

/** One detector per class, to mask all personal values in an excerpt, including those that the policy keeps. */
export function allDetectors(policy: Policy, relays: RelayAddresses): Detector[] {
  return [
    ipAddressDetector(policy.ipAddresses, relays),
    foundationDetector,
    derivedFactDetector(policy.derive),
    credentialDetector,
    contactDetector(policy.customEvents === 'drop'),
    pageUrlDetector(policy.classes.pageUrl, policy.keepSegments),
    macAddressDetector,
    hostnameDetector,
    deviceNameDetector(policy.keepLabels, policy.keepUsbIds && policy.classes.deviceNames === 'pseudonymize'),
    deviceIdDetector,
    identifierDetector(policy.keepOpaqueIdentifiers),
    certificateDetector,
    sdpIdentityDetector,
    userAgentDetector(policy.classes.userAgent),
  ];
}

/** Encrypted addresses are valid addresses and cannot be distinguished from real ones. */
function hasProvableAddresses(policy: Policy): boolean {
  const { method } = policy.ipAddresses;
  return method !== 'keep' && method !== 'encrypt' && method !== 'pseudonymize';
}
