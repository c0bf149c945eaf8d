import { expect, it } from 'vitest';
import { CandidateAddresses } from './candidate-addresses.ts';

type Candidate = readonly [side: 'local' | 'remote', address: string, type: string, facts?: object];

function evidenceOf(...candidates: readonly Candidate[]): object {
  const addresses = new CandidateAddresses();
  for (const [side, address, type, facts] of candidates) {
    addresses.add(side, `candidate:1 1 udp 2 ${address} 5 typ ${type}`, facts === undefined ? [] : ['8-0', facts]);
  }
  return addresses.evidence;
}

const facts = (addressClass: string, group?: string): object => ({
  rtcstatsAddressClass: addressClass,
  ...(group !== undefined && { rtcstatsAddressGroup: group }),
});

it.each<[string, object, readonly Candidate[]]>([
  [
    'the same address',
    { samePublicAddress: 'yes' },
    [
      ['local', '203.0.113.7', 'srflx'],
      ['remote', '203.0.113.7', 'prflx'],
    ],
  ],
  [
    'the same group of masked addresses',
    { samePublicAddress: 'yes' },
    [
      ['local', '203.0.113.x', 'srflx', facts('public', 'addr-aaaaaaaa')],
      ['remote', '203.0.113.x', 'srflx', facts('public', 'addr-aaaaaaaa')],
    ],
  ],
  [
    'the same IPv6 address',
    { samePublicAddress: 'yes' },
    [
      ['local', '2001:db8::A', 'host'],
      ['remote', '2001:db8::a', 'host'],
    ],
  ],
  [
    'different groups',
    {},
    [
      ['local', '203.0.113.x', 'srflx', facts('public', 'addr-aaaaaaaa')],
      ['remote', '203.0.113.x', 'srflx', facts('public', 'addr-bbbbbbbb')],
    ],
  ],
  [
    'masked addresses without a group',
    {},
    [
      ['local', '203.0.113.x', 'srflx'],
      ['remote', '203.0.113.x', 'srflx'],
    ],
  ],
  [
    'the same private address, link-local address, Teredo address and relay',
    {},
    (['local', 'remote'] as const).flatMap((side): Candidate[] => [
      [side, '192.168.1.5', 'host'],
      [side, 'fe80::1', 'host'],
      [side, '2001:0:53aa::1', 'host'],
      [side, '198.51.100.7', 'relay'],
    ]),
  ],
  ['an address of a carrier', { carrierNat: 'yes' }, [['local', '100.64.3.4', 'host']]],
  ['a masked address of a carrier', { carrierNat: 'yes' }, [['local', '100.100.x.x', 'host']]],
  ['the class of a carrier', { carrierNat: 'yes' }, [['local', 'x.x.x.x', 'host', facts('cgnat')]]],
  ['an address of a carrier on the other side', {}, [['remote', '100.64.3.4', 'host']]],
  ['nothing that is a candidate', {}, [['local', '', '']]],
])('%s', (_, expected, candidates) => {
  expect(evidenceOf(...candidates)).toEqual(expected);
});
