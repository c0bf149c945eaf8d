/**
 * What becomes of personal data: the data classes, the methods, the presets. Pure data; the anonymizer and the verifier
 * each compile it into what they need and share nothing else.
 */

/** Every class of personal data this project knows, in the order in which overlapping matches are resolved. */
export const DATA_CLASSES = [
  'credentials',
  'contact',
  'pageUrl',
  'ipAddresses',
  'macAddresses',
  'hostnames',
  'deviceNames',
  'deviceIds',
  'identifiers',
  'sdpIdentity',
  'userAgent',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

export const METHODS = ['keep', 'mask', 'truncate', 'pseudonymize', 'encrypt', 'redact', 'remove'] as const;
export type Method = (typeof METHODS)[number];

/** A policy that was checked: every class is named, nothing is left to a default. Frozen. */
export interface Policy {
  /** The preset it started from; shown in the receipt, decides nothing. */
  readonly preset: Preset;
  readonly ipAddresses: IpAddressPolicy;
  readonly classes: ClassMethods;
  /** Path segments of URLs that stay readable although `pageUrl` is not kept, such as `room`. */
  readonly keepSegments: readonly string[];
  /** UUIDs, hashes and random tokens stay although `identifiers` is not kept: they say nothing by themselves. */
  readonly keepOpaqueIdentifiers: boolean;
  /** What becomes of the events that applications send (names that begin with a colon): looked at like all, or not kept. */
  readonly customEvents: 'scan' | 'drop';
}

/** The method of each class but IP addresses, which have options. */
export type ClassMethods = Readonly<Record<Exclude<DataClass, 'ipAddresses'>, Method>>;

export const PRESETS = ['standard', 'strict', 'compatible'] as const;
export type Preset = (typeof PRESETS)[number];

export interface IpAddressPolicy {
  readonly method: Method;
  /** Leading bits of an IPv4 address that stay readable: 0, 8, 16 or 24. */
  readonly ipv4Bits: number;
  /** Leading bits of an IPv6 address that stay readable: 0, 16, 32 or 48. */
  readonly ipv6Bits: number;
  /** CIDR blocks whose addresses stay as they are: the operator's own servers. */
  readonly keepNetworks: readonly string[];
}

/** What the presets do, class by class. The table in the documentation is made from this. */
const PRESET_METHODS: Readonly<Record<Preset, ClassMethods>> = {
  standard: {
    credentials: 'pseudonymize',
    contact: 'redact',
    pageUrl: 'pseudonymize',
    macAddresses: 'redact',
    hostnames: 'pseudonymize',
    deviceNames: 'pseudonymize',
    deviceIds: 'pseudonymize',
    identifiers: 'pseudonymize',
    sdpIdentity: 'redact',
    userAgent: 'keep',
  },
  strict: {
    credentials: 'remove',
    contact: 'redact',
    pageUrl: 'remove',
    macAddresses: 'redact',
    hostnames: 'remove',
    deviceNames: 'remove',
    deviceIds: 'remove',
    identifiers: 'pseudonymize',
    sdpIdentity: 'redact',
    userAgent: 'truncate',
  },
  compatible: {
    credentials: 'remove',
    contact: 'keep',
    pageUrl: 'keep',
    macAddresses: 'keep',
    hostnames: 'keep',
    deviceNames: 'keep',
    deviceIds: 'keep',
    identifiers: 'keep',
    sdpIdentity: 'keep',
    userAgent: 'keep',
  },
};

/** The policy of a preset, unchanged. */
export function presetPolicy(preset: Preset): Policy {
  const isStrict = preset === 'strict';
  return Object.freeze({
    preset,
    ipAddresses: Object.freeze(
      isStrict
        ? { method: 'remove', ipv4Bits: 0, ipv6Bits: 0, keepNetworks: [] }
        : { method: 'mask', ipv4Bits: 24, ipv6Bits: 48, keepNetworks: [] },
    ),
    classes: Object.freeze(PRESET_METHODS[preset]),
    keepSegments: Object.freeze([]),
    keepOpaqueIdentifiers: !isStrict,
    customEvents: isStrict ? 'drop' : 'scan',
  });
}
