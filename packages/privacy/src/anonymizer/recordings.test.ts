import { describe, expect, it } from 'vitest';
import { type Policy, presetPolicy } from '../policy/policy.ts';
import { bytesOf, onlyIpAddresses, textOf } from '../testing/policies.ts';
import { readingsOf } from '../testing/readings.ts';
import { recordings } from '../testing/recordings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';
import { DumpAnonymizer } from './dump-anonymizer.ts';

function anonymize(bytes: Uint8Array, policy: Policy): string {
  const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(policy)));
  return [...dump.push(bytes), ...dump.end()].map(textOf).join('');
}

/**
 * First, second and last element and the length: what an importer needs to classify events. What is derived from an
 * address stands in an element of its own, which is left out.
 */
function frame(line: string): unknown[] {
  const all = JSON.parse(line) as unknown[];
  const event = all.filter((element) => !Object.hasOwn(Object(element), 'rtcstatsAddressClass'));
  return [event[0], event[1], event.at(-1), event.length];
}

describe.each([
  ['with IP addresses only', onlyIpAddresses()],
  ['of the standard preset', presetPolicy('standard')],
])('a policy %s', (_, policy) => {
  describe.each(recordings())('turns $name into', ({ bytes, lines, addresses }) => {
    const text = anonymize(bytes, policy);
    const clean = text.trimEnd().split('\n');

    it('the same number of lines, each with its method, scope and delta', () => {
      expect(clean).toHaveLength(lines.length);
      expect(text.endsWith('\n')).toBe(true);
      expect(clean.map(frame)).toEqual(lines.map(frame));
    });

    it('a dump with none of its addresses', () => {
      const readings = clean
        .flatMap((line) => [...readingsOf(line)])
        .join('\n')
        .toLowerCase();
      expect(addresses.filter((address) => readings.includes(address.toLowerCase()))).toEqual([]);
    });

    it('lines that are mostly byte-identical', () => {
      const same = clean.filter((line, index) => line === lines[index]).length;
      expect(same / lines.length).toBeGreaterThan(0.5);
    });
  });
});

describe('the verifier', () => {
  const policy = onlyIpAddresses();

  it.each(recordings())('finds addresses in $name, and none after anonymization', ({ bytes, lines }) => {
    expect(verifyText(textOf(bytes), policy).clean).toBe(false);
    const verdict = verifyText(anonymize(bytes, policy), policy);
    expect(verdict.findings).toEqual([]);
    expect(verdict).toMatchObject({ clean: true, total: 0, lines: lines.length });
  });

  it.each(recordings())('finds addresses in $name as a whole dump, and none after anonymization', ({ bytes }) => {
    const metadata = { fileFormat: 3, url: 'https://203.0.113.25/', remoteAddresses: ['203.0.113.25', '2001:db8::7'] };
    const dump = new Uint8Array([...bytesOf(`RTCStatsDump\n${JSON.stringify(metadata)}\n`), ...bytes]);
    expect(verifyText(textOf(dump), policy).clean).toBe(false);
    expect(verifyText(anonymize(dump, policy), policy).findings).toEqual([]);
  });
});
