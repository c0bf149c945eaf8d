import { expect, it } from 'vitest';
import { isLoopbackHost, isNetwork, networkList } from './network.ts';

it.each(['10.0.0.0/8', '0.0.0.0/0', '203.0.113.7', '2001:db8::/32', '::/0', '::ffff:10.0.0.0/104'])(
  '%s is a network',
  (text) => expect(isNetwork(text)).toBe(true),
);

it.each([
  '',
  '/',
  '10.0.0/8',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0.0/+8',
  '::/129',
  'fe80::1%1',
  'host',
  ' ::1',
])('"%s" is none', (text) => expect(isNetwork(text)).toBe(false));

it('a list matches what lies in its networks', () => {
  const list = networkList(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
  expect(list.check('10.255.0.1', 'ipv4')).toBe(true);
  expect(list.check('11.0.0.1', 'ipv4')).toBe(false);
  expect(list.check('2001:db8:ffff::1', 'ipv6')).toBe(true);
  expect(list.check('192.0.2.1', 'ipv4')).toBe(true);
  expect(list.check('192.0.2.2', 'ipv4')).toBe(false);
});

it('knows which hosts only this machine reaches', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', 'LOCALHOST'].map(isLoopbackHost)).toEqual(
    Array(5).fill(true),
  );
  expect(['0.0.0.0', '::', '128.0.0.1', 'a.localhost.example', '::ffff:8.8.8.8'].map(isLoopbackHost)).toEqual(
    Array(5).fill(false),
  );
});
