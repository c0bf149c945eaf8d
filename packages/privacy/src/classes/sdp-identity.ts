import { EQUALS } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

/** RFC 8866, 5.2 to 5.6: who made the session, what it is called and whom to ask about it. */
const OWNER = /(?:^|[\r\n"'\s])o=([^\s"']+) \d+ \d+ IN IP/dg;
const ABOUT = /(?:^|[\r\n])[siuep]=([^\r\n]*)/dg;
/** All of the line, where the text is known to be a description: what cannot be parsed is no reason to let it pass. */
const OWNER_LINE = /(?:^|[\r\n])o=([^\r\n]*)/dg;
const NUMBERS = /(?: \d+ \d+)? IN IP[46] /;
/** Lines that only a description has: an error may quote a part of one. */
const QUOTED = /(?:^|[\r\n])(?:v=0|m=[a-z]+ \d|[ac]=[^\r\n]|o=\S+ \d+ \d+ IN )/;
/** Firefox names itself, not its user. */
const FIXED_OWNER = /^(?:-|mozilla\.\.\.THIS_IS_SDPARTA-[\w.]+)$/;
const NEUTRAL = new Set(['-', ' ', '']);

/** What an SDP says about its owner. Browsers write nothing of a person; other endpoints do. */
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
        // Parsed, and reported, above; or as short as sections that did not change are.
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
