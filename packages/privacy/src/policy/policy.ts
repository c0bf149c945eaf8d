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
  /** What becomes of the events that applications send (names that begin with a colon) … */
  readonly customEvents: CustomEvents;
  /** … but for these, by name. */
  readonly customEventsByName: Readonly<Record<string, CustomEvents>>;
  /** The operator's own, in the order in which they are written. */
  readonly rules: readonly PolicyRule[];
}

/** `scan`: looked at like all other events. `drop`: not kept. `keep`: stored as they came, whatever stands in them. */
export const CUSTOM_EVENTS = ['keep', 'scan', 'drop'] as const;
export type CustomEvents = (typeof CUSTOM_EVENTS)[number];

/** What becomes of the events of a method; those of the protocol are always looked at. */
export function customEventTreatment(policy: Policy, method: string): CustomEvents {
  if (!method.startsWith(':')) return 'scan';
  const named = policy.customEventsByName;
  return Object.hasOwn(named, method) ? named[method]! : policy.customEvents;
}

/** Whether the policy says something of the events of just this method. */
export function isNamedEvent(policy: Policy, method: string): boolean {
  return Object.hasOwn(policy.customEventsByName, method);
}

/** Something personal that only the operator knows of: customer numbers, badge numbers. */
export interface PolicyRule {
  /** Lower-case letters and dashes. Stands in place of what is found, and in the receipt as `rule:<name>`. */
  readonly name: string;
  /** RE2 syntax (https://github.com/google/re2/wiki/Syntax). With a group in it, what the first group matches is replaced. */
  readonly pattern: string;
  /** Names of the events whose texts are looked at; none: all events, and the metadata. */
  readonly events: readonly string[];
  /** Where in an event: the names of the properties that lead there (`data.user`), the last ones suffice, `*` is any; none: everywhere. */
  readonly paths: readonly string[];
  readonly method: RuleMethod;
}

export const RULE_METHODS = ['redact', 'pseudonymize', 'remove'] as const;
export type RuleMethod = (typeof RULE_METHODS)[number];

/**
 * Under what a replacement is counted: its class, the rule of the operator's that found it, or `unreadable` for a text that was replaced as a
 * whole since it has too many layers of escapes to be looked through.
 */
export type RedactionName = DataClass | `rule:${string}` | 'unreadable';

/** The methods that each class has. */
export const CLASS_METHODS = {
  ipAddresses: ['keep', 'mask', 'truncate', 'pseudonymize', 'encrypt', 'remove'],
  credentials: ['keep', 'pseudonymize', 'remove'],
  contact: ['keep', 'redact'],
  pageUrl: ['keep', 'pseudonymize', 'remove'],
  macAddresses: ['keep', 'redact'],
  hostnames: ['keep', 'pseudonymize', 'remove'],
  deviceNames: ['keep', 'pseudonymize', 'remove'],
  deviceIds: ['keep', 'pseudonymize', 'remove'],
  identifiers: ['keep', 'pseudonymize', 'remove'],
  sdpIdentity: ['keep', 'redact'],
  userAgent: ['keep', 'truncate'],
} as const satisfies Readonly<Record<DataClass, readonly Method[]>>;

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
  /** Addresses of relayed candidates stay as they are, wherever they show from then on: those of TURN servers. */
  readonly keepRelay: boolean;
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
  const keepRelay = preset === 'compatible';
  return Object.freeze({
    preset,
    ipAddresses: Object.freeze(
      isStrict
        ? { method: 'remove', ipv4Bits: 0, ipv6Bits: 0, keepNetworks: [], keepRelay }
        : { method: 'mask', ipv4Bits: 24, ipv6Bits: 48, keepNetworks: [], keepRelay },
    ),
    classes: Object.freeze(PRESET_METHODS[preset]),
    keepSegments: Object.freeze([]),
    keepOpaqueIdentifiers: !isStrict,
    customEvents: isStrict ? 'drop' : 'scan',
    customEventsByName: Object.freeze({}),
    rules: Object.freeze([]),
  });
}
