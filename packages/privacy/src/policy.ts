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
  /**
   * The method of each other class. Classes whose work has not landed yet stand at `keep`, so that the verifier does
   * not look for what the anonymizer does not remove.
   */
  readonly classes: Readonly<Record<Exclude<DataClass, 'ipAddresses'>, Method>>;
}

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

/** The policy of a preset, unchanged. */
export function presetPolicy(preset: Preset): Policy {
  const keep = Object.fromEntries(DATA_CLASSES.map((name) => [name, 'keep'])) as Policy['classes'];
  return Object.freeze({
    preset,
    ipAddresses: Object.freeze(
      preset === 'strict'
        ? { method: 'remove', ipv4Bits: 0, ipv6Bits: 0, keepNetworks: [] }
        : { method: 'mask', ipv4Bits: 24, ipv6Bits: 48, keepNetworks: [] },
    ),
    classes: Object.freeze(keep),
  });
}
