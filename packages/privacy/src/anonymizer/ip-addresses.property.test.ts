import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedded, ipv4, ipv6, percentEncoded, type Spelled, unicodeEscaped } from '../testing/addresses.ts';
import { eventsWith, PLACE, textsAround } from '../testing/events.ts';
import { jsonTexts, numberTokens, stringTokens } from '../testing/json-texts.ts';
import { addressAnonymizer, anonymized } from '../testing/policies.ts';
import { readable, readingsOf } from '../testing/readings.ts';
import { TECHNICAL_VALUES } from '../testing/technical-values.ts';

const RUNS = 4000;

/** Ways to encode a text before it is put into an event as the content of a JSON string. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: jsonContent,
  'with some characters percent-encoded': (text) => jsonContent(percentEncoded(text, false, 1)),
  'with all characters percent-encoded': (text) => jsonContent(percentEncoded(text, true, 1)),
  'percent-encoded twice': (text) => jsonContent(percentEncoded(text, true, 2)),
  'in JSON escapes': unicodeEscaped,
  'in JSON text': (text) => jsonContent(inJson(jsonContent(text), 1)),
  'in JSON text in JSON text': (text) => jsonContent(inJson(jsonContent(text), 2)),
  'in JSON text in JSON text in JSON text': (text) => jsonContent(inJson(jsonContent(text), 3)),
  'in escapes in JSON text': (text) => jsonContent(inJson(unicodeEscaped(text), 1)),
  'in escapes in JSON text three levels deep': (text) => jsonContent(inJson(unicodeEscaped(text), 3)),
  'percent-encoded in JSON text': (text) => unicodeEscaped(inJson(jsonContent(percentEncoded(text, false, 2)), 1)),
  'in JSON text in a sentence': (text) => jsonContent(`sent ${inJson(unicodeEscaped(text), 2)} to nobody`),
};

function jsonContent(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** JSON text around the content of a string, nested `levels` deep. */
function inJson(content: string, levels: number): string {
  let text = `{"a":[1,{"b":"${content}"}]}`;
  for (let i = 1; i < levels; i++) text = JSON.stringify({ payload: text, n: [1] });
  return text;
}

/** Events as JSON text, with an address in some notation in some place, in the given encoding. */
function linesWith(
  addresses: fc.Arbitrary<Spelled>,
  encode: (text: string) => string,
): fc.Arbitrary<[string, Spelled]> {
  return addresses.chain((address) =>
    fc
      .tuple(textsAround(address.text), eventsWith(PLACE))
      .map(([text, event]) => [JSON.stringify(event).replaceAll(PLACE, () => encode(text)), address]),
  );
}

describe.each([
  ['IPv4', ipv4()],
  ['IPv6', ipv6()],
  ['IPv4-in-IPv6', embedded()],
])('an %s address in any place of any event', (_, addresses) => {
  it.each(Object.entries(ENCODINGS))('%s does not survive', (__, encode) => {
    fc.assert(
      fc.property(linesWith(addresses, encode), ([line, { secrets }]) => {
        const clean = anonymized(line);
        expect(clean).not.toBeNull();
        expect(readable(clean!, secrets)).toBeUndefined();
        const [before, after] = [JSON.parse(line), JSON.parse(clean!)] as [unknown[], unknown[]];
        expect(after).toHaveLength(before.length);
        expect(after.at(-1)).toBe(before.at(-1));
      }),
      { numRuns: RUNS / 10 },
    );
  });
});

describe('an event without an address', () => {
  const space = fc.constantFrom('', '', ' ', '\t');
  /** Random texts sometimes contain an address; texts that come close to one are filtered out. */
  const harmless = fc.oneof(fc.string(), fc.string({ unit: 'binary' })).filter((text) => {
    const readings = [...readingsOf(JSON.stringify(text))];
    return !readings.some((reading) => /[0-9a-fx]\s*[.:-]+\s*[0-9a-fx]|::/i.test(reading));
  });
  const technical = fc
    .array(fc.constantFrom(...TECHNICAL_VALUES), { minLength: 1, maxLength: 3 })
    .map((texts) => texts.join(' '));
  const strings = stringTokens(fc.oneof(technical, harmless));

  it('is unchanged, byte for byte', () => {
    const method = fc.oneof(strings, fc.constantFrom('"g"', '20', '7', '24', '10', '66', '":log"', '1e2'));
    const scope = fc.oneof(strings, fc.constantFrom('null', '"PC_0"'));
    const elements = fc.array(jsonTexts(space, strings), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(method, scope, elements, numberTokens(), space, (first, second, rest, delta, blank) => {
        const line = `${blank}[${blank}${[first, second, ...rest, delta].join(`${blank},`)}${blank}]${blank}`;
        const anonymizer = addressAnonymizer();
        expect(anonymized(line, anonymizer)).toBe(line);
        expect(anonymizer.receipt()).toMatchObject({ redactions: {}, dropped: {} });
      }),
      { numRuns: RUNS },
    );
  });

  it('is unchanged, byte for byte, with a technical value in any place', () => {
    fc.assert(
      fc.property(technical, eventsWith(PLACE), (text, event) => {
        const line = JSON.stringify(event).replaceAll(PLACE, () => jsonContent(text));
        expect(anonymized(line)).toBe(line);
      }),
      { numRuns: RUNS },
    );
  });
});
