import { expect, it } from 'vitest';
import { policyHash, policyName } from './policy-hash.ts';
import { parsePolicy } from './policy-settings.ts';

const hashOf = (settings: unknown): string => policyHash(parsePolicy(settings));

it('is the same for the same rules, however they are written', () => {
  expect(
    hashOf({
      ipAddresses: { keepNetworks: ['10.0.0.0/8', '192.0.2.1'] },
      customEvents: { ':b': 'drop', ':a': 'keep' },
    }),
  ).toBe(
    hashOf({
      customEvents: { ':a': 'keep', default: 'scan', ':b': 'drop' },
      ipAddresses: { method: 'mask', keepNetworks: ['192.0.2.1', '10.0.0.0/8'] },
    }),
  );
  expect(policyName(parsePolicy({}))).toMatch(/^standard@[0-9a-f]{16}$/);
});

it('differs for any other rule', () => {
  const hashes = [
    {},
    { preset: 'strict' },
    { preset: 'compatible' },
    { contact: 'keep' },
    { ipAddresses: { ipv6Bits: 32 } },
    { ipAddresses: { keepRelay: true } },
    { identifiers: { keepOpaque: false } },
    { deviceNames: { keepLabels: ['chat'] } },
    { deviceNames: { keepUsbIds: false } },
    { derive: false },
    { derive: { networkGroup: false } },
    { customEvents: { ':a': 'drop' } },
    {
      rules: [
        { name: 'a', pattern: 'a' },
        { name: 'b', pattern: 'b' },
      ],
    },
    {
      rules: [
        { name: 'b', pattern: 'b' },
        { name: 'a', pattern: 'a' },
      ],
    },
  ].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
});
