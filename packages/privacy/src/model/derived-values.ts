import type { DerivePolicy } from '../policy/policy.ts';

/**
 * Facts about the address of a candidate that are derived before the address is masked. They stand behind the address:
 *
 *     getStats           in the report of the candidate, as further properties
 *     onicecandidate,    in an element of their own, in front of the delta:
 *     addIceCandidate    ["onicecandidate", scope, {candidate}, …, {"rtcstatsAddressClass": "public", …}, delta]
 *     webrtc-internals   in `stats` as series of their own; in `updateLog` as further properties of the entry
 */
export type DerivedValues = Readonly<Partial<Record<DerivedName, string>>>;

/** The name of each fact in dumps. */
export const DERIVED_NAMES = {
  addressClass: 'rtcstatsAddressClass',
  networkGroup: 'rtcstatsNetworkGroup',
  addressGroup: 'rtcstatsAddressGroup',
} as const satisfies Readonly<Record<keyof DerivePolicy, string>>;
/** One of `DERIVED_NAMES`. */
export type DerivedName = (typeof DERIVED_NAMES)[keyof DerivePolicy];

/** The kinds of addresses that are told apart. Loopback and unspecified addresses are never masked. */
export const ADDRESS_CLASSES = [
  'private',
  'cgnat',
  'link-local',
  'ula',
  'public',
  'teredo',
  '6to4',
  'nat64',
  'mdns',
  'reserved',
] as const;
/** One of `ADDRESS_CLASSES`. */
export type AddressClass = (typeof ADDRESS_CLASSES)[number];

const CLASSES: ReadonlySet<string> = new Set(ADDRESS_CLASSES);
const FORMS: Readonly<Record<DerivedName, (value: string) => boolean>> = {
  rtcstatsAddressClass: (value) => CLASSES.has(value),
  rtcstatsNetworkGroup: (value) => /^net-[a-p]{8}$/.test(value),
  rtcstatsAddressGroup: (value) => /^addr-[a-p]{8}$/.test(value),
};

/** Whether the name of a property is reserved for derived values. */
export function isDerivedName(name: string): name is DerivedName {
  return name.startsWith('rtcstats') && Object.hasOwn(FORMS, name);
}

/** Whether the anonymizer can have written this value. */
export function isDerivedValue(name: DerivedName, value: unknown): value is string {
  return typeof value === 'string' && FORMS[name](value);
}
