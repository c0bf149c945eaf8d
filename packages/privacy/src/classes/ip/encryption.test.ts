import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../../anonymizer/anonymizer.ts';
import { compilePolicy } from '../../anonymizer/compiled-policy.ts';
import type { Method } from '../../policy/policy.ts';
import { anonymized, onlyIpAddresses } from '../../testing/policies.ts';
import { verifyText } from '../../verifier/verifier.ts';

const key = { bytes: new Uint8Array(32).fill(9), id: 'e1' };

function clean(method: Method, text: string, bytes = key.bytes): string {
  const policy = onlyIpAddresses({ method, ipv4Bits: 0, ipv6Bits: 0, keepNetworks: ['192.0.2.0/24'] });
  const line = anonymized(
    JSON.stringify([':x', null, text, 1]),
    new Anonymizer(compilePolicy(policy, { id: 'e1', bytes })),
  );
  return JSON.parse(line!)[2];
}

describe.each(['pseudonymize', 'encrypt'] as const)('%s', (method) => {
  it('maps all notations of an address to the same address, which depends on the key', () => {
    for (const forms of [
      ['203.0.113.7', 'from 203.0.113.7 on'],
      ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '[2001:db8::1]:443'],
    ]) {
      const address = clean(method, forms[0]!);
      expect(address).not.toMatch(/x|113|db8/);
      for (const form of forms) expect(clean(method, form)).toContain(address);
      expect(clean(method, forms[0]!, new Uint8Array(32))).not.toBe(address);
    }
  });

  it('keeps loopback addresses and the networks of the operator', () => {
    for (const ip of ['127.0.0.1', '::1', '0.0.0.0', '192.0.2.9']) expect(clean(method, ip)).toBe(ip);
  });

  it('leaves nothing readable in unusual notations', () => {
    for (const text of [
      'ec2-203-0-113-25.example',
      '7.113.0.203.in-addr.arpa',
      '203.0.113.7.3478',
      '::ffff:203.0.113.7',
    ]) {
      expect(clean(method, text)).not.toMatch(/203|113/);
    }
  });

  it('is not verified', () => {
    const policy = onlyIpAddresses({ method, ipv4Bits: 0, ipv6Bits: 0 });
    expect(verifyText(`[":x",null,"${clean(method, '203.0.113.7')}",1]`, policy).clean).toBe(true);
  });
});

it('pseudonymize preserves networks and address families', () => {
  const [a, b] = ['203.0.113.7', '203.0.113.77'].map((ip) => clean('pseudonymize', ip));
  expect(a).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(a!.slice(0, a!.lastIndexOf('.'))).toBe(b!.slice(0, b!.lastIndexOf('.')));
  expect(a).not.toBe(b);
});

it('encrypt puts an IPv6 address that has a port in brackets', () => {
  expect(clean('encrypt', 'at 203.0.113.7:3478')).toMatch(/^at \[[0-9a-f:]+\]:3478$/);
});
