import { type Policy, truncateUserAgent } from '@rtcstats-server/privacy';
import type { Facts } from './facts.ts';

/** The settings that decide what stays. */
export interface RiskSettings {
  readonly privacy: Policy;
  readonly geolocation: { readonly detail: 'off' | 'continent' | 'country' | 'city' };
}

/** A setting that leaves less. */
export interface Remedy {
  /** The setting with its value. */
  readonly setting: string;
  /** The price: which question an analysis can no longer answer, in one sentence. */
  readonly loses: string;
  /** Whether the configuration has it, or something that leaves as little. */
  isInForce(settings: RiskSettings): boolean;
  /** The facts as they would be with the setting. */
  apply(facts: Facts): Facts;
}

const TRUNCATE_USER_AGENT: Remedy = {
  setting: 'privacy.userAgent: truncate',
  loses: 'Faults of a minor version of a browser can no longer be told from those of its major version.',
  isInForce: ({ privacy }) => privacy.classes.userAgent === 'truncate',
  apply: (facts) => ({
    ...facts,
    userAgent: facts.userAgent && truncateUserAgent(facts.userAgent),
    clientHints: facts.clientHints && coarseHints(facts.clientHints),
  }),
};

const REMOVE_NETWORKS: Remedy = {
  setting: 'privacy.ipAddresses: remove',
  loses: 'Calls can no longer be compared by network or provider; the family of the address stays.',
  isInForce: ({ privacy }) => privacy.ipAddresses.method === 'remove',
  apply: (facts) => ({ ...facts, network: familyOf(facts.network), peerNetwork: familyOf(facts.peerNetwork) }),
};

const SHORTEN_NETWORKS: Remedy = {
  setting: 'privacy.ipAddresses: {method: mask, ipv4Bits: 16, ipv6Bits: 32}',
  loses: 'Networks of a company or a household can no longer be told apart; the provider mostly can.',
  isInForce: ({ privacy: { ipAddresses } }) =>
    ipAddresses.method === 'remove' ||
    (['mask', 'truncate'].includes(ipAddresses.method) && ipAddresses.ipv4Bits <= 16 && ipAddresses.ipv6Bits <= 32),
  apply: (facts) => ({ ...facts, network: shorter(facts.network), peerNetwork: shorter(facts.peerNetwork) }),
};

const COUNTRIES_ONLY: Remedy = {
  setting: 'geolocation.detail: country',
  loses: 'Calls can no longer be compared by city.',
  isInForce: ({ geolocation }) => geolocation.detail !== 'city',
  apply: (facts) => ({ ...facts, city: null }),
};

const NO_LOCATION: Remedy = {
  setting: 'geolocation.detail: off',
  loses: 'Calls can no longer be compared by country.',
  isInForce: ({ geolocation }) => geolocation.detail === 'off',
  apply: (facts) => ({ ...facts, country: null, city: null }),
};

const NO_USB_IDS: Remedy = {
  setting: 'privacy.deviceNames.keepUsbIds: false',
  loses: 'Faults of a model of headset or camera can no longer be found.',
  isInForce: ({ privacy }) => !privacy.keepUsbIds || privacy.classes.deviceNames !== 'pseudonymize',
  apply: (facts) => ({ ...facts, microphone: null, camera: null }),
};

const SINGLE = [TRUNCATE_USER_AGENT, REMOVE_NETWORKS, SHORTEN_NETWORKS, COUNTRIES_ONLY, NO_LOCATION, NO_USB_IDS];

const ALL: Remedy = {
  setting: 'privacy.preset: strict, geolocation.detail: off',
  loses: 'What the single settings lose.',
  isInForce: (settings) => SINGLE.every((remedy) => remedy.isInForce(settings)),
  apply: (facts) => SINGLE.reduce((rest, remedy) => remedy.apply(rest), facts),
};

export const REMEDIES: readonly Remedy[] = [...SINGLE, ALL];

const REMOVED_IPV4 = 'x.x.x.x';
const REMOVED_IPV6 = 'x:x:x:x:x:x:x:x';

/** Addresses without host and network, as `remove` leaves them. */
function familyOf(network: string | null): string | null {
  return network && (network.includes(':') ? REMOVED_IPV6 : REMOVED_IPV4);
}

/** `203.0.113.x` becomes `203.0.x.x`, and `2001:db8:1:x:x:x:x:x` becomes `2001:db8:x:x:x:x:x:x`. */
function shorter(network: string | null): string | null {
  if (network === null) return null;
  const separator = network.includes(':') ? ':' : '.';
  return network
    .split(separator)
    .map((part, index) => (index < 2 ? part : 'x'))
    .join(separator);
}

/** Client hints with major versions, and without those that name a model or an exact version of the system. */
function coarseHints(text: string): string {
  try {
    const { brands, mobile, platform } = JSON.parse(text) as { brands?: unknown; mobile?: unknown; platform?: unknown };
    const list = Array.isArray(brands) ? (brands as { brand?: unknown; version?: unknown }[]) : [];
    const major = list.map(({ brand, version }) => [brand, String(version).split('.')[0]]);
    return JSON.stringify([major, mobile, platform]);
  } catch {
    // Cut because it was too long: counted as removed.
    return '';
  }
}
