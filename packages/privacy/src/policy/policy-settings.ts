import { Networks } from '../addresses/networks.ts';
import { isApplicationEvent } from '../events/event-names.ts';
import { compilePattern } from './operator-rules.ts';
import {
  CLASS_METHODS,
  type ClassMethods,
  CUSTOM_EVENTS,
  type CustomEvents,
  DERIVED_FACTS,
  type DerivePolicy,
  type IpAddressPolicy,
  type Method,
  type Policy,
  type PolicyRule,
  PRESETS,
  presetPolicy,
  RULE_METHODS,
} from './policy.ts';
import { SettingsReader } from './settings-reader.ts';

/** Classes whose setting is the name of a method, without options. */
const PLAIN_CLASSES = [
  'credentials',
  'contact',
  'macAddresses',
  'hostnames',
  'deviceIds',
  'sdpIdentity',
  'userAgent',
] as const satisfies readonly (keyof ClassMethods)[];
const KEYS = [
  'preset',
  'ipAddresses',
  'derive',
  'pageUrl',
  'identifiers',
  'deviceNames',
  ...PLAIN_CLASSES,
  'customEvents',
  'rules',
];

/** Allowed values of `ipAddresses.ipv4Bits`. */
export const IPV4_BITS = [0, 8, 16, 24] as const;
/** Allowed values of `ipAddresses.ipv6Bits`. */
export const IPV6_BITS = [0, 16, 32, 48] as const;
const MAX_RULES = 100;
const MAX_NETWORKS = 1000;
const MAX_SEGMENTS = 1000;
const MAX_FIELDS = 1000;
const MAX_LABELS = 1000;
const MAX_PATTERN_LENGTH = 1000;
const RULE_NAME = /^[a-z][a-z-]{0,31}$/;

/**
 * Reads the settings of a policy: a preset, and single settings that override it. `settings` is plain data as parsed
 * from YAML or JSON; undefined or empty gives the standard preset. The result is frozen.
 *
 * @throws {PolicyError} with all problems of the settings
 */
export function parsePolicy(settings: unknown): Policy {
  const reader = new SettingsReader();
  const given = reader.section(settings, '', KEYS);
  const base = presetPolicy(reader.choice(given['preset'], 'preset', PRESETS) ?? 'standard');
  const ipAddresses = readAddresses(reader, given['ipAddresses'], base.ipAddresses);
  const derive = readDerive(reader, given['derive'], base.derive, ipAddresses);
  const classes: Record<keyof ClassMethods, Method> = { ...base.classes };
  for (const name of PLAIN_CLASSES) {
    classes[name] = reader.choice<Method>(given[name], name, CLASS_METHODS[name]) ?? classes[name];
  }
  const pageUrl = reader.section(methodOr(given['pageUrl']), 'pageUrl', ['method', 'keepSegments']);
  classes.pageUrl = readMethod(reader, pageUrl, 'pageUrl') ?? classes.pageUrl;
  const identifiers = reader.section(methodOr(given['identifiers']), 'identifiers', ['method', 'keepOpaque']);
  classes.identifiers = readMethod(reader, identifiers, 'identifiers') ?? classes.identifiers;
  const deviceNames = reader.section(methodOr(given['deviceNames']), 'deviceNames', [
    'method',
    'keepLabels',
    'keepUsbIds',
  ]);
  classes.deviceNames = readMethod(reader, deviceNames, 'deviceNames') ?? classes.deviceNames;
  const keepLabels = reader.texts(deviceNames['keepLabels'], 'deviceNames.keepLabels', MAX_LABELS) ?? base.keepLabels;
  const keepUsbIds = reader.boolean(deviceNames['keepUsbIds'], 'deviceNames.keepUsbIds') ?? base.keepUsbIds;
  const keepSegments =
    reader.texts(pageUrl['keepSegments'], 'pageUrl.keepSegments', MAX_SEGMENTS, (segment) =>
      /[/?#]/.test(segment) ? 'one segment of a path, without slashes' : undefined,
    ) ?? base.keepSegments;
  const keepOpaqueIdentifiers =
    reader.boolean(identifiers['keepOpaque'], 'identifiers.keepOpaque') ?? base.keepOpaqueIdentifiers;
  const custom = readCustomEvents(reader, given['customEvents'], base.customEvents);
  const rules = readRules(reader, given['rules']);
  reader.end();
  return deepFreeze({
    preset: base.preset,
    ipAddresses,
    derive,
    classes,
    keepSegments,
    keepLabels,
    keepUsbIds,
    keepOpaqueIdentifiers,
    ...custom,
    rules,
  });
}

/** The settings from which `parsePolicy` creates this policy, with every setting explicit. */
export function policySettings(policy: Policy): Record<string, unknown> {
  const { ipAddresses, classes, customEvents, customEventsByName } = policy;
  const kept = policy.keepFields.length > 0 ? { keepFields: [...policy.keepFields] } : {};
  const hasMore = Object.keys(customEventsByName).length > 0 || policy.keepFields.length > 0;
  return {
    preset: policy.preset,
    ipAddresses: { ...ipAddresses, keepNetworks: [...ipAddresses.keepNetworks] },
    derive: { ...policy.derive },
    pageUrl: { method: classes.pageUrl, keepSegments: [...policy.keepSegments] },
    identifiers: { method: classes.identifiers, keepOpaque: policy.keepOpaqueIdentifiers },
    deviceNames: {
      method: classes.deviceNames,
      keepLabels: [...policy.keepLabels],
      keepUsbIds: policy.keepUsbIds,
    },
    ...Object.fromEntries(PLAIN_CLASSES.map((name) => [name, classes[name]])),
    customEvents: hasMore ? { default: customEvents, ...kept, ...customEventsByName } : customEvents,
    rules: policy.rules.map((rule) => ({ ...rule, events: [...rule.events], paths: [...rule.paths] })),
  };
}

/** `pageUrl: remove` is short for `pageUrl: {method: remove}`. */
function methodOr(value: unknown): unknown {
  return typeof value === 'string' ? { method: value } : value;
}

function readMethod(
  reader: SettingsReader,
  section: Readonly<Record<string, unknown>>,
  name: keyof typeof CLASS_METHODS,
): Method | undefined {
  return reader.choice<Method>(section['method'], `${name}.method`, CLASS_METHODS[name]);
}

/** Leading bits that are kept by default. Other methods keep none. */
const METHOD_BITS: Partial<Record<Method, { readonly ipv4Bits: number; readonly ipv6Bits: number }>> = {
  mask: { ipv4Bits: 24, ipv6Bits: 48 },
  truncate: { ipv4Bits: 24, ipv6Bits: 48 },
};
const NO_BITS = { ipv4Bits: 0, ipv6Bits: 0 };

function readAddresses(reader: SettingsReader, value: unknown, base: IpAddressPolicy): IpAddressPolicy {
  const given = reader.section(methodOr(value), 'ipAddresses', [
    'method',
    'ipv4Bits',
    'ipv6Bits',
    'keepNetworks',
    'keepRelay',
  ]);
  const method = readMethod(reader, given, 'ipAddresses') ?? base.method;
  const bits = METHOD_BITS[method];
  const read = (key: 'ipv4Bits' | 'ipv6Bits', allowed: readonly number[]): number => {
    const set = reader.choice(given[key], `ipAddresses.${key}`, allowed);
    if (set !== undefined && set > 0 && bits === undefined) {
      reader.problem(
        `ipAddresses.${key}`,
        `only applies to the methods mask and truncate, but the method is ${method}`,
      );
    }
    return set ?? (bits ?? NO_BITS)[key];
  };
  const keepNetworks =
    reader.texts(given['keepNetworks'], 'ipAddresses.keepNetworks', MAX_NETWORKS, (network) =>
      isNetwork(network) ? undefined : 'an IP address or CIDR block, such as 10.0.0.0/8 or 2001:db8::/32',
    ) ?? base.keepNetworks;
  const keepRelay = reader.boolean(given['keepRelay'], 'ipAddresses.keepRelay') ?? base.keepRelay;
  const ipv4Bits = read('ipv4Bits', IPV4_BITS);
  const ipv6Bits = read('ipv6Bits', IPV6_BITS);
  return { method, ipv4Bits, ipv6Bits, keepNetworks, keepRelay };
}

/**
 * `derive: false` is short for all facts. Where the operator keeps no part of an address, nothing is derived unless the
 * operator asks for it.
 */
function readDerive(
  reader: SettingsReader,
  value: unknown,
  base: DerivePolicy,
  { ipv4Bits, ipv6Bits }: IpAddressPolicy,
): DerivePolicy {
  if (typeof value === 'boolean') return { addressClass: value, networkGroup: value, addressGroup: value };
  const given = reader.section(value, 'derive', DERIVED_FACTS);
  const usual = ipv4Bits + ipv6Bits > 0;
  const read = (fact: keyof DerivePolicy): boolean =>
    reader.boolean(given[fact], `derive.${fact}`) ?? (usual && base[fact]);
  return {
    addressClass: read('addressClass'),
    networkGroup: read('networkGroup'),
    addressGroup: read('addressGroup'),
  };
}

function isNetwork(text: string): boolean {
  try {
    new Networks([text]);
    return true;
  } catch {
    return false;
  }
}

function readCustomEvents(
  reader: SettingsReader,
  value: unknown,
  base: CustomEvents,
): Pick<Policy, 'customEvents' | 'customEventsByName' | 'keepFields'> {
  if (typeof value !== 'object' || value === null) {
    return {
      customEvents: reader.choice(value, 'customEvents', CUSTOM_EVENTS) ?? base,
      customEventsByName: {},
      keepFields: [],
    };
  }
  const { default: all, keepFields, ...named } = reader.section(value, 'customEvents');
  const byName: [string, CustomEvents][] = [];
  for (const [name, treatment] of Object.entries(named)) {
    const path = `customEvents.${name}`;
    if (!isApplicationEvent(name)) {
      reader.problem(path, 'is an event of the protocol, which is always anonymized', ['default', 'keepFields']);
      continue;
    }
    const chosen = reader.choice(treatment, path, CUSTOM_EVENTS);
    if (chosen !== undefined) byName.push([name, chosen]);
  }
  return {
    customEvents: reader.choice(all, 'customEvents.default', CUSTOM_EVENTS) ?? base,
    customEventsByName: Object.fromEntries(byName),
    keepFields:
      reader.texts(keepFields, 'customEvents.keepFields', MAX_FIELDS, (field) =>
        /^[^\s.]+(?:\.[^\s.]+)*$/.test(field) ? undefined : 'names joined by dots, such as data.quality',
      ) ?? [],
  };
}

function readRules(reader: SettingsReader, value: unknown): PolicyRule[] {
  const names = new Set<string>();
  return reader.list(value, 'rules', MAX_RULES).map((entry, index) => {
    const path = `rules[${index}]`;
    const given = reader.section(entry, path, ['name', 'pattern', 'events', 'paths', 'method']);
    const name = reader.text(given['name'], `${path}.name`, 32, (text) =>
      RULE_NAME.test(text) ? undefined : 'lower-case letters and dashes',
    );
    if (name !== '' && names.has(name)) reader.problem(`${path}.name`, `another rule is already named ${name}`);
    names.add(name);
    const pattern = reader.text(given['pattern'], `${path}.pattern`, MAX_PATTERN_LENGTH);
    if (pattern !== '') {
      const fault = patternFault(pattern);
      if (fault !== undefined) reader.problem(`${path}.pattern`, `is not a valid pattern (RE2 syntax): ${fault}`);
    }
    return {
      name,
      pattern,
      events: reader.texts(given['events'], `${path}.events`, 100) ?? [],
      paths: reader.texts(given['paths'], `${path}.paths`, 100) ?? [],
      method: reader.choice(given['method'], `${path}.method`, RULE_METHODS) ?? 'redact',
    };
  });
}

function patternFault(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be parsed';
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
