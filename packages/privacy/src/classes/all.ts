import type { ClassMethods, Policy } from '../policy/policy.ts';
import type { Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { certificates } from './certificates.ts';
import { contact } from './contact.ts';
import { credentials } from './credentials.ts';
import { deviceIds, deviceNames } from './devices.ts';
import { foundations } from './foundations.ts';
import { hostnames } from './hostnames.ts';
import { identifiers } from './identifiers.ts';
import { ipAddresses } from './ip-addresses.ts';
import { macAddresses } from './mac-addresses.ts';
import { pageUrl } from './page-url.ts';
import { sdpIdentity } from './sdp-identity.ts';
import type { TextClass } from './text-class.ts';
import { userAgent } from './user-agent.ts';

/** The classes that the policy does not keep, ready to use. IP addresses come first. */
export function textClasses(policy: Policy, pseudonyms: Pseudonyms): TextClass[] {
  /** The pseudonyms if the policy pseudonymizes the class; null if it removes or redacts it. */
  const named = (name: keyof ClassMethods): Pseudonyms | null =>
    policy.classes[name] === 'pseudonymize' ? pseudonyms : null;
  const makers: Record<keyof ClassMethods, () => TextClass> = {
    credentials: () => credentials(named('credentials')),
    contact,
    pageUrl: () => pageUrl({ pseudonyms: named('pageUrl'), keepSegments: new Set(policy.keepSegments) }),
    macAddresses,
    hostnames: () => {
      const names = named('hostnames');
      return hostnames((name, kind = 'host') => (names === null ? `[${kind}]` : names.of(kind, name)));
    },
    deviceNames: () => deviceNames(named('deviceNames'), new Set(policy.keepLabels), policy.keepUsbIds),
    deviceIds: () => deviceIds(named('deviceIds')),
    identifiers: () => identifiers(named('identifiers'), policy.keepOpaqueIdentifiers),
    sdpIdentity,
    userAgent,
  };
  const classes = Object.entries(makers)
    .filter(([name]) => policy.classes[name as keyof ClassMethods] !== 'keep')
    .map(([, make]) => make());
  classes.push(certificates(policy.classes.identifiers === 'keep' || policy.keepOpaqueIdentifiers));
  const addresses = ipAddresses(policy.ipAddresses, pseudonyms);
  const ofAddresses = [foundations(policy.ipAddresses), ...(addresses === null ? [] : [addresses])];
  return [...ofAddresses, ...classes];
}
