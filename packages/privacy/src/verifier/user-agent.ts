import type { Method } from '../policy/policy.ts';
import { type Detector, NONE, type Place } from './detector.ts';
import { isNeutral } from './neutral.ts';

/** Frozen parts of user agents, which are the same in all browsers. */
const FROZEN =
  /^(?:Mozilla\/5\.0|AppleWebKit\/537\.36|AppleWebKit\/605\.1\.15|Safari\/537\.36|Safari\/604\.1|Safari\/605\.1\.15|Gecko\/\d+)$/;
const PRODUCT = /[A-Za-z][\w-]{0,63}\/[\d.]+/g;
/** A version with more than its first number; zeros do not count. */
const MINOR = /\d\.[\d.]*[1-9]/;
/** High-entropy client hints (W3C UA-CH). Brand and platform are low-entropy and allowed. */
const HINTS = new Set(['platformVersion', 'architecture', 'model', 'bitness', 'uaFullVersion']);

/**
 * Class `userAgent`: the whole user agent if the method removes it, otherwise versions with more than the major number.
 */
export function userAgentDetector(method: Method): Detector {
  const removed = method === 'remove' || method === 'redact' || method === 'pseudonymize' || method === 'encrypt';
  return {
    class: 'userAgent',
    triggers: 0,
    find: () => NONE,
    judges: (name) => isUserAgent(name) || name === 'version' || HINTS.has(name),
    judge(text, place) {
      if (place.kind !== 'value' || isNeutral(text)) return false;
      const name = place.name ?? '';
      if (isUserAgent(name)) return removed || hasMinorVersion(text);
      if (!isHint(name, place)) return false;
      return removed || (/^\d[\d.]*$/.test(text) ? MINOR.test(text) : HINTS.has(name));
    },
  };
}

function isUserAgent(name: string): boolean {
  return /^user-?agent$/i.test(name);
}

function isHint(name: string, place: Place): boolean {
  if (place.within('fullVersionList')) return name === 'version';
  return HINTS.has(name) && (place.within('userAgentData') || place.within('UserAgentData'));
}

function hasMinorVersion(text: string): boolean {
  return (text.match(PRODUCT) ?? []).some((product) => !FROZEN.test(product) && MINOR.test(product));
}
