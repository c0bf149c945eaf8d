import { expect, it } from 'vitest';
import { presetPolicy } from './policy.ts';
import { policyHash } from './policy-hash.ts';
import { parsePolicy } from './policy-settings.ts';
import { stricterPolicy } from './stricter.ts';

it.each(['standard', 'strict', 'compatible'] as const)(
  'a session can request %s on top of a less strict policy',
  (preset) => {
    const policy = stricterPolicy(presetPolicy('compatible'), preset);
    expect(policy.preset).toBe(preset);
    // compatible removes user names of TURN servers, which standard pseudonymizes.
    const expected = parsePolicy({ preset, credentials: 'remove' });
    expect(policyHash(policy)).toBe(policyHash(expected));
  },
);

it('a less strict preset changes nothing', () => {
  for (const settings of [{}, { preset: 'strict' }, { ipAddresses: 'truncate', customEvents: { ':a': 'drop' } }]) {
    const policy = parsePolicy(settings);
    expect(stricterPolicy(policy, 'compatible')).toEqual(policy);
  }
});

it('uses the stricter method, class by class', () => {
  const own = parsePolicy({
    ipAddresses: { method: 'mask', ipv4Bits: 8, keepNetworks: ['192.0.2.0/24'] },
    contact: 'keep',
    hostnames: 'remove',
    customEvents: { ':chat': 'keep', ':x': 'drop' },
    rules: [{ name: 'badge', pattern: 'B' }],
  });
  expect(stricterPolicy(own, 'standard')).toMatchObject({
    ipAddresses: { method: 'mask', ipv4Bits: 8, ipv6Bits: 48 },
    classes: { contact: 'redact', hostnames: 'remove' },
    customEventsByName: { ':chat': 'scan', ':x': 'drop' },
  });
  expect(stricterPolicy(own, 'strict')).toMatchObject({
    preset: 'strict',
    ipAddresses: { method: 'remove', ipv4Bits: 0, ipv6Bits: 0, keepNetworks: ['192.0.2.0/24'] },
    classes: { contact: 'redact', identifiers: 'pseudonymize', userAgent: 'truncate' },
    derive: { addressClass: false, networkGroup: false, addressGroup: false },
    keepUsbIds: false,
    keepOpaqueIdentifiers: false,
    customEvents: 'drop',
    customEventsByName: { ':chat': 'drop' },
    rules: own.rules,
  });
});
