import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { isNeutral } from './neutral.ts';
import { IDENTITY_LINE, ORIGIN_LINE, SDP_LINE } from './triggers.ts';

/** The origin line of a session (RFC 8866, section 5.2), anywhere in a text, because an error may quote it. */
const ORIGINS = /o=(\S{1,512}) {1,8}\d{1,32} {1,8}\d{1,32} {1,8}IN {1,8}\S/g;
/** The owner in a line of its own, even if the numbers after it are not numbers. */
const OWNERS = /^o=(\S{1,512})[^\r\n]{0,512}\bIN {1,8}IP[46]/gim;
const LINE = /^ ?([siuep])=([^\r\n]*)/gim;
/** JSEP requires `-` (RFC 9429, section 5.2.1); Gecko writes its name and version. */
const FIXED_OWNER = /^(?:-|mozilla\.\.\.THIS_IS_SDPARTA-[\d.]+)$/;
const FIXED_LINE = /^\s*-?\s*$/;
/** A masked address, which was replaced by its own class. */
const MASKED_ADDRESS = /^\[?(?:[\da-f]{0,4}[.:]){0,8}x(?:[.:]x){0,8}\]?(?::\d{1,5})?$/i;

/** Class `sdpIdentity`: owner, name, description, URI, e-mail address and phone number in a session description. */
export const sdpIdentityDetector: Detector = {
  class: 'sdpIdentity',
  triggers: ORIGIN_LINE | IDENTITY_LINE,
  find(text, _place, triggers) {
    const hits: Hit[] = [];
    if (triggers & ORIGIN_LINE) {
      for (const pattern of [ORIGINS, OWNERS]) {
        for (const match of text.matchAll(pattern)) {
          if (!FIXED_OWNER.test(match[1]!) && !isReplaced(match[1]!)) {
            hits.push({ start: match.index + 2, end: match.index + 2 + match[1]!.length });
          }
        }
      }
    }
    // Single letters before an equals sign are common, so this is limited to session descriptions.
    if (triggers & IDENTITY_LINE && triggers & SDP_LINE) {
      for (const match of text.matchAll(LINE)) {
        const value = match[2]!;
        const end = match.index + match[0].length;
        if (!FIXED_LINE.test(value) && !isReplaced(value.trim())) hits.push({ start: end - value.length, end });
      }
    }
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
};

function isReplaced(value: string): boolean {
  return isNeutral(value) || MASKED_ADDRESS.test(value);
}
