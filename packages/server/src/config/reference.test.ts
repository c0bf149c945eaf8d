import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configReference } from './reference.ts';
import { settings } from './settings.ts';

it('docs/configuration.md is what `rtcstats-server config reference` prints', () => {
  const path = new URL('../../../../docs/configuration.md', import.meta.url);
  expect(readFileSync(path, 'utf8')).toBe(configReference());
});

it('every setting has help, and a name of its own in the environment', () => {
  expect(settings.filter(({ help }) => help.length < 10)).toEqual([]);
  const variables = settings.flatMap(({ variable, fileOnly }) => (fileOnly ? [] : [variable]));
  expect(new Set(variables).size).toBe(variables.length);
  expect(settings.find(({ path }) => path === 'privacy.ipAddresses.ipv4Bits')?.variable).toBe(
    'RTCSTATS_PRIVACY_IP_ADDRESSES_IPV4_BITS',
  );
});
