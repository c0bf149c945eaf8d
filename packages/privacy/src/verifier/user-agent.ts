import type { Method } from '../policy/policy.ts';
import { type Detector, NONE, type Place } from './detector.ts';
import { isNeutral } from './neutral.ts';

/** Frozen parts of user agents: the same for everybody, whatever the browser. */
const FROZEN =
  /^(?:Mozilla\/5\.0|AppleWebKit\/537\.36|AppleWebKit\/605\.1\.15|Safari\/537\.36|Safari\/604\.1|Safari\/605\.1\.15|Gecko\/\d+)$/;
const PRODUCT = /[A-Za-z][\w-]*\/[\d.]+/g;
/** A version that says more than its first number: zeros after it say nothing. */
const MINOR = /\d\.[\d.]*[1-9]/;
/** High-entropy client hints (W3C UA-CH); brand and platform are low-entropy and stay. */
const HINTS = new Set(['platformVersion', 'architecture', 'model', 'bitness', 'uaFullVersion']);

/** Class `userAgent`: all of it where the method removes it, else every version that is not a major one alone. */
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
