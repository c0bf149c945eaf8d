import { EQUALS } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

/** RFC 8866, 5.2 to 5.6: who made the session, what it is called and whom to ask about it. */
const OWNER = /(?:^|[\r\n"'\s])o=([^\s"']+) \d+ \d+ IN IP/dg;
const ABOUT = /(?:^|[\r\n])[siuep]=([^\r\n]*)/dg;
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
      if (role !== 'sdp' && !text.includes('v=0')) return;
      eachMatch(text, ABOUT, (match) => {
        const [start, end] = match.indices![1]!;
        if (!NEUTRAL.has(match[1]!)) report(start, end, '-');
      });
    },
  };
}
