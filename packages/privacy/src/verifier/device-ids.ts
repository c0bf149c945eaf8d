import { type Detector, type Hit, mergeHits, type Place } from './detector.ts';
import { isNeutral } from './neutral.ts';
import { DEVICE_ID, DEVICE_OWNER } from './triggers.ts';

const NAME = /^(?:device|group|source|chromeMediaSource|sink)_?id$|(?:device|sink)_?id$/i;
/**
 * Ids that every browser has (W3C Media Capture and Streams, section 9.3), and words that constraints may have instead
 * of an id.
 */
const FIXED = new Set([
  'default',
  'communications',
  'none',
  'true',
  'false',
  'undefined',
  'null',
  'object',
  'exact',
  'ideal',
]);
/** Ids in prose: `deviceId: {exact: "9b49…"}`. */
const IN_TEXT =
  /(?:device|group|source)_?id["'\\]*\s*[:=]\s*[{[\s]*(?:(?:exact|ideal)["'\\]*\s*[:=]\s*)?[[\s]*["'\\]*([\w+/=-]{4,})/gi;

/** The ids of Chromium, in errors of capture. */
const CAPTURE = /NotReadableError|NotFoundError|OverconstrainedError|getUserMedia|Could not start|Failed to allocate/i;
const HASHES = /(?<![\da-z])[\da-f]{64}(?![\da-z])/gi;

/** Class `deviceIds`: `deviceId` and `groupId` in lists of devices, constraints and settings. */
export const deviceIdDetector: Detector = {
  class: 'deviceIds',
  triggers: DEVICE_ID | DEVICE_OWNER,
  find(text) {
    const hits: Hit[] = [];
    for (const match of text.matchAll(IN_TEXT)) {
      const end = match.index + match[0].length;
      if (!isAllowed(match[1]!)) hits.push({ start: end - match[1]!.length, end });
    }
    if (CAPTURE.test(text)) {
      for (const { 0: id, index } of text.matchAll(HASHES)) hits.push({ start: index, end: index + id.length });
    }
    return mergeHits(hits);
  },
  judges: (name) => NAME.test(name) || name === 'exact' || name === 'ideal',
  judge: (text, place) => place.kind === 'value' && isDeviceId(place) && !isAllowed(text),
};

function isAllowed(value: string): boolean {
  return FIXED.has(value) || isNeutral(value);
}

function isDeviceId(place: Place): boolean {
  const name = place.name ?? '';
  if (NAME.test(name)) return true;
  return (
    (name === 'exact' || name === 'ideal') && ['deviceId', 'groupId', 'device_id'].some((outer) => place.within(outer))
  );
}
