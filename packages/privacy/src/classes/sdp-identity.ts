import { EQUALS } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

/** Originator, session name, information, URI and contacts (RFC 8866, sections 5.2 to 5.6). */
const OWNER = /(?:^|[\r\n"'\s])o=([^\s"']+) \d+ \d+ IN IP/dg;
const ABOUT = /(?:^|[\r\n])[siuep]=([^\r\n]*)/dg;
/** In a session description, the whole line, so that malformed lines do not pass. */
const OWNER_LINE = /(?:^|[\r\n])o=([^\r\n]*)/dg;
const NUMBERS = /(?: \d+ \d+)? IN IP[46] /;
/** Lines that occur only in session descriptions, which an error may quote in part. */
const QUOTED = /(?:^|[\r\n])(?:v=0|m=[a-z]+ \d|[ac]=[^\r\n]|o=\S+ \d+ \d+ IN )/;
/** Firefox writes its own name here instead of the user's. */
const FIXED_OWNER = /^(?:-|mozilla\.\.\.THIS_IS_SDPARTA-[\w.]+)$/;
const NEUTRAL = new Set(['-', ' ', '']);

/** Information about the owner of a session description. Browsers write none; other endpoints do. */
export function sdpIdentity(): TextClass {
  return {
    name: 'sdpIdentity',
    needs: [EQUALS],
    find(text, role, report) {
      if (text.includes('o=')) {
        eachMatch(text, OWNER, (match) => {
          const [start, end] = match.indices![1]!;
          if (!FIXED_OWNER.test(match[1]!)) report(start, end, '-');
        });
      }
      if (role !== 'sdp' && !text.includes('v=0') && !QUOTED.test(text)) return;
      eachMatch(text, OWNER_LINE, (match) => {
        const line = match[1]!;
        const start = match.indices![1]![0];
        const end = NUMBERS.exec(line)?.index ?? line.length;
        // Well-formed lines are reported above, and lines without spaces cannot be origins.
        if (line === '' || FIXED_OWNER.test(line.slice(0, end)) || !/[ ]/.test(line)) return;
        report(start, start + end, '-');
      });
      eachMatch(text, ABOUT, (match) => {
        const [start, end] = match.indices![1]!;
        if (!NEUTRAL.has(match[1]!)) report(start, end, '-');
      });
    },
  };
}
