import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, type Policy, presetPolicy } from '../policy/policy.ts';
import { type Place, TEXT_PLACE } from './detector.ts';
import { allDetectors } from './detectors.ts';
import { isNumericLine } from './numeric-line.ts';
import { RelayAddresses } from './relay-addresses.ts';
import { TextInspector } from './text-inspector.ts';
import { SDP_LINE, triggersOf } from './triggers.ts';
import { verifyText } from './verifier.ts';

const EVERYTHING: Policy = {
  ...presetPolicy('standard'),
  classes: Object.fromEntries(DATA_CLASSES.map((name) => [name, 'redact'])) as Policy['classes'],
};
const PLACE: Place = { ...TEXT_PLACE, kind: 'value', depth: 1 };
const FOLDER = new URL('../../../../test/recordings/', import.meta.url);
const LINES = readdirSync(FOLDER).flatMap((name) =>
  name.endsWith('.raw') ? readFileSync(new URL(name, FOLDER), 'utf8').split('\n') : [],
);

/** Parts of the detectors' patterns, so that random combinations often match. */
const piece = fc.oneof(
  fc.constantFrom(
    ...(
      '203.0.113.5|203|.|-|:|::|2001|db8|fe80|x|.local|.lan|.home.arpa|.fritz.box|anna|annas-mac|candidate:1 1 udp 2 |' +
      ' 9 typ host|raddr |IN IP4 |c=|o=|s=|i=|k=|p=|- 1 2 IN IP4 |//|https:|?|#|a=b|@|example.org|turn:|stun:|eyJhbGci|.eyJydGNT|' +
      'Bearer |basic\t|abcdef0123456789|password|token|api_key|Key|cookie|pwd|credential|=|: |"|\'|\\|a=crypto:1 A inline:|AKIA|' +
      'ABCDEFGHIJKLMNOP|+49|0049|(020) |7946 0958|415-555-0100|(415)|555 |4111 1111 1111 1111|378282246310005|tel:|’s |iPhone|' +
      '046d|(046d:085e)|deviceId|group_id|: {exact: "|00:1b:44:|11:3a:b7|001b.4411.|3ab7|1b-44-| |\n|\r\n|,|;|.ip6.arpa|7.|8.b.d.0'
    ).split('|'),
  ),
  fc.string({ maxLength: 3 }),
);

describe('triggersOf', () => {
  it('is pulled by every finding of a detector', () => {
    const detectors = allDetectors(EVERYTHING, new RelayAddresses(false));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        for (const detector of detectors) {
          if (detector.find(text, PLACE, ~0).length === 0) continue;
          const triggers = triggersOf(text) | (detector.class === 'sdpIdentity' ? SDP_LINE : 0);
          expect(triggers & detector.triggers, `${detector.class} in ${JSON.stringify(text)}`).not.toBe(0);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('a recorded line', () => {
  it('that is accepted as numeric has no finding', () => {
    const numeric = LINES.filter((line) => {
      const bytes = new TextEncoder().encode(line);
      return isNumericLine(bytes, 0, bytes.length);
    });
    expect(numeric.length).toBeGreaterThan(LINES.length / 4);
    for (const line of numeric) {
      const inspector = new TextInspector(EVERYTHING);
      inspector.inspectLine(line, 1, line.length);
      expect(inspector.findings.total).toBe(0);
    }
  });

  it('has a finding when an address is inserted anywhere, in valid JSON or not', () => {
    const keep = Object.fromEntries(DATA_CLASSES.map((name) => [name, 'keep'])) as Policy['classes'];
    const quiet = { ...EVERYTHING, classes: keep };
    const clean = LINES.filter((line) => verifyText(line, quiet).clean);
    const address = fc.constantFrom(
      // After the name of a program alone, as in `Chrome 203.0.113.5`, it would be a version.
      ' at 203.0.113.5 ',
      ' 2001:db8::5 ',
      '(10.1.2.3)',
      '[fe80::1%eth0]',
      ' ::ffff:198.51.100.7,',
    );
    fc.assert(
      fc.property(fc.nat(), fc.nat(), address, (which, where, planted) => {
        const line = clean[which % clean.length]!;
        const at = where % (line.length + 1);
        expect(verifyText(line.slice(0, at) + planted + line.slice(at), quiet).clean).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
