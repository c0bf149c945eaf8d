import { type Detector, type Hit, NONE } from './detector.ts';
import { MAC } from './triggers.ts';

const FINGERPRINT = /(?<![0-9a-z:])(?:CF)?((?:[0-9a-f]{2}:){15,63}[0-9a-f]{2})(?![0-9a-z:])/gi;
/** The beginning of a replaced fingerprint. */
const REPLACED = '00:00:00:00:';

/**
 * Certificates and their fingerprints, class `identifiers`, if opaque identifiers are not kept: a page can use a
 * certificate in many sessions, which it then links.
 */
export const certificateDetector: Detector = {
  class: 'identifiers',
  triggers: MAC,
  find(text) {
    let hits: Hit[] | undefined;
    for (const { 0: all, 1: fingerprint, index } of text.matchAll(FINGERPRINT)) {
      if (fingerprint!.startsWith(REPLACED)) continue;
      hits ??= [];
      hits.push({ start: index + all.length - fingerprint!.length, end: index + all.length });
    }
    return hits ?? NONE;
  },
  judges: (name) => name === 'base64Certificate',
  judge: (text) => text.length > 32,
};
