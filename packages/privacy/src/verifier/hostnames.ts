import { DASH, DOT, LETTER } from './characters.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral, isUuid } from './neutral.ts';

/** Domains that exist in a home or an office only, so that what stands before them is a person's machine. */
const PRIVATE_NAME =
  /(?<![\w.-])([a-z\d](?:[\w-]*[\w])?(?:\.[a-z\d][\w-]*)*?)\.(?:local|localdomain|lan|home\.arpa|fritz\.box)(?![\w-]|\.[\w])/gi;
/** The address of a candidate (RFC 8839, 5.1), its related address, and the address of an SDP line. */
const ADDRESS_FIELDS = [
  /candidate:\S+ +\d+ +\S+ +\d+ +(\S+) +\S+ +typ\b/gi,
  /\braddr +(\S+)/gi,
  /\bIN +IP[46] +([^\s/]+)/g,
];
const ADDRESS_NAMES = new Set(
  'address relatedAddress ip ipAddress hostCandidate host_candidate localAddress remoteAddress publicIP'.split(' '),
);

/**
 * Class `hostnames`: names of users' machines. Anywhere: names in private domains, save the UUIDs of mDNS. Where the field is an
 * address: every name without a dot as well (`ANNAS-MACBOOK`). Names in public domains are servers' and no finding.
 */
export const hostnameDetector: Detector = {
  class: 'hostnames',
  find(text, place, layer, shape) {
    if ((shape & LETTER) === 0) return NONE;
    const hits: Hit[] = [];
    if (shape & DOT) {
      for (const match of text.matchAll(PRIVATE_NAME)) {
        const name = match[1]!;
        const label = name.slice(name.lastIndexOf('.') + 1);
        if (!isUuid(label) && !isNeutral(label)) hits.push({ start: match.index, end: match.index + match[0].length });
      }
    }
    for (const field of shape & DASH || /IP[46]|raddr|candidate:/i.test(text) ? ADDRESS_FIELDS : []) {
      for (const match of text.matchAll(field)) {
        const start = match.index + match[0].lastIndexOf(match[1]!);
        if (isMachineName(match[1]!)) hits.push({ start, end: start + match[1]!.length });
      }
    }
    if (layer === 0 && isAddressValue(place)) {
      const name = text.replace(/:\d+$/, '');
      if (isMachineName(name)) hits.push({ start: 0, end: name.length });
    }
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
};

function isAddressValue(place: Place): boolean {
  if (place.kind !== 'value') return false;
  return place.event === 'publicIP'
    ? place.depth > 0 && place.name === undefined && place.index !== 0
    : ADDRESS_NAMES.has(place.name ?? '');
}

function isMachineName(name: string): boolean {
  return (
    /^[a-z\d][\w-]*$/i.test(name) &&
    /[g-z_-]|^[a-f]+$/i.test(name) &&
    name !== 'localhost' &&
    name !== 'x' &&
    !isNeutral(name) &&
    !isUuid(name)
  );
}
