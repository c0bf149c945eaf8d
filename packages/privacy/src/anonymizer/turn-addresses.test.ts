import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';

const compatible = parsePolicy({ preset: 'compatible', derive: false });

function stored(events: readonly unknown[][], policy = compatible): string[] {
  const anonymizer = new Anonymizer(compilePolicy(policy));
  return events.map((event) => textOf(anonymizer.message(bytesOf(JSON.stringify(event)))!));
}

const findings = (lines: readonly string[], policy = compatible): unknown =>
  verifyText(`${lines.join('\n')}\n`, policy).findings;

describe.each([
  ['198.51.100.7', '198.51.100.7', '203.0.113.45'],
  ['2001:db8:7:8::9', '[2001:db8:7:8::9]', '2001:db8:aa:bb::1'],
])('the address of a TURN server: %s', (relay, host, client) => {
  const configuration = { iceServers: [{ urls: [`turn:${host}:3478?transport=udp`, `turns:${host}`] }] };
  const report = { type: 'local-candidate', candidateType: 'relay', address: relay, ip: relay, relatedAddress: client };
  const compressed = { 136: 'relay', 134: relay, 141: client };
  const allocated = `allocated on ${relay} for ${client}`;

  it.each([
    ['create', ['create', 'PC_0', configuration, 1]],
    ['setConfiguration', ['setConfiguration', 'PC_0', configuration, 1]],
    ['statistics', ['getStats', 'PC_0', { I1: { type: 'x' }, I2: report }, 1]],
    ['compressed statistics', ['g', 'PC_0', { I2: compressed, I1: { 136: 'srflx', 134: client } }, 1]],
    [
      'the URL of a candidate',
      ['onicecandidate', 'PC_0', { candidate: '', url: `turn:${host}:3478?transport=tcp` }, 1],
    ],
  ])('is kept by compatible in %s and from then on', (_, event) => {
    const events = [event, ['createOfferOnFailure', 'PC_0', allocated, 1]];
    const clean = stored(events);
    expect(clean[0]).toBe(stored([event])[0]);
    expect(clean.join('\n').split(relay).length).toBe(JSON.stringify(events).split(relay).length);
    expect(clean.join('\n')).not.toContain(client);
    expect(findings(clean)).toEqual([]);
    for (const preset of ['standard', 'strict'] as const) {
      expect(stored(events, presetPolicy(preset)).join('\n')).not.toContain(relay);
    }
  });

  it('does not exempt other addresses', () => {
    const others = [
      ['create', 'PC_0', { iceServers: [{ urls: `stun:${host}:3478` }] }, 1],
      ['getStats', 'PC_0', { I1: { candidateType: 'srflx', address: relay }, I2: { candidateType: 'relay' } }, 1],
      [':log', null, `return:${host} turn ${relay} candidateType relay`, 1],
    ];
    for (const event of others) {
      expect(stored([event]).join()).not.toContain(relay);
      expect(findings([JSON.stringify(event)])).not.toEqual([]);
    }
  });
});
