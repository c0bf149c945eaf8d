import type { DerivePolicy } from '../policy/policy.ts';
import { type Detector, NONE, type Place } from './detector.ts';

/**
 * Facts that the anonymizer derives from the address of a candidate before it masks the address. A property with such a
 * name has one of a few fixed words, or letters that are keyed per session, and nothing else.
 */
const FACTS: Readonly<Record<string, { readonly fact: keyof DerivePolicy; readonly value: RegExp }>> = {
  rtcstatsAddressClass: {
    fact: 'addressClass',
    value: /^(?:private|cgnat|link-local|ula|public|teredo|6to4|nat64|mdns|reserved)$/,
  },
  rtcstatsNetworkGroup: { fact: 'networkGroup', value: /^net-[a-p]{8}$/ },
  rtcstatsAddressGroup: { fact: 'addressGroup', value: /^addr-[a-p]{8}$/ },
};

/** Whether properties of this name hold a derived fact. */
export function isFactName(name: string | undefined): boolean {
  return name?.startsWith('rtcstats') === true && Object.hasOwn(FACTS, name);
}

/** Whether the value of the property is a derived fact of the right form. */
export function isFact(name: string | undefined, value: string): boolean {
  return isFactName(name) && FACTS[name!]!.value.test(value);
}

/** Class `ipAddresses`: values under the names of derived facts that the policy does not allow. */
export function derivedFactDetector(derive: DerivePolicy): Detector {
  return {
    class: 'ipAddresses',
    triggers: 0,
    find: () => NONE,
    judges: isFactName,
    judge(text, place) {
      const { name } = place;
      if (!isFactName(name) || !isFactPlace(place)) return false;
      return !derive[FACTS[name!]!.fact] || !isFact(name, text);
    },
  };
}

/**
 * Reports of statistics, and further elements of events. Elsewhere the names mean nothing, and their values are
 * searched like all others. A list or an object in place of a fact counts, too.
 */
function isFactPlace({ kind, event, element, index, depth, isNested, isApplication }: Place): boolean {
  if (isApplication || event === 'metadata') return false;
  const level = kind === 'key' || index >= 0 ? depth - 1 : depth;
  // A webrtc-internals dump has the values of a property as JSON text.
  if (element < 0) return !isNested || level === 0;
  if (isNested) return false;
  return element === 2 ? event === 'getStats' && level === 3 : element > 2 && level === 2;
}
