import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { stricterPolicy } from '../policy/stricter.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';

const compatible = parsePolicy({ preset: 'compatible', derive: false });

/** The stored lines of a session that sends these lines. */
function stored(lines: readonly string[], policy = compatible): string[] {
  const anonymizer = new Anonymizer(compilePolicy(policy));
  return lines.map((line) => textOf(anonymizer.message(bytesOf(line))!));
}

const relayed = (address: string, client: string): string =>
  `candidate:4 1 udp 41819902 ${address} 62306 typ relay raddr ${client} rport 33211 generation 0`;

describe.each([
  ['IPv4', '198.51.100.7', '203.0.113.45', '203.0.113.x'],
  ['IPv6', '2001:db8:7:8::9', '2001:db8:aa:bb::1', '2001:db8:aa:x:x:x:x:x'],
])('under the compatible preset, the address of a relay (%s)', (_, relay, client, masked) => {
  const candidate = `[20,"PC_0",${JSON.stringify({ candidate: relayed(relay, client) })},1]`;
  const family = relay.includes(':') ? 'IP6' : 'IP4';
  const sdp = `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/SAVPF 111\r\nc=IN ${family} ${relay}\r\na=${relayed(relay, client)}\r\n`;
  const description = `[7,"PC_0",${JSON.stringify({ type: 'offer', sdp })},1]`;
  const stats = `["g","PC_0",{"I1":{"134":"${relay}"},"I2":{"134":"${client}"}},1]`;
  const text = `[65,null,"via ${relay} from ${client}",1]`;

  it.each([
    ['a candidate', candidate],
    ['a description, whose connection line comes first', description],
    ['an application event', `[":log",null,${JSON.stringify(relayed(relay, client))},1]`],
  ])('is kept from the line on that has it in %s', (_, first) => {
    const lines = [first, stats, text];
    const clean = stored(lines);
    expect(clean).toEqual(lines.map((line) => line.replaceAll(client, masked)));
    const verdict = verifyText(`${clean.join('\n')}\n`, compatible);
    expect(verdict.findings).toEqual([]);
  });

  it('is masked before that line, and in sessions without such a line', () => {
    const [line] = stored([stats, candidate]);
    expect(line).not.toContain(relay);
    expect(stored([candidate.replace('typ relay', 'typ srflx')])[0]).not.toContain(relay);
  });

  it('is masked by the other presets, and when a session requests one', () => {
    for (const policy of [
      presetPolicy('standard'),
      presetPolicy('strict'),
      stricterPolicy(compatible, 'standard'),
      parsePolicy({ preset: 'compatible', ipAddresses: { keepRelay: false } }),
    ]) {
      const clean = stored([candidate, description, stats, text], policy).join('\n');
      expect(clean).not.toContain(relay);
      expect(verifyText(`${candidate}\n`, policy).classes.ipAddresses).toBe(2);
    }
  });

  it('does not exempt other addresses from the verifier', () => {
    expect(verifyText(`${candidate}\n`, compatible).total).toBe(1);
    expect(verifyText(`${stats}\n`, compatible).total).toBe(2);
  });
});
