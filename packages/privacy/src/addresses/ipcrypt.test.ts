import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6 } from './address.ts';
import { encryptDeterministic, encryptPrefixPreserving } from './ipcrypt.ts';

function bytesOf(ip: string): Uint8Array {
  const octets = parseIpv4(ip);
  if (octets !== null) return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...octets]);
  return Uint8Array.from(parseIpv6(ip)!.flatMap((group) => [group >> 8, group & 255]));
}

const [A, B, C] = [
  '0123456789abcdeffedcba9876543210',
  '1032547698badcfeefcdab8967452301',
  '2b7e151628aed2a6abf7158809cf4f3c',
];
const AB = `${A}${B}`;
const CD = `${C}a9f5ba40db214c3798f2e1c23456789a`;

/** From https://github.com/ipcrypt-std/draft-denis-ipcrypt, implementations/python/test_vectors.json at d4b43d9. */
describe('the published test vectors', () => {
  it.each([
    [A, '0.0.0.0', 'bde9:6789:d353:824c:d7c6:f58a:6bd2:26eb'],
    [B, '255.255.255.255', 'aed2:92f6:ea23:58c3:48fd:8b8:74e8:45d8'],
    [C, '192.0.2.1', '1dbd:c1b9:fff1:7586:7d0b:67b4:e76e:4777'],
    [A, '2001:db8:85a3::8a2e:370:7334', '1eef:2352:64c8:18e6:6456:1373:f615:5032'],
    [B, '192.0.2.1', '7fde:a680:9546:ef2:d3c:7abb:1b38:2659'],
  ])('of ipcrypt-deterministic: %s %s', (key, ip, encrypted) => {
    expect(encryptDeterministic(hexToBytes(key!), bytesOf(ip!))).toEqual(bytesOf(encrypted!));
  });

  it.each([
    [AB, '0.0.0.0', '151.82.155.134'],
    [AB, '255.255.255.255', '94.185.169.89'],
    [AB, '192.0.2.1', '100.115.72.131'],
    [AB, '2001:db8::1', 'c180:5dd4:2587:3524:30ab:fa65:6ab6:f88'],
    [CD, '10.0.0.47', '19.214.210.244'],
    [CD, '10.0.0.129', '19.214.210.80'],
    [CD, '10.0.0.234', '19.214.210.30'],
    [CD, '172.16.5.193', '210.78.229.136'],
    [CD, '172.16.97.42', '210.78.179.241'],
    [CD, '172.16.248.177', '210.78.121.215'],
    [CD, '2001:db8::a5c9:4e2f:bb91:5a7d', '7cec:702c:1243:f70:1956:125:b9bd:1aba'],
    [CD, '2001:db8::7234:d8f1:3c6e:9a52', '7cec:702c:1243:f70:a3ef:c8e:95c1:cd0d'],
    [CD, '2001:db8::f1e0:937b:26d4:8c1a', '7cec:702c:1243:f70:443c:c8e:6a62:b64d'],
    [CD, '2001:db8:3a5c:0:e7d1:4b9f:2c8a:f673', '7cec:702c:3503:bef:e616:96bd:be33:a9b9'],
    [CD, '2001:db8:9f27:0:b4e2:7a3d:5f91:c8e6', '7cec:702c:a504:b74e:194a:3d90:b047:2d1a'],
    [CD, '2001:db8:d8b4:0:193c:a5e7:8b2f:46d1', '7cec:702c:f840:aa67:1b8:e84f:ac9d:77fb'],
  ])('of ipcrypt-pfx: %s %s', (key, ip, encrypted) => {
    expect(encryptPrefixPreserving(hexToBytes(key!), bytesOf(ip!))).toEqual(bytesOf(encrypted!));
  });
});
