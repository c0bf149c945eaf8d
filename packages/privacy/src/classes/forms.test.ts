import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';

const STANDARD = presetPolicy('standard');
const COMPILED = compilePolicy(STANDARD);

/** Texts that resemble the forms of forms.ts in the corpus, and are technical. */
const TEXTS: readonly string[] = [
  // Digest and nonces
  'digest auth failed, retry',
  'Digest: sha-256=abc',
  'Digest algorithm=MD5, qop=auth',
  'nonce: required',
  'nonce missing in response',
  'response=200 OK',
  // Keys by name
  'keyFramesDecoded: 3, keyFrame: true',
  'publicKey: MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE',
  'key_id: 4711',
  'hotkey: ctrl+m',
  'monkey: business1',
  'shortcutKey=F12',
  'sort key: createdAt2',
  'press any key: enter1',
  'the key is missing',
  'key: Enter',
  'key=PC_0',
  'queryKey: ["rooms",42]',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'cacheKey=stats_v2_2026',
  'i18nKey: call.failed.reason1',
  'inline: true',
  // Passwords and users
  'two-pass encoding, pass: first',
  'pass=1 crf=23',
  'pass: 12, fail: 3',
  'tests pass: true',
  'username: {{name}} is required',
  'usernameFragment: xJ3u',
  'user=anonymous joined',
  'credentials: include',
  "credentials: 'same-origin'",
  // Native logs
  'Cand[:1:1:udp:2122:203.0.113.x:51639:local::0:xJ3u:[removed]:1:10:0]',
  'ICE-PEER: state - new:checking',
  'Setting params: audio/opus:48000',
  'remote pwd changed',
  'mikey: mouse joined the call',
  'candidate: 1 udp 2122260223 203.0.113.x 51639 typ host',
  // Names and ids
  'Route <sip:[user]@proxy.example.com;lr>',
  'INVITE sip:[user]@example.com SIP/2.0',
  'to <sip:[email]>',
  'Contact <sip:[email]>',
  'From: "Anonymous" <sip:[email]>',
  '@angular/core:foo @media:screen',
  'wow!important:foo',
  '#section:foo',
  // Addresses of hardware and hosts
  'ratio 1:2:3:4:5:6',
  'seq 1:12:13:24:35:46',
  'a:b:c:d:e:f',
  'boxaabbccddeeff',
  'CPU iPhone OS 18_3_1',
  'PC_1_2_3_4',
  'track_1_2_3_4',
  'v1_2_3_4.min.js',
  'icon_16_16_32_32.png',
  'app.3f2a1b4c.js',
  'static/3f2a1b4c.chunk.js',
  'd41d8cd98f00b204e9800998ecf8427e.cloudfront.net',
  'main.abcdef12.dynamic.js',
  'a--b -- c',
  '2026--11 x',
  'SSID: unknown',
  'hostname: meet.example.com',
  // Devices
  'NotReadableError: Could not start video source',
  'NotFoundError: Requested device not found',
  'OverconstrainedError: constraint "width"',
  'getUserMedia failed: source "video"',
  'AbortError: the device "audioinput" is busy',
  'Could not start video source: Device in use',
  'label: Rate this call, then hang up',
  // Number signs
  'color #011 and #012345 and #0f0',
  'issue #015 fixed',
];

const VALUES: readonly unknown[] = [
  {
    key: 'IT01V3667201911',
    keys: ['a', 'b'],
    trackKey: 'audio0',
    keyId: 7,
    keyframeInterval: 300,
    sortKey: 'name2',
    cacheKey: 'x1y2z3',
    publicKey: 'MFkwEwYHKoZIzj0CAQYI',
    keyCode: 77,
    hotkeys: ['m1'],
    isKeyFrame: true,
    inline: 'block',
    realm: 'example.com',
    response: 'ok',
    nonce: '',
  },
  { wifi: true, networkName: 'wifi', network: '4g', hostname: 'meet.example.com', wlan: '5 GHz' },
  { n: 1795365271390123, big: 4503599627370496, ssrc: 3667201911, ts: 1795365271390 },
  [1795365271390123, 4503599627370496],
];

describe('technical values of the same form', () => {
  it.each([...TEXTS, ...VALUES].map((value) => [value] as const))('%j stays and verifies as clean', (value) => {
    const line = JSON.stringify([':log', null, value, 1]);
    expect(textOf(new Anonymizer(COMPILED).message(bytesOf(line))!)).toBe(line);
    expect(verifyText(`${line}\n`, STANDARD).findings).toEqual([]);
  });
});

describe('syslog escapes', () => {
  it('stay around the replaced values', () => {
    const text = (value: string) => new Anonymizer(COMPILED).text(value);
    expect(text('#015#012a=ice-pwd:LfmXYl0WunAC67hKXNBfsGF#015#012a=mid:0#015#012')).toBe(
      '#015#012a=ice-pwd:[removed]#015#012a=mid:0#015#012',
    );
    expect(text('o=anna 1 2 IN IP4 203.0.113.7#015#012s=Call with Anna#015#012t=0 0')).toBe(
      'o=- 1 2 IN IP4 203.0.113.x#015#012s=-#015#012t=0 0',
    );
  });
});

/** Beginnings of the patterns, and parts of their repeats. */
const PARTS = [
  'digest a=',
  'a="',
  'nonce=',
  'key:',
  'my_key ',
  'key-mgmt:mikey ',
  ':aaaa:',
  ' - aaa:',
  'params (',
  'candidate:a 1 ',
  'candidate: 1 udp 1 ',
  'pwd ',
  'inline: ',
  'pass=',
  'username=turn:',
  '<sip:a"',
  'A <sip:',
  '@a:a.',
  '!a:',
  'a1:b:c:',
  'x:',
  'enxa',
  'ff:fe',
  'ssid:a ',
  'hostname=',
  'a.home',
  '1_2_3_4.',
  '2001--1-',
  'abcdef01.',
  'Could not start source: "',
  'getUserMedia device "',
  'a (046d:',
  'label: a,',
  '#015#012',
];

describe('hostile repetitions', () => {
  // A coarse watchdog: quadratic time takes minutes at this size.
  it('of 64 KiB take less than seconds together', { timeout: 60_000 }, () => {
    for (const part of PARTS) {
      const text = part.repeat(Math.ceil(65_536 / part.length));
      const line = JSON.stringify([':log', null, text, 1]);
      const clean = new Anonymizer(COMPILED).message(bytesOf(line));
      verifyText(`${textOf(clean!)}\n`, STANDARD);
    }
  });
});
