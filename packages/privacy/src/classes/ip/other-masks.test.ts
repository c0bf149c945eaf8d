import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../../anonymizer/anonymizer.ts';
import { compilePolicy } from '../../anonymizer/compiled-policy.ts';
import { DumpAnonymizer } from '../../anonymizer/dump-anonymizer.ts';
import { type Policy, presetPolicy } from '../../policy/policy.ts';
import { parsePolicy } from '../../policy/policy-settings.ts';
import { anonymized, bytesOf, textOf } from '../../testing/policies.ts';
import { verifyText } from '../../verifier/verifier.ts';

const STANDARD = presetPolicy('standard');
const STRICT = presetPolicy('strict');

const SIX = 'x:x:x:x:x:x';
/** Addresses as other servers mask them, and our form. */
const MASKS = [
  [`2001:db8:85a3${SIX}`, '2001:db8:85a3:x:x:x:x:x'],
  [`2001:DB8:85A3${SIX.toUpperCase()}`, '2001:DB8:85A3:x:x:x:x:x'],
  [`::ffff${SIX}`, '0:0:0:x:x:x:x:x'],
  [`::1${SIX}`, '0:0:0:x:x:x:x:x'],
  [`2001:db8::${SIX}`, '2001:db8:0:x:x:x:x:x'],
  [`2002:cb00:7107${SIX}`, '2002:cb00:x:x:x:x:x:x'],
  ['2001:db8x:x:x', '2001:db8:x:x:x:x:x:x'],
  ['2001:db8:85a3::x', '2001:db8:85a3:x:x:x:x:x'],
  ['::ffff:203.0.113.x', '0:0:0:x:x:x:x:x'],
  ['203.0.113.x', '203.0.113.x'],
  ['203.0.113.X', '203.0.113.x'],
  ['203.0.113.xxx', '203.0.113.x'],
  ['203.0.xxx.xxx', '203.0.x.x'],
  ['203.0.113.*', '203.0.113.x'],
] as const;
/** Masked addresses in which a part of the host is readable. */
const PARTLY = [
  [`fe80::1c5d${SIX}`, 'fe80:0:0:x:x:x:x:x'],
  [`2001:db8::7a34${SIX}`, '2001:db8:0:x:x:x:x:x'],
  ['2001:db8:85a3:8d3x:x:x:x', '2001:db8:85a3:x:x:x:x:x'],
] as const;

/** Events of the fast path and others, with the address in several places. */
function eventsWith(address: string): unknown[][] {
  const candidate = `candidate:1 1 udp 2122 ${address} 5000 typ srflx raddr ${address} rport 1 generation 0`;
  const sdp = `v=0\r\no=- 1 2 IN IP6 ${address}\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/SAVPF 111\r\na=${candidate}\r\n`;
  return [
    ['onicecandidate', 'PC_0', { candidate, sdpMid: '0' }, 1],
    ['setLocalDescription', 'PC_0', { type: 'offer', sdp }, 1],
    ['getStats', 'PC_0', { [`I_${address}`]: { address, ip: address } }, 1],
    ['createOfferOnFailure', 'PC_0', `cannot reach [${address}]:443, ${address}.`, 1],
    ['unknownToUs', null, { deep: [{ [address]: [address, JSON.stringify({ address })] }] }, 1],
  ];
}

function stored(events: readonly unknown[][], policy: Policy): string {
  const anonymizer = new Anonymizer(compilePolicy(policy));
  return events.map((event) => `${anonymized(JSON.stringify(event), anonymizer) ?? ''}\n`).join('');
}

const textsOf = (events: readonly unknown[][]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('addresses that other servers masked', () => {
  it.each([...MASKS, ...PARTLY])('%s becomes %s, and nothing of it stays under strict', (address, ours) => {
    const clean = stored(eventsWith(address), STANDARD);
    if (ours !== address) expect(clean).not.toContain(address);
    expect(clean.split(ours).length).toBeGreaterThan(8);
    expect(verifyText(clean, STANDARD).findings).toEqual([]);

    const strict = stored(eventsWith(address), { ...STRICT, customEvents: 'scan' });
    expect(strict).not.toMatch(/2001|2002|db8|cb00|fe80|85a3|ffff|203|1c5d|7a34/i);
    expect(verifyText(strict, STRICT).findings).toEqual([]);
    // A dump that was anonymized under `standard` before.
    expect(
      stored(
        clean
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
        STRICT,
      ),
    ).not.toMatch(/2001|203|85a3|fe80/i);
  });

  it.each(MASKS)('%s is not reported if the policy keeps as much', (address) => {
    if (address.startsWith('2002:')) return;
    expect(verifyText(textsOf(eventsWith(address)), STANDARD).findings).toEqual([]);
  });

  it.each(PARTLY)('%s is reported, because a part of the host is readable', (address) => {
    expect(verifyText(textsOf(eventsWith(address)), STANDARD).total).toBeGreaterThan(4);
  });

  it.each(MASKS.filter(([address]) => /^2|^203/.test(address)))('%s is reported under strict', (address) => {
    expect(verifyText(textsOf(eventsWith(address)), STRICT).total).toBeGreaterThan(4);
  });

  it('keep as many groups as the policy', () => {
    const policy = parsePolicy({ ipAddresses: { method: 'mask', ipv4Bits: 16, ipv6Bits: 32 } });
    const clean = stored([...eventsWith(`2001:db8:85a3${SIX}`), ...eventsWith('203.0.113.xxx')], policy);
    expect(clean).not.toMatch(/85a3|113/);
    expect(clean).toContain('2001:db8:x:x:x:x:x:x');
    expect(clean).toContain('203.0.x.x');
    expect(verifyText(clean, policy).findings).toEqual([]);
  });

  it('are changed in webrtc-internals dumps and in the metadata of dumps, too', () => {
    const address = `2001:db8:85a3${SIX}`;
    const dump = `RTCStatsDump\n${JSON.stringify({ fileFormat: 3, ip: address })}\n${textsOf(eventsWith(address))}`;
    const anonymizer = new DumpAnonymizer(new Anonymizer(compilePolicy(STRICT)));
    const clean = [...anonymizer.push(bytesOf(dump)), ...anonymizer.end()].map(textOf).join('');
    expect(clean).not.toMatch(/2001|85a3/);
  });

  it('are not read into names of programs, times and words', () => {
    const text = 'std::x a::x 12:30x 16:9x 1920x1080 ice:a:bx mediasoup::xyz v1.x 1.2.x *.* 10x';
    for (const policy of [STANDARD, { ...STRICT, ipAddresses: { ...STRICT.ipAddresses, method: 'mask' as const } }]) {
      expect(stored([['createOfferOnFailure', 'PC_0', text, 1]], policy)).toContain(text);
    }
  });

  // Quadratic time would take minutes.
  it('take linear time', { timeout: 60_000 }, () => {
    for (const piece of ['2001:', '2001:db8:85a3x:', ':x', '203.0.', '203.0.113.xxx.', '::ffff:203.', 'x:x', '*.']) {
      const event = ['createOfferOnFailure', 'PC_0', piece.repeat(50_000), 1];
      expect(verifyText(stored([event], STANDARD), STANDARD).total).toBeGreaterThanOrEqual(0);
    }
  });
});
