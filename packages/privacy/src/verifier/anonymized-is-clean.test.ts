import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { DumpAnonymizer } from '../anonymizer/dump-anonymizer.ts';
import { HIDING_PLACES, PLACES } from '../corpus/places.ts';
import { PLANTED_CASES } from '../corpus/planted.ts';
import { HIDDEN_TEXTS, USUAL_TEXTS } from '../corpus/texts.ts';
import { anonymizeInternals } from '../internals/internals-anonymizer.ts';
import { PRESETS, type Preset, presetPolicy } from '../policy/policy.ts';
import { embedded, ipv4, ipv6, percentEncoded } from '../testing/addresses.ts';
import { eventsWith, textsAround } from '../testing/events.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { verifyText } from './verifier.ts';

/**
 * A dump with a finding is quarantined, so whatever the anonymizer writes must be clean, under every preset. A finding
 * here is either a false alarm of the verifier or a leak of the anonymizer.
 */
const POLICIES = {
  standard: presetPolicy('standard'),
  strict: presetPolicy('strict'),
  compatible: presetPolicy('compatible'),
};
const COMPILED = new Map(PRESETS.map((preset) => [preset, compilePolicy(POLICIES[preset])]));
const FOLDER = new URL('../../../../test/recordings/', import.meta.url);

/** The findings in the anonymized lines of one session, each with its line. */
function findings(lines: readonly string[], preset: Preset): unknown[] {
  const anonymizer = new Anonymizer(COMPILED.get(preset)!);
  const clean = lines.flatMap((line) => {
    const bytes = anonymizer.message(bytesOf(line));
    return bytes === null ? [] : [textOf(bytes)];
  });
  const verdict = verifyText(clean.map((line) => `${line}\n`).join(''), POLICIES[preset]);
  return verdict.findings.map((finding) => ({ ...finding, text: clean[finding.line - 1] }));
}

describe.each(PRESETS)('anonymized by %s', (preset) => {
  it.each(recordings())('the recording $name is clean', ({ bytes }) => {
    const dump = new DumpAnonymizer(new Anonymizer(COMPILED.get(preset)!));
    const text = [...dump.push(bytes), ...dump.end()].map(textOf).join('');
    expect(verifyText(text, POLICIES[preset]).findings).toEqual([]);
  });

  it('the recorded webrtc-internals dump is clean', async () => {
    const bytes = readFileSync(new URL('chromium-loopback.webrtc_internals_dump.txt', FOLDER));
    const clean = await anonymizeInternals(bytes, new Anonymizer(COMPILED.get(preset)!));
    expect(verifyText(textOf(clean), POLICIES[preset]).findings).toEqual([]);
  });

  it('the cases of the corpus are clean', () => {
    for (const { before, line, isMetadata } of PLANTED_CASES) {
      if (!isMetadata) expect(findings([...before, line], preset)).toEqual([]);
    }
  });

  it.each([...PLACES, ...HIDING_PLACES])('every text in $name is clean', (place) => {
    for (const text of [...USUAL_TEXTS, ...HIDDEN_TEXTS]) {
      const { line, isMetadata } = place.put(text);
      if (!isMetadata) expect(findings([line], preset)).toEqual([]);
    }
  });

  it('generated events with personal values in any place are clean', () => {
    const all = [...USUAL_TEXTS, ...HIDDEN_TEXTS];
    // Numbers and secrets next to other numbers and words may be parts of them, so these stand alone.
    const alone = fc.constantFrom(...all).map(({ text }) => text);
    const joined = fc.oneof(
      fc
        .constantFrom(...all.filter((text) => text.class !== 'contact' && text.class !== 'credentials'))
        .map(({ text }) => text),
      fc.oneof(ipv4(), ipv6(), embedded()).map(({ text }) => text),
    );
    const encoded = joined
      .chain(textsAround)
      .chain((text) => fc.constantFrom(text, text, percentEncoded(text, false, 1)));
    const lines = fc
      .oneof(alone, encoded)
      .chain((text) => eventsWith(text))
      .map((event) => JSON.stringify(event));
    fc.assert(
      fc.property(lines, (line) => {
        expect(findings([line], preset)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('generated URLs in any text are clean', () => {
    const part = fc.stringMatching(/^[\w.~%:@!$&'()*+,;=[\]{}|-]{0,12}$/);
    const url = fc
      .tuple(
        fc.constantFrom(
          'https://',
          'wss://',
          'file://',
          'HTTP://',
          'app+x://',
          '//',
          'blob:https://',
          'stun:',
          'turns:',
        ),
        fc.constantFrom('', 'anna@', 'anna:pw@'),
        fc.constantFrom('meet.example.com', 'meet.example.com:8443', 'localhost', '', 'www.webrtc.org', '[::1]:80'),
        fc.array(part, { maxLength: 4 }).map((parts) => parts.map((each) => `/${each}`).join('')),
        fc.oneof(
          fc.constant(''),
          fc.constant('?transport=udp'),
          part.map((each) => `?q=${each}`),
        ),
        fc.oneof(
          fc.constant(''),
          part.map((each) => `#${each}`),
        ),
      )
      .map((parts) => parts.join(''));
    const text = fc
      .tuple(
        fc.constantFrom('', 'see ', '(', '[', '"', "'", '<', 'at f (', 'a, ', '1', 'x=', 'url:', '\u2014'),
        url,
        fc.constantFrom('', ')', '].', ', ', '"', "'", '>', ':10:22)', ':3478', '. Then', '!', ' and ', ';'),
        // Two URLs that touch cannot be told apart.
        fc.oneof(
          fc.constant(''),
          url.map((other) => ` ${other}`),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(':log', 'error', 'setLocalDescriptionOnFailure'), (written, method) => {
        expect(findings([JSON.stringify([method, null, { message: written }, 1])], preset)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
