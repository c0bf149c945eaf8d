import { expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { STACKS } from '../testing/stack-foundations.ts';
import { verifyText } from './verifier.ts';

const policy = presetPolicy('standard');
const MASKED = '[20,"PC_0",{"candidate":"candidate:1 1 udp 2122260223 203.0.113.x 5 typ host"},1]';

function findings(...lines: string[]): unknown[] {
  return verifyText(`${lines.join('\n')}\n`, policy).findings.map(({ class: name, line, path }) => [name, line, path]);
}

const SOURCES = (['host', 'srflx', 'prflx', 'relay'] as const).flatMap((type) =>
  (['udp', 'tcp'] as const).map((protocol) => ({ type, protocol })),
);

it.each(Object.entries(STACKS))('a hash of %s under any name is found with the masked network', (_, stack) => {
  for (const source of SOURCES) {
    const hash = stack({ ...source, address: '203.0.113.77' });
    const line = JSON.stringify([':path', null, { local: { key: hash } }, 1]);
    // Before and after the network.
    expect(findings(MASKED, line)).toEqual([['ipAddresses', 2, '$[2].local.key']]);
    expect(findings(line, MASKED)).toEqual([['ipAddresses', 1, '$[2].local.key']]);
    // Without the network, there is nothing to compute it from; and another network does not fit.
    expect(findings(line)).toEqual([]);
    expect(findings(line, MASKED.replace('113.x', '114.x'))).toEqual([]);
  }
});

it('does not show the value', () => {
  const hash = STACKS['pion']!({ type: 'host', protocol: 'udp', address: '203.0.113.77' });
  const { findings: list } = verifyText(`${MASKED}\n[":path",null,{"key":"${hash}"},1]\n`, policy);
  expect(list).toHaveLength(1);
  expect(JSON.stringify(list)).not.toContain(hash);
});

it('takes no random number for a hash', () => {
  const networks = Array.from({ length: 10 }, (_, i) => `[24,"PC_0","203.0.${i}.x",1]`);
  const values = Array.from({ length: 200 }, (_, i) => `[":s",null,{"ssrc":"${3_000_000_000 + i * 7_919_317}"},1]`);
  expect(findings(...networks, ...values)).toEqual([]);
});

it('bounds the work of a hostile dump', () => {
  const networks = Array.from({ length: 5000 }, (_, i) => `[24,"PC_0","11.${i >> 8}.${i & 255}.x",1]`);
  const values = Array.from({ length: 5000 }, (_, i) => `[":s",null,{"a":"${i.toString(16).padStart(32, 'e')}"},1]`);
  const before = performance.now();
  findings(...networks, ...values);
  expect(performance.now() - before).toBeLessThan(20_000);
});
