/**
 * How personal data is treated: data classes, methods, presets. Pure data, without code of the anonymizer or the
 * verifier: each compiles the policy on its own, and the two share nothing else.
 */

import { isApplicationEvent } from '../events/event-names.ts';

/** Every class of personal data, in order of priority for overlapping matches. */
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
/** One of `DATA_CLASSES`. */
export type DataClass = (typeof DATA_CLASSES)[number];

/** Every method of treating personal data. Each class allows some of them, see `CLASS_METHODS`. */
export const METHODS = ['keep', 'mask', 'truncate', 'pseudonymize', 'encrypt', 'redact', 'remove'] as const;
/** One of `METHODS`. */
export type Method = (typeof METHODS)[number];

/** A validated policy: complete, without defaults. Frozen. */
export interface Policy {
  /** The preset it is based on. Shown in the receipt; has no other effect. */
  readonly preset: Preset;
  /** Treatment of IP addresses. */
  readonly ipAddresses: IpAddressPolicy;
  /** The facts about an address that are added before it is masked. */
  readonly derive: DerivePolicy;
  /** Treatment of all other classes. */
  readonly classes: ClassMethods;
  /** Path segments of URLs, such as `room`, that are kept even if `pageUrl` is not. */
  readonly keepSegments: readonly string[];
  /** Labels of data channels, chosen by the application, that are kept even if `deviceNames` is not. */
  readonly keepLabels: readonly string[];
  /**
   * Whether the USB id at the end of a device's label (`(046d:085e)`: vendor and product) stays behind the pseudonym of
   * the label. It names a model that many people own. Has an effect only if `deviceNames` is pseudonymized.
   */
  readonly keepUsbIds: boolean;
  /**
   * Whether UUIDs, hashes and random tokens are kept even if `identifiers` is not, because they mean nothing by
   * themselves.
   */
  readonly keepOpaqueIdentifiers: boolean;
  /** Treatment of application events (names outside the protocol's table) that are not in `customEventsByName`. */
  readonly customEvents: CustomEvents;
  /** Treatment of application events by name. */
  readonly customEventsByName: Readonly<Record<string, CustomEvents>>;
  /**
   * Property paths, such as `data.quality`, whose texts are scanned instead of pseudonymized in application events that
   * are treated by `pseudonymize`. A path matches if the location in the event ends with it; `*` is any name.
   */
  readonly keepFields: readonly string[];
  /** The operator's rules, in the configured order. */
  readonly rules: readonly PolicyRule[];
}

/**
 * Treatments of application events. `scan`: anonymized like all other events, and by the names of their properties.
 * `pseudonymize`: every text that is not technical becomes a pseudonym. `drop`: not stored. `keep`: stored unchanged,
 * whatever they contain.
 */
export const CUSTOM_EVENTS = ['keep', 'scan', 'pseudonymize', 'drop'] as const;
/** One of `CUSTOM_EVENTS`. */
export type CustomEvents = (typeof CUSTOM_EVENTS)[number];

/** The treatment of a method's events. Events of the protocol are always anonymized. */
export function customEventTreatment(policy: Policy, method: string): CustomEvents {
  if (!isApplicationEvent(method)) return 'scan';
  const named = policy.customEventsByName;
  return Object.hasOwn(named, method) ? named[method]! : policy.customEvents;
}

/** Whether the policy lists this method in `customEvents`. */
export function isNamedEvent(policy: Policy, method: string): boolean {
  return Object.hasOwn(policy.customEventsByName, method);
}

/** A rule for personal data that only the operator knows: customer numbers, badge numbers. */
export interface PolicyRule {
  /** Lower-case letters and dashes. Used in replacements, and in the receipt as `rule:<name>`. */
  readonly name: string;
  /**
   * RE2 syntax (https://github.com/google/re2/wiki/Syntax). If it has a group, only the match of the first group is
   * replaced.
   */
  readonly pattern: string;
  /** Names of the events to search; empty: all events, and the metadata. */
  readonly events: readonly string[];
  /**
   * Property paths to search, such as `data.user`. A path matches if the location in the event ends with it; `*` is any
   * name; empty: everywhere.
   */
  readonly paths: readonly string[];
  /** Treatment of matches. */
  readonly method: RuleMethod;
}

/** Methods of operator rules. */
export const RULE_METHODS = ['redact', 'pseudonymize', 'remove'] as const;
/** One of `RULE_METHODS`. */
export type RuleMethod = (typeof RULE_METHODS)[number];

/**
 * The name under which a replacement is counted: its class, its operator rule, or `unreadable` for a text that was
 * replaced as a whole because it has too many layers of escapes to be searched.
 */
export type RedactionName = DataClass | `rule:${string}` | 'unreadable';

/** The methods that each class allows. */
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

/** The method of each class except IP addresses, which have options (`IpAddressPolicy`). */
export type ClassMethods = Readonly<Record<Exclude<DataClass, 'ipAddresses'>, Method>>;

/** Names of the presets. */
export const PRESETS = ['standard', 'strict', 'compatible'] as const;
/** One of `PRESETS`. */
export type Preset = (typeof PRESETS)[number];

/** Treatment of IP addresses. */
export interface IpAddressPolicy {
  /** `keep`, `mask`, `truncate`, `pseudonymize`, `encrypt` or `remove`. */
  readonly method: Method;
  /** Leading bits of an IPv4 address that are kept: 0, 8, 16 or 24. */
  readonly ipv4Bits: number;
  /** Leading bits of an IPv6 address that are kept: 0, 16, 32 or 48. */
  readonly ipv6Bits: number;
  /** IP addresses or CIDR blocks that are kept: the operator's own servers. */
  readonly keepNetworks: readonly string[];
  /**
   * Whether addresses of TURN servers are kept from their first occurrence on: of relayed candidates, in lines and
   * statistics, and in TURN URIs.
   */
  readonly keepRelay: boolean;
}

/**
 * Facts about the address of a candidate that are added to the dump when the address is masked, truncated or removed.
 * They have no effect with other methods.
 */
export interface DerivePolicy {
  /** The kind of network that the address is from, such as `private` or `cgnat`. */
  readonly addressClass: boolean;
  /** Which addresses of a session are in the same network, by a group that exists only in this session. */
  readonly networkGroup: boolean;
  /** Which public addresses of a session are equal, by a group that exists only in this session. */
  readonly addressGroup: boolean;
}

/** The names of the facts. */
export const DERIVED_FACTS = [
  'addressClass',
  'networkGroup',
  'addressGroup',
] as const satisfies readonly (keyof DerivePolicy)[];

/** Whether anything is derived: at least one fact is wanted, and the method hides it. */
export function derivesFacts({ derive, ipAddresses }: Pick<Policy, 'derive' | 'ipAddresses'>): boolean {
  return DERIVING_METHODS.has(ipAddresses.method) && DERIVED_FACTS.some((fact) => derive[fact]);
}

/** With `pseudonymize`, equal prefixes stay equal, so that the class of one address would tell a part of the others. */
const DERIVING_METHODS: ReadonlySet<Method> = new Set(['mask', 'truncate', 'remove']);

/** Methods of the presets, class by class. The table in docs/privacy.md is generated from this. */
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

/** The policy of a preset. */
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
    derive: Object.freeze({ addressClass: !isStrict, networkGroup: !isStrict, addressGroup: !isStrict }),
    classes: Object.freeze(PRESET_METHODS[preset]),
    keepSegments: Object.freeze([]),
    keepLabels: Object.freeze([]),
    keepUsbIds: !isStrict,
    keepOpaqueIdentifiers: !isStrict,
    customEvents: isStrict ? 'drop' : 'scan',
    customEventsByName: Object.freeze({}),
    keepFields: Object.freeze([]),
    rules: Object.freeze([]),
  });
}
