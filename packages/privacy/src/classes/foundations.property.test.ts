import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentEncoded, unicodeEscaped } from '../testing/addresses.ts';
import { eventsWith, PLACE } from '../testing/events.ts';
import { anonymized, onlyIpAddresses } from '../testing/policies.ts';
import { readable } from '../testing/readings.ts';
import { STACKS } from '../testing/stack-foundations.ts';
import { verifyText } from '../verifier/verifier.ts';

const policy = onlyIpAddresses();
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => JSON.stringify(text).slice(1, -1),
  'percent-encoded': (text) => JSON.stringify(percentEncoded(text, false, 1)).slice(1, -1),
  escaped: unicodeEscaped,
  'in JSON text': (text) => JSON.stringify(JSON.stringify({ a: [text] })).slice(1, -1),
  'in JSON text in a sentence': (text) => JSON.stringify(`sent ${JSON.stringify({ a: text })} off`).slice(1, -1),
};
const TEXTS = [
  'candidate:§ 1 udp 2122260223 10.0.0.1 5 typ host',
  'a=candidate:§ 1 UDP 1 h.local 9 typ srflx raddr 0.0.0.0 rport 0\r\na=mid:0',
  'v=0\r\na=candidate:§ 2 tcp 1518280447 10.0.0.1 9 typ host tcptype active\r\na=end-of-candidates\r\n',
  'Error processing "candidate:§ 1 udp 2122260223 10.0.0.1 5 typ host generation 0"',
  'Cand[audio:§:1:udp:2122260223:10.0.0.1:5:local]',
  'é candidate:§ 1 udp 1 10.0.0.1 5 typ host 日本',
];
const foundations = fc
  .tuple(
    fc.constantFrom(...Object.values(STACKS)),
    fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
    fc.ipV4(),
    fc.constantFrom('udp', 'tcp'),
  )
  .map(([stack, type, address, protocol]) => stack({ type, address, protocol }))
  .filter((foundation) => foundation.length >= 5);

describe('a foundation in a candidate in any place of any event', () => {
  it.each(Object.entries(ENCODINGS))('%s does not survive, and the verifier agrees', (_, encode) => {
    fc.assert(
      fc.property(foundations, fc.constantFrom(...TEXTS), eventsWith(PLACE), (foundation, text, event) => {
        const planted = encode(text.replace('§', foundation));
        const line = JSON.stringify(event).replaceAll(PLACE, () => planted);
        const clean = anonymized(line)!;
        expect(readable(clean, [foundation])).toBeUndefined();
        expect(verifyText(line, policy).clean).toBe(false);
        expect(verifyText(clean, policy).findings).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});
