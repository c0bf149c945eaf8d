import type { Policy } from '../policy/policy.ts';
import { contactDetector } from './contact.ts';
import { credentialDetector } from './credentials.ts';
import type { Detector } from './detector.ts';
import { deviceIdDetector } from './device-ids.ts';
import { deviceNameDetector } from './device-names.ts';
import { hostnameDetector } from './hostnames.ts';
import { identifierDetector } from './identifiers.ts';
import { ipAddressDetector } from './ip-addresses.ts';
import { macAddressDetector } from './mac-addresses.ts';
import { pageUrlDetector } from './page-url.ts';
import type { RelayAddresses } from './relay-addresses.ts';
import { sdpIdentityDetector } from './sdp-identity.ts';
import { userAgentDetector } from './user-agent.ts';

/** Those of the classes whose method leaves something to prove. */
export function activeDetectors(policy: Policy, relays: RelayAddresses): Detector[] {
  return allDetectors(policy, relays).filter((detector) => {
    if (detector.class === 'ipAddresses') return hasProvableAddresses(policy);
    return policy.classes[detector.class] !== 'keep';
  });
}

/** One of every class, to blot out of an excerpt also what the policy keeps. */
export function allDetectors(policy: Policy, relays: RelayAddresses): Detector[] {
  return [
    ipAddressDetector(policy.ipAddresses, relays),
    credentialDetector,
    contactDetector(policy.customEvents === 'drop'),
    pageUrlDetector(policy.classes.pageUrl, policy.keepSegments),
    macAddressDetector,
    hostnameDetector,
    deviceNameDetector,
    deviceIdDetector,
    identifierDetector(policy.keepOpaqueIdentifiers),
    sdpIdentityDetector,
    userAgentDetector(policy.classes.userAgent),
  ];
}

/** An encrypted address is an address too; no reader can tell it from the one it replaced. */
function hasProvableAddresses(policy: Policy): boolean {
  const { method } = policy.ipAddresses;
  return method !== 'keep' && method !== 'encrypt' && method !== 'pseudonymize';
}
