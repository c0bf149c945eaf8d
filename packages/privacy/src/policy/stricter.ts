import type { ClassMethods, CustomEvents, IpAddressPolicy, Method, Policy, Preset } from './policy.ts';
import { presetPolicy } from './policy.ts';

/** From least to most strict. */
const PRESET_ORDER: readonly Preset[] = ['compatible', 'standard', 'strict'];
const METHOD_ORDER: readonly Method[] = ['keep', 'encrypt', 'pseudonymize', 'truncate', 'mask', 'redact', 'remove'];
const CUSTOM_ORDER: readonly CustomEvents[] = ['keep', 'scan', 'pseudonymize', 'drop'];

/**
 * Combines a policy with a preset so that the result keeps no more than either: the stricter method, class by class.
 * The operator's rules and kept networks (the operator's own servers) are not affected. A preset that is less strict
 * than the policy's changes nothing.
 */
export function stricterPolicy(policy: Policy, preset: Preset): Policy {
  if (PRESET_ORDER.indexOf(preset) < PRESET_ORDER.indexOf(policy.preset)) return policy;
  const other = presetPolicy(preset);
  const names = Object.keys(policy.classes) as (keyof ClassMethods)[];
  const methods = names.map((name) => [name, later(METHOD_ORDER, policy.classes[name], other.classes[name])]);
  const customEvents = later(CUSTOM_ORDER, policy.customEvents, other.customEvents);
  const byName = Object.entries(policy.customEventsByName).map(([name, treatment]) => [
    name,
    later(CUSTOM_ORDER, treatment, other.customEvents),
  ]);
  return Object.freeze({
    ...policy,
    preset: later(PRESET_ORDER, policy.preset, preset),
    ipAddresses: stricterAddresses(policy.ipAddresses, other.ipAddresses),
    derive: Object.freeze({
      addressClass: policy.derive.addressClass && other.derive.addressClass,
      networkGroup: policy.derive.networkGroup && other.derive.networkGroup,
      addressGroup: policy.derive.addressGroup && other.derive.addressGroup,
    }),
    classes: Object.freeze(Object.fromEntries(methods) as ClassMethods),
    keepUsbIds: policy.keepUsbIds && other.keepUsbIds,
    keepOpaqueIdentifiers: policy.keepOpaqueIdentifiers && other.keepOpaqueIdentifiers,
    customEvents,
    customEventsByName: Object.freeze(Object.fromEntries(byName)),
  });
}

function stricterAddresses(own: IpAddressPolicy, other: IpAddressPolicy): IpAddressPolicy {
  const method = later(METHOD_ORDER, own.method, other.method);
  // Methods other than mask and truncate have no bits, so their 0 is not a limit.
  const bits = [own, other].filter((policy) => policy.method === 'mask' || policy.method === 'truncate');
  const partly = method === 'mask' || method === 'truncate';
  const fewest = (key: 'ipv4Bits' | 'ipv6Bits'): number => (partly ? Math.min(...bits.map((one) => one[key])) : 0);
  const keepRelay = own.keepRelay && other.keepRelay;
  return Object.freeze({ ...own, method, ipv4Bits: fewest('ipv4Bits'), ipv6Bits: fewest('ipv6Bits'), keepRelay });
}

function later<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
