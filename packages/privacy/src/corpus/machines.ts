import { event, metadata, type PlantedCase } from './case.ts';
import { OWNER, sdp } from './samples.ts';

/** Names and addresses of users' machines. */
export const MACHINE_CASES: readonly PlantedCase[] = [
  ...['address', 'relatedAddress', 'ip', 'ipAddress'].flatMap((key, index) => [
    event(
      'hostnames',
      `${key} in stats`,
      ['g', 'PC_0', { I1: { [key]: 'ANNAS-MACBOOK', 10: 3667201911 } }, 1],
      'annas',
      { stays: ['3667201911'], adversarial: index > 1 },
    ),
    event(
      'ipAddresses',
      `${key} in stats`,
      ['g', 'PC_0', { I1: { [key]: '203.0.113.45', 10: 3667201911 } }, 1],
      '203.0.113.45',
      { stays: ['3667201911'] },
    ),
  ]),
  event(
    'hostnames',
    'a short address in stats',
    ['g', 'PC_0', { I1: { 134: 'annaspc', 141: 'desk-7' } }, 1],
    ['annaspc', 'desk-7'],
    { adversarial: true },
  ),
  event(
    'hostnames',
    'hostCandidate',
    [21, 'PC_0', { address: 'annas-macbook', port: 5000, hostCandidate: 'annas-macbook:5000', errorCode: 701 }, 1],
    'annas',
    { stays: ['5000', '701'] },
  ),
  event(
    'hostnames',
    'a candidate of the remote peer',
    [
      10,
      'PC_0',
      { candidate: 'candidate:1 1 udp 2113937151 annas-macbook.local 37884 typ host', sdpMid: '0' },
      '10-0',
      1,
    ],
    'annas',
    { stays: ['2113937151', '37884 typ host', '10-0'] },
  ),
  event('hostnames', 'publicIP', ['publicIP', null, ['annas-macbook'], 1], 'annas', { adversarial: true }),
  event(
    'hostnames',
    'a connection of a description',
    [
      8,
      'PC_0',
      { type: 'offer', sdp: 'v=0\r\no=- 1 2 IN IP4 annas-macbook\r\ns=-\r\nc=IN IP4 annas-macbook.lan\r\n' },
      1,
    ],
    'annas',
    { adversarial: true, stays: ['IN IP4'] },
  ),
  metadata(
    'ipAddresses',
    'the addresses of the client',
    { remoteAddresses: ['203.0.113.45', '2001:db8:85a3:42:1c5d:9ff:fe33:7a34'] },
    ['203.0.113.45', '1c5d:9ff'],
  ),
  event('macAddresses', 'macAddress', [':nic', null, { macAddress: '001b44113ab7', mtu: 1500 }, 1], '001b44113ab7', {
    adversarial: true,
    stays: ['1500'],
  }),
  event(
    'macAddresses',
    'a description',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', OWNER, 's=-', 'a=x-nic:00:1b:44:11:3a:b7') }, 1],
    '44:11:3a',
    { adversarial: true, stays: [OWNER] },
  ),
  event(
    'ipAddresses',
    'a property whose name only contains "version"',
    [':nat', null, { conversion: '203.0.113.45' }, 1],
    '113.45',
    {
      adversarial: true,
    },
  ),
];
