import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';
import { networkList } from './network.ts';

const trusted = networkList(['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.1']);

it.each([
  ['no header', '203.0.113.9', undefined, '203.0.113.9'],
  ['a header from a stranger', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['one trusted proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['two trusted proxies', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['an invented entry on the left', '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['an untrusted proxy in between', '10.0.0.1', '198.51.100.1, 203.0.113.9, 192.0.2.1', '203.0.113.9'],
  ['only trusted proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a trusted proxy without a header', '10.0.0.1', undefined, '10.0.0.1'],
  ['an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['a port', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6', '2001:db8:ffff::1', '2001:db8::9', '2001:db8::9'],
  ['IPv6 with brackets', '10.0.0.1', '[2001:db8::9]', '2001:db8::9'],
  ['IPv6 with brackets and a port', '10.0.0.1', '[2001:db8::9]:443', '2001:db8::9'],
  ['an IPv4-mapped proxy', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['an IPv4-mapped client', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
  ['a hidden caller', '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
  ['an invalid address', '10.0.0.1', '203.0.113.9, 999.1.1.1', '10.0.0.1'],
])('%s', (_, peer, header, expected) => {
  expect(clientAddress(peer, header, trusted)).toBe(expected);
});

it('knows nothing of a socket that is gone', () => {
  expect(clientAddress(undefined, '203.0.113.9', trusted)).toBeUndefined();
});
