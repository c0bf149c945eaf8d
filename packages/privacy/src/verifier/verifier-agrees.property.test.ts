import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedded, ipv4, ipv6, percentEncoded, unicodeEscaped } from '../testing/addresses.ts';
import { eventsWith, PLACE, textsAround } from '../testing/events.ts';
import { anonymized, onlyIpAddresses } from '../testing/policies.ts';
import { verifyText } from './verifier.ts';

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => JSON.stringify(text).slice(1, -1),
  'percent-encoded': (text) => JSON.stringify(percentEncoded(text, false, 1)).slice(1, -1),
  escaped: unicodeEscaped,
  'in JSON text': (text) => JSON.stringify(JSON.stringify({ a: [text] })).slice(1, -1),
};

/** A dump with a finding is quarantined for good, so anonymized addresses must not give false positives. */
describe('the verifier finds nothing in anonymized addresses', () => {
  it.each(Object.entries(ENCODINGS))('%s', (_, encode) => {
    const policy = onlyIpAddresses();
    const lines = fc
      .oneof(ipv4(), ipv6(), embedded())
      .chain(({ text }) => fc.tuple(textsAround(text), eventsWith(PLACE)))
      .map(([text, event]) => JSON.stringify(event).replaceAll(PLACE, () => encode(text)));
    fc.assert(
      fc.property(lines, (line) => {
        expect(verifyText(anonymized(line)!, policy).findings).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
