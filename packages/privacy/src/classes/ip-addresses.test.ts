import { describe, expect, it } from 'vitest';
import { addressAnonymizer, anonymized } from '../testing/policies.ts';
import { TECHNICAL_VALUES } from '../testing/technical-values.ts';

/** Input and expected output; a single text is expected to stay unchanged. */
type Case = readonly [input: string, output: string] | readonly [untouched: string];

function check(cases: readonly Case[], options?: Parameters<typeof addressAnonymizer>[0]): void {
  it.each(cases.map(([input, output = input]) => [input, output] as const))('%j → %j', (input, output) => {
    expect(addressAnonymizer(options).text(input)).toBe(output);
  });
}

describe('IPv4 addresses', () => {
  check([
    ['203.0.113.25', '203.0.113.x'],
    ['203.000.113.025', '203.000.113.x'],
    ['0203.00.0113.0025', '0203.00.0113.x'],
    ['255.255.255.255', '255.255.255.x'],
    ['203.0.113.25:3478', '203.0.113.x:3478'],
    ['203.0.113.25/24', '203.0.113.x/24'],
    ['203.0.113.25.', '203.0.113.x.'],
    ['a203.0.113.25b', 'a203.0.113.xb'],
    ['id_203.0.113.25_7', 'id_203.0.113.x_7'],
    ['é203.0.113.25日', 'é203.0.113.x日'],
    ['from 203.0.113.25 to 198.51.100.7', 'from 203.0.113.x to 198.51.100.x'],
    ['203.0.113.25,198.51.100.7;192.0.2.1', '203.0.113.x,198.51.100.x;192.0.2.x'],
    ['http://203.0.113.25:80/a/198.51.100.7?x=192.0.2.1', 'http://203.0.113.x:80/a/198.51.100.x?x=192.0.2.x'],
    ['UDP/203.0.113.25', 'UDP/203.0.113.x'],
    ['v203.0.113.25:80', 'v203.0.113.x:80'],
    ['file1.xml'],
    ['1.x', '1.x'],
    ['1.x.2.xa.3.x'],
    ['x1.2.xy'],
  ]);
});

describe('IPv4 addresses among more numbers', () => {
  check([
    ['203.0.113.25.443', '203.0.113.x.443'],
    ['203.0.113.25.53', '203.0.113.x.x'],
    ['9.203.0.113.25', '9.203.0.x.x'],
    ['300.203.0.113.25', '300.203.0.113.x'],
    ['203.0.113.25.9.9.9', '203.0.113.x.x'],
    ['1.203.0.113.25.7', '1.203.0.x.x'],
    ['127.0.0.1.53'],
    ['1.3.6.1.4.1.311'],
    ['2.16.840.1.113730.3'],
  ]);
});

describe('IPv6 addresses', () => {
  check([
    ['2001:db8:85a3:42:1c5d:9ff:fe33:7a34', '2001:db8:85a3:x:x:x:x:x'],
    ['2001:0db8:85a3:0042:1c5d:09ff:fe33:7a34', '2001:db8:85a3:x:x:x:x:x'],
    ['2001:DB8::7A34', '2001:db8:0:x:x:x:x:x'],
    ['fe80::1', 'fe80:0:0:x:x:x:x:x'],
    ['fe80::1%eth0', 'fe80:0:0:x:x:x:x:x'],
    ['fe80::1%25eth0', 'fe80:0:0:x:x:x:x:x'],
    ['[fe80::1%25en0]:8080', '[fe80:0:0:x:x:x:x:x]:8080'],
    ['2001:db8::', '2001:db8:0:x:x:x:x:x'],
    ['::2001:db8', '0:0:0:x:x:x:x:x'],
    ['::ffff:203.0.113.25', '0:0:0:x:x:x:x:x'],
    ['::ffff:cb00:7119', '0:0:0:x:x:x:x:x'],
    ['64:ff9b::203.0.113.25', '64:ff9b:0:x:x:x:x:x'],
    ['64:ff9b::203.0.113.25.', '64:ff9b:0:x:x:x:x:x.'],
    ['2001:db8:1:2:3:4:203.0.113.25', '2001:db8:1:x:x:x:x:x'],
    ['2001:db8::/32', '2001:db8:0:x:x:x:x:x/32'],
    ['[2001:db8::1]:3478', '[2001:db8:0:x:x:x:x:x]:3478'],
    ['2001:db8:85a3:42:1c5d:9ff:33:7334:3478', '2001:db8:85a3:x:x:x:x:x:3478'],
    ['2001:db8:85a3:42:1c5d:9ff:33:7334:50000', '2001:db8:85a3:x:x:x:x:x:50000'],
    ['a:2001:db8:85a3:42:1c5d:9ff:33:7334', 'a:2001:db8:x:x:x:x:x:x'],
    ['addr:2001:db8::1', 'addr:2001:db8:0:x:x:x:x:x'],
    ['ip:::ffff:203.0.113.25', 'ip:0:0:0:x:x:x:x:x'],
    ['peer_fe80::1_5000', 'peer_fe80:0:0:x:x:x:x:x_5000'],
    ['id_2001:1:1:2:3:4:5:6', 'id_2001:1:1:x:x:x:x:x'],
    ['2001:db8::1: refused', '2001:db8:0:x:x:x:x:x: refused'],
    ['2001:db8::12345', 'x:x:x:x:x:x:x:x'],
    // The result of faulty masking by another program.
    ['2001::7334x:x:x:x:x:x', '2001:0:0:x:x:x:x:x'],
  ]);
});

describe('host names', () => {
  check([
    ['ec2-203-0-113-25.compute-1.amazonaws.com', 'ec2-203-0-113-x.compute-1.amazonaws.com'],
    ['ip-10-1-2-3.ec2.internal', 'ip-10-1-2-x.ec2.internal'],
    ['host203-0-113-25.isp.example', 'host203-0-113-x.isp.example'],
    ['host203-0-113-25-7.isp.example', 'host203-0-113-x-x.isp.example'],
    ['pool-203-000-113-025.example', 'pool-203-000-113-x.example'],
    ['2001-db8-85a3-42-1c5d-9ff-fe33-7a34.v6.example', '2001-db8-85a3-x-x-x-x-x.v6.example'],
    ['e-2001-db8-85a3-42-1c5d-9ff-fe33-7a34', 'e-2001-db8-x-x-x-x-x-x'],
    ['2001-db8--7a34.ipv6-literal.net', '2001-db8-0-x-x-x-x-x.ipv6-literal.net'],
    ['fe80--1s4.IPv6-Literal.net', 'fe80-0-0-x-x-x-x-xs4.IPv6-Literal.net'],
    ['25.113.0.203.in-addr.arpa', 'x.113.0.203.in-addr.arpa'],
    ['b._dns-sd._udp.25.113.0.203.IN-ADDR.ARPA', 'b._dns-sd._udp.x.113.0.203.IN-ADDR.ARPA'],
    ['25.113.0.203.bc.googleusercontent.com', 'x.113.0.203.bc.googleusercontent.com'],
    [
      '4.3.a.7.3.3.e.f.f.f.9.0.d.5.c.1.2.4.0.0.3.a.5.8.8.b.d.0.1.0.0.2.ip6.arpa',
      'x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.3.a.5.8.8.b.d.0.1.0.0.2.ip6.arpa',
    ],
    ['b._dns.2.4.0.0.3.a.5.8.8.b.d.0.1.0.0.2.Ip6.Arpa', 'b._dns.x.x.x.x.3.a.5.8.8.b.d.0.1.0.0.2.Ip6.Arpa'],
    ['3.a.5.8.8.b.d.0.1.0.0.2.ip6.arpa'],
    ['1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa'],
    ['127-0-0-1.example'],
  ]);
});

describe('encoded texts', () => {
  check([
    ['%32%30%33.0.113.25', '203.0.113.x'],
    ['203%2E0%2e113%2E25', '203.0.113.x'],
    ['%2532%2530%2533.0.113.25', '203.0.113.x'],
    ['a%5B2001%3Adb8%3A%3A1%5D%3A80', 'a%5B2001:db8:0:x:x:x:x:x%5D%3A80'],
    ['%255B2001%253Adb8%253A%253A1%255D', '%255B2001:db8:0:x:x:x:x:x%255D'],
    ['%20203.0.113.25%20é', '%20203.0.113.x%20é'],
    [String.raw`\u0032\u0030\u0033.0.113.25`, '203.0.113.x'],
    [String.raw`a\nfe80::1\r\n203.0.113.25\tb`, String.raw`a\nfe80:0:0:x:x:x:x:x\r\n203.0.113.x\tb`],
    [String.raw`say {"a":"\u0032\u0030\u0033.0.113.25"}`, 'say {"a":"203.0.113.x"}'],
    ['100 % of 25 %zz %2 \\q \\'],
    ['%25 %2525 \\\\ \\" \\u00e9 %C3%A9'],
  ]);

  it('replaces a text with too many layers of escapes', () => {
    expect(addressAnonymizer().text(`%${'25'.repeat(12)}2E203`)).toBe('[unreadable]');
  });
});

describe('addresses that are already masked', () => {
  check([
    ['203.0.113.x'],
    ['203.0.x.x'],
    ['x.x.x.x'],
    ['203.0.113.x:3478'],
    ['203.0.113.x.53'],
    ['2001:db8:85a3:x:x:x:x:x'],
    ['[2001:db8:85a3:x:x:x:x:x]:35848'],
    ['0:0:0:x:x:x:x:x'],
    ['x:x:x:x:x:x:x:x'],
    ['fe80:x:x:x:x:x:x:x'],
    // Masked, but with more groups than the policy allows.
    ['2001:db8:85a3:42:x:x:x:x', '2001:db8:85a3:x:x:x:x:x'],
    ['2001:db8:85a3:42:1c5d:9ff:fe33:x', '2001:db8:85a3:x:x:x:x:x'],
  ]);
});

describe('texts that are not personal addresses', () => {
  check(TECHNICAL_VALUES.map((value) => [value]));
});

describe('a version', () => {
  it.each([
    ['fullVersion', '131.0.0.0'],
    ['version', '8.0.0.0'],
    ['uaFullVersion', '131.1.2.3'],
  ])('under the key %s is kept', (key, value) => {
    const line = JSON.stringify([':ua', null, { [key]: value, list: [{ [key]: value }] }, 1]);
    expect(anonymized(line)).toBe(line);
  });

  it.each([
    ['Chrome/131.0.0.0:80', 'Chrome/131.0.0.x:80'],
    ['Host/203.0.113.25', 'Host/203.0.113.x'],
    ['room/203.0.113.25', 'room/203.0.113.x'],
    ['http://a/Room1/203.0.113.25', 'http://a/Room1/203.0.113.x'],
    [`https://a/${'A'.repeat(60)}/203.0.113.25`, `https://a/${'A'.repeat(60)}/203.0.113.x`],
  ])('is not assumed in %j', (input, output) => {
    expect(addressAnonymizer().text(input)).toBe(output);
  });
});

describe('keepNetworks', () => {
  const keepNetworks = ['198.51.100.0/24', '192.0.2.7', '2001:db8:5::/47', '::ffff:0:0/128', '203.0.113.128/25'];
  check(
    [
      ['198.51.100.7'],
      ['198.51.100.7:3478'],
      ['198.51.100.7.53'],
      ['192.0.2.7'],
      ['203.0.113.128'],
      ['203.0.113.255'],
      ['2001:db8:5::1'],
      ['2001:db8:4:ffff::1'],
      ['::ffff:198.51.100.7'],
      ['::ffff:c633:6407'],
      ['ec2-198-51-100-7.example'],
      ['7.100.51.198.in-addr.arpa'],
      ['198.51.101.7', '198.51.101.x'],
      ['192.0.2.8', '192.0.2.x'],
      ['203.0.113.127', '203.0.113.x'],
      ['2001:db8:6::1', '2001:db8:6:x:x:x:x:x'],
      ['turn:198.51.100.7:3478 203.0.113.25', 'turn:198.51.100.7:3478 203.0.113.x'],
    ],
    { keepNetworks },
  );

  it.each(['198.51.100.0/33', '2001:db8::/129', '198.51.100', 'example.org', '1.2.3.4/', '1.2.3.4/x', '1.2.3.4/8/8'])(
    'rejects %s',
    (network) => {
      expect(() => addressAnonymizer({ keepNetworks: [network] })).toThrow(RangeError);
    },
  );
});

describe('prefix lengths', () => {
  describe.each([
    [24, '203.0.113.x'],
    [16, '203.0.x.x'],
    [8, '203.x.x.x'],
    [0, 'x.x.x.x'],
  ])('/%i', (ipv4Bits, output) => {
    check(
      [
        ['203.0.113.25', output],
        ['203.0.113.x', output],
        ['203.x.x.x', ipv4Bits === 0 ? output : '203.x.x.x'],
        ['203.0.x.x', ipv4Bits <= 16 ? output : '203.0.x.x'],
        ['25.113.0.203.in-addr.arpa', `${output.split('.').reverse().join('.')}.in-addr.arpa`],
        ['ec2-203-0-113-25.example', `ec2-${output.replaceAll('.', '-')}.example`],
        ['127.0.0.1'],
      ],
      { ipv4Bits },
    );
  });

  describe.each([
    [48, '2001:db8:85a3:x:x:x:x:x'],
    [32, '2001:db8:x:x:x:x:x:x'],
    [16, '2001:x:x:x:x:x:x:x'],
    [0, 'x:x:x:x:x:x:x:x'],
  ])('/%i', (ipv6Bits, output) => {
    check(
      [
        ['2001:db8:85a3::8a2e:370:7334', output],
        ['2001:db8:85a3:x:x:x:x:x', output],
        ['2001-db8-85a3-0-0-8a2e-370-7334', output.replaceAll(':', '-')],
        ['::1'],
      ],
      { ipv6Bits },
    );
  });

  it('truncates with zeros so that the result is an address', () => {
    const anonymizer = addressAnonymizer({ method: 'truncate' });
    expect(anonymizer.text('203.0.113.25 2001:db8::1')).toBe('203.0.113.0 2001:db8:0:0:0:0:0:0');
  });

  it('keeps addresses that the policy keeps', () => {
    expect(addressAnonymizer({ method: 'keep' }).text('203.0.113.25 fe80::1')).toBe('203.0.113.25 fe80::1');
  });
});

describe('the text around an address', () => {
  check([
    [
      'candidate:4 1 udp 1685987071 203.0.113.45 33211 typ srflx raddr 192.168.1.34 rport 33211 generation 0 ufrag CJSH network-id 1 network-cost 10',
      'candidate:4 1 udp 1685987071 203.0.113.x 33211 typ srflx raddr 192.168.1.x rport 33211 generation 0 ufrag CJSH network-id 1 network-cost 10',
    ],
    [
      'candidate:3 1 TCP 2122252543 2001:DB8:85A3::7A34 9 typ relay raddr fe80::1%eth0 rport 9 tcptype active',
      'candidate:3 1 TCP 2122252543 2001:db8:85a3:x:x:x:x:x 9 typ relay raddr fe80:0:0:x:x:x:x:x rport 9 tcptype active',
    ],
    ['o=- 4740737794264124603 2 IN IP6 2001:db8::1', 'o=- 4740737794264124603 2 IN IP6 2001:db8:0:x:x:x:x:x'],
    [
      'a=rtcp:9 IN IP4 203.0.113.45\r\nc=IN IP4 203.0.113.45/127/3\r\n',
      'a=rtcp:9 IN IP4 203.0.113.x\r\nc=IN IP4 203.0.113.x/127/3\r\n',
    ],
    [
      'a=remote-candidates:1 203.0.113.45 5000 2 2001:db8::1 5001',
      'a=remote-candidates:1 203.0.113.x 5000 2 2001:db8:0:x:x:x:x:x 5001',
    ],
    ['turns:[2001:db8::1]:443?transport=tcp', 'turns:[2001:db8:0:x:x:x:x:x]:443?transport=tcp'],
    ['turn:203.0.113.45?transport=udp', 'turn:203.0.113.x?transport=udp'],
  ]);
});
