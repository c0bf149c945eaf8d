import { describe, expect, it } from 'vitest';
import { type Policy, presetPolicy } from '../policy/policy.ts';
import { verifyText } from './verifier.ts';

function policy(change: Partial<Policy['ipAddresses']> = {}): Policy {
  const standard = presetPolicy('standard');
  const classes = Object.fromEntries(Object.keys(standard.classes).map((name) => [name, 'keep'])) as Policy['classes'];
  return { ...standard, classes, ipAddresses: { ...standard.ipAddresses, ...change } };
}

function findings(value: unknown, change?: Partial<Policy['ipAddresses']>): number {
  return verifyText(`${JSON.stringify([':log', null, value, 1])}\n`, policy(change)).total;
}

describe('finds an address', () => {
  it.each([
    ['alone', '203.0.113.5'],
    ['in a candidate', 'candidate:1 1 udp 2122 192.168.1.34 37423 typ host generation 0'],
    ['of a relay', 'candidate:1 1 udp 2122 203.0.113.5 62306 typ relay raddr 0.0.0.0 rport 0'],
    ['with a port', '203.0.113.5:8080'],
    ['with a port after a dot', 'IP 203.0.113.5.443 > x'],
    ['in an SDP connection line', 'v=0\r\nc=IN IP4 203.0.113.5\r\n'],
    ['in an SDP origin', 'o=- 1 2 IN IP6 2001:db8::1\r\n'],
    ['at the end of a sentence', 'my IP is 203.0.113.77.'],
    ['glued to a word', 'addr203.0.113.5ms'],
    ['zero-padded', '203.000.113.005'],
    ['in a URL', 'https://203.0.113.5/x'],
    ['bracketed in a URL', 'turn:[2001:db8::5]:3478?transport=udp'],
    ['percent-encoded', 'https://x.example/?p=203%2E0%2E113%2E5'],
    ['percent-encoded twice', 'https://x.example/?p=%255B2001%253Adb8%253A%253A5%255D'],
    ['escaped in a text', 'saw 203.0.113.\\u0035'],
    ['escaped twice', 'saw 203\\\\u002e0\\\\u002e113.5'],
    ['in JSON in a string', '{"a":[{"b":"203.0.113.5"}]}'],
    ['in JSON in JSON in a string', JSON.stringify({ a: JSON.stringify({ '203.0.113.5': 1 }) })],
    ['in broken JSON in a string', '{"a":"203\\u002e0.113.5'],
    ['in full-width digits', '２０３．０．１１３．５'],
    ['with an invisible character', '203.0.\u200b113.5'],
    ['in a cloud host name', 'ec2-203-0-113-25.eu-west-1.compute.amazonaws.com'],
    ['in an internal host name', 'ip-10-1-2-33'],
    ['in a dashed name without a prefix', '203-0-113-25.dyn.example.net'],
    ['in a dashed name after a number', 'pool-7-203-0-113-25.example.net'],
    ['reversed for reverse DNS', '5.113.0.203.in-addr.arpa'],
    ['after a transport', 'UDP/203.0.113.5'],
    ['after a party', 'Client/203.0.113.5'],
    ['after a lower-case word', 'client/203.0.113.5'],
    ['in a URL path', 'https://x.example/Chrome/203.0.113.5'],
    ['as a network', '203.0.113.0/24'],
    ['IPv6 in full', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
    ['IPv6 compressed', '2001:db8:85a3::8a2e:370:7334'],
    ['IPv6 in upper case', '2001:DB8:85A3::8A2E:370:7334'],
    ['IPv6 with a zone', 'fe80::1c5d:9ff:fe33:7a34%eth0'],
    ['IPv6 with an encoded zone', '[fe80::1%25en0]'],
    ['IPv6 with a port', '[2001:db8:85a3::8a2e:370:7334]:49203'],
    ['IPv6 with a port and no brackets', '2001:db8:1:2:3:4:5:6:443'],
    ['IPv6 with a prefix length', '2001:db8:1:2::/64'],
    ['IPv6 after a word and a colon', 'candidate:2001:db8::1'],
    ['IPv6 glued to words', 'is2001:db8:1:2:3:4:5:6ok'],
    ['IPv4-mapped', '::ffff:203.0.113.9'],
    ['IPv4-mapped in hexadecimal', '::ffff:cb00:7109'],
    ['NAT64', '64:ff9b::203.0.113.9'],
    ['NAT64 in hexadecimal', '64:ff9b::cb00:7109'],
    ['IPv6 with an allowed dotted tail', '2001:db8:1:2:3:4:127.0.0.1'],
    ['IPv6 with a masked dotted tail', '2001:db8:1:2:3:4:203.0.113.x'],
    ['in a dashed IPv6 name', '2001-db8-85a3-0-0-8a2e-370-7334.ipv6.example.net'],
    ['in a compressed dashed IPv6 name', 'ip6-2001-db8--8a2e.example.net'],
    ['in an IPv6 literal name', 'fe80--1.ipv6-literal.net'],
    ['in ip6.arpa', '4.3.3.7.0.7.3.0.e.2.a.8.0.0.0.0.0.0.0.0.3.a.5.8.8.b.d.0.1.0.0.2.ip6.arpa'],
    ['with one octet too many readable', '203.0.113.5.x and x.0.113.5'],
    ['masked badly', '2001::7334x:x:x:x:x:x'],
    ['with one group too many readable', '2001:db8:1:2:x:x:x:x'],
  ])('%s', (_, text) => {
    expect(findings(text)).toBeGreaterThan(0);
  });

  it.each([
    ['in a key', { '203.0.113.5': 1 }],
    ['in a nested key', { a: [{ '2001:db8::5': { b: 1 } }] }],
    ['deeply nested', JSON.parse(`${'['.repeat(2000)}"203.0.113.5"${']'.repeat(2000)}`)],
    ['that looks like a version under another name', { note: '1.2.3.4' }],
    ['next to a version', { version: 'Chrome 131 at 203.0.113.5' }],
  ])('%s', (_, value) => {
    expect(findings(value)).toBe(1);
  });

  it('in both values of a repeated key', () => {
    const line = '["x",null,{"a":"203.0.113.5","a":"203.0.113.6"},1]\n';
    expect(verifyText(line, policy()).total).toBe(2);
  });

  it('masked with more parts readable than the policy allows', () => {
    expect(findings('203.0.113.x', { ipv4Bits: 16 })).toBe(1);
    expect(findings('203.0.x.x', { ipv4Bits: 16 })).toBe(0);
    expect(findings('[2001:db8:85a3:x:x:x:x:x]', { ipv6Bits: 32 })).toBe(1);
    expect(findings('2001:db8:x:x:x:x:x:x', { ipv6Bits: 32 })).toBe(0);
    expect(findings('203.0.113.x', { method: 'remove' })).toBe(1);
    expect(findings('x.x.x.x x:x:x:x:x:x:x:x [0:0:0:x:x:x:x:x]', { method: 'remove' })).toBe(0);
  });

  it('outside the networks that the operator keeps', () => {
    const keepNetworks = ['198.51.100.0/24', '2001:db8:1::/48', '192.0.2.7'];
    expect(findings('198.51.100.7 ::ffff:198.51.100.7 2001:db8:1:2::3 192.0.2.7', { keepNetworks })).toBe(0);
    expect(findings('198.51.101.7', { keepNetworks })).toBe(1);
    expect(findings('2001:db8:2::1', { keepNetworks })).toBe(1);
    expect(findings('192.0.2.8', { keepNetworks })).toBe(1);
  });

  it('with a host part when the method is truncate', () => {
    expect(findings('203.0.113.0 2001:db8:1::', { method: 'truncate' })).toBe(0);
    expect(findings('203.0.113.5', { method: 'truncate' })).toBe(1);
    expect(findings('2001:db8:1::1', { method: 'truncate' })).toBe(1);
  });
});

describe('finds no address', () => {
  it.each([
    ['masked', '203.0.113.x'],
    ['masked with a port', '203.0.113.x:3478'],
    ['masked IPv6', '2001:db8:1:x:x:x:x:x'],
    ['masked IPv6 with brackets and a port', '[2001:db8:85a3:x:x:x:x:x]:56648'],
    ['masked IPv6 with a port', '2001:db8:85a3:x:x:x:x:x:56648'],
    ['masked by Chromium', '[0:0:0:x:x:x:x:x]:50645'],
    ['masked and mapped', '::ffff:203.0.113.x'],
    ['masked in a host name', 'ec2-203-0-113-x.compute.amazonaws.com'],
    ['masked in reverse', 'x.113.0.203.in-addr.arpa'],
    ['masked in ip6.arpa', `${'x.'.repeat(24)}8.b.d.0.1.0.0.2.ip6.arpa`],
    ['masked wholly', 'x.x.x.x and x:x:x:x:x:x:x:x'],
    ['loopback', '127.0.0.1 127.1.2.3 ::1 0:0:0:0:0:0:0:1 ::ffff:127.0.0.1 ::ffff:7f00:1'],
    ['unspecified', '0.0.0.0 :: 0:0:0:0:0:0:0:0 [::]:9'],
    ['an mDNS name', '9cbf98d1-f77c-4026-8779-b2d01f2bef55.local 37884 typ host'],
    ['UUIDs of digits', '12345678-1234-4123-8123-123456789012'],
    [
      'a user agent',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36.1.2 Chrome/131.0.0.0 Safari/537.36 OPR/115.0.0.0',
    ],
    ['an octet over 255', '131.0.6778.86 1.2.3.256'],
    ['three parts', '1.2.3 10.15.7'],
    ['a version with a v', 'v1.2.3.4'],
    ['a fingerprint', `a=fingerprint:sha-256 ${Array(32).fill('A9').join(':')}`],
    ['a short fingerprint', `sha-1 ${Array(20).fill('06').join(':')}`],
    ['the id of a certificate', `CF${Array(32).fill('20').join(':')}`],
    ['times', '12:34:56 at 2026-11-22T16:42:49.444Z, 11/22/2026, 4:42:49 PM'],
    ['a MAC address', '00:1b:44:11:3a:b7 00-1b-44-11-3a-b7'],
    ['dates and telephone numbers', '26-11-22-16 +1-415-555-0100 030-12-34-56'],
    ['scopes of C++', 'std::vector webrtc::AudioFrame cricket::Bad abc::xyz rtc::'],
    [
      'an SDP',
      'a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:1234567890 cname:abc\r\n',
    ],
    ['timing of frames', '2482127403,-5,-5,-3,-3,-1,-5,-5,3393611,3393611'],
    ['base64', 'MIIBFTCBvaADAgECAgkA+Clw43tGE+QwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGV2ViUlRDMB4XDTI2'],
    ['percent signs', '50% of 3 %zz %'],
  ])('in %s', (_, text) => {
    expect(findings(text)).toBe(0);
  });

  it.each([
    [
      'under a version key',
      { fullVersionList: [{ brand: 'Chromium', version: '131.0.0.86' }], uaFullVersion: '1.2.3.4' },
    ],
    ['in numbers', [203.0, 113.5, 3405803781, 1795365768017.123]],
  ])('%s', (_, value) => {
    expect(findings(value)).toBe(0);
  });

  it.each(['keep', 'encrypt', 'pseudonymize'] as const)('with the method %s', (method) => {
    expect(findings('203.0.113.5', { method })).toBe(0);
  });
});
