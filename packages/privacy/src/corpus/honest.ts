/**
 * Technical texts that look personal and must stay, and texts that look like them but are personal. Each kind stands
 * for what logs, statistics and session descriptions of the field contain.
 */

/** Texts of one kind. */
export interface HonestKind {
  readonly kind: string;
  /** Stay as they are under the preset `standard`. */
  readonly stay: readonly string[];
  /** Counter-examples: `[text, value that must go]`. */
  readonly go: readonly (readonly [text: string, gone: string])[];
}

const FINGERPRINT = '72:24:5F:C4:A2:6B:9D:BD:4E:7E:04:40:EC:2E:39:60:4F:A7:CF:01';

/** See `HonestKind`. */
export const HONEST_KINDS: readonly HonestKind[] = [
  {
    kind: 'versions beside a word for a version',
    stay: [
      'This appears to be chrome, ver: 116.0.0.0',
      'version 4.12.3.201',
      'Version: 1.2.3.4',
      'version is 1.2.3.4',
      'app_version=1.2.3.4',
      'appVersion: "1.2.3.4"',
      'sdkBuild 2.0.14.7',
      'build 4.12.3.201 (release)',
      'firmware 2.1.0.4, release 5.4.3.2',
      'driver version: 31.0.15.123',
      'version-1.2.3.4.dmg',
      'starting client version 2.9.0.1.',
      'v 1.2.3.4',
      'v1.2.3.4',
    ],
    go: [
      ['server version on 203.0.113.7', '203.0.113.7'],
      ['conversion 203.0.113.7', '203.0.113.7'],
      ['inversion: 93.18.4.7', '93.18.4.7'],
      ['version 203.0.113.7', '203.0.113.7'],
      ['version 192.168.1.34', '192.168.1.34'],
      ['version 10.0.0.5', '10.0.0.5'],
      ['version: 172.16.0.9', '172.16.0.9'],
      ['version 84.123.45.67', '84.123.45.67'],
      ['version 93.18.4.7:3478', '93.18.4.7'],
      ['version 93.18.4.7/24', '93.18.4.7'],
      ['version 1.2.3.4 from 93.18.4.7', '93.18.4.7'],
      ['client 93.18.4.7 version 1', '93.18.4.7'],
    ],
  },
  {
    kind: 'versions beside the name of a program',
    stay: [
      'Chrome 116.0.0.0 on Windows, Electron 25.3.1.0',
      'libwebrtc 1.0.2.3',
      'libnice 0.1.21.1',
      'Firefox 115.0.2.1',
      'Safari: 17.4.1.2',
      'Edge 120.0.0.1',
      'media-sdk 3.4.5.6',
      'FFmpeg 6.1.0.2',
      'Google Chrome (131.0.0.0)',
    ],
    go: [
      ['Chrome 84.56.134.12 connected', '84.56.134.12'],
      ['chrome at 93.18.4.7', '93.18.4.7'],
      ['Chrome connected to 203.0.113.7', '203.0.113.7'],
      ['Electron 192.168.1.34', '192.168.1.34'],
      ['edge 93.18.4.7', '93.18.4.7'],
      ['asterisk 93.18.4.7', '93.18.4.7'],
      ['peer 93.18.4.7', '93.18.4.7'],
      ['Firefox 93.18.4.7:50000', '93.18.4.7'],
    ],
  },
  {
    kind: 'packages',
    stay: [
      'loaded @livekit/components-core@0.12.1 and webrtc-adapter@8.2.3',
      'mediasoup-client@3.7.0-beta.2',
      'at foo (sdk@1.2.3)',
      'react@18.2.',
      'pkg@4.0.0-canary.20',
    ],
    go: [
      ['anna@203.0.113.7', '203.0.113.7'],
      ['anna.keller@4711.example.org', 'anna.keller'],
      ['anna.keller@1und1.de', 'anna.keller'],
    ],
  },
  {
    kind: 'fingerprints',
    stay: [
      `sha-1:${FINGERPRINT}`,
      `a=fingerprint:sha-1:${FINGERPRINT}`,
      `sha-256:${FINGERPRINT}:0A:2F:F4:C5:E0:DD:35:C6:0D:70:3D:EA`,
      `md5:${FINGERPRINT.slice(0, 47)}`,
      `fingerprint ${FINGERPRINT.slice(0, 29)}`,
      `a=fingerprint:${FINGERPRINT}`,
      `remote ${FINGERPRINT}`,
      'a=fingerprint:sha-256 72:24:5F',
    ],
    go: [
      ['sha-1:2001:db8:85a3:42:1c5d:9ff:fe33:7a34', '1c5d:9ff'],
      ['fingerprint 2001:db8:85a3:42:1c5d:9ff:33:7a34', '1c5d:9ff'],
      ['from 00:1b:44:11:3a:b7', '44:11:3a'],
    ],
  },
  {
    kind: 'dates with times in names of files',
    stay: [
      'recording-2026-01-02-03-04-05.webm',
      'call_2026-12-31-23-59.json',
      'dump-2026-01-02T03-04-05-123Z.gz',
      '2026-01-02_03-04-05-123.log',
      '20260102_03-04-05-123.log',
      'rec-2026-01-02-03-04-05-06.webm',
    ],
    go: [
      ['pool-2026-203-0-113-25.example', '203-0-113-25'],
      ['ec2-203-0-113-25.compute.example', '203-0-113-25'],
      ['host-2026-1-20-30-41.example', '20-30-41'],
      ['T03-04-05-123.dyn.example', '03-04-05-123'],
    ],
  },
  {
    kind: 'ratios and lists of numbers',
    stay: [
      'key 96:97:98:99:100:101',
      'payload types 96:97:98:99:100:101:102:103',
      'types 96:97:98:99:100:101:102:103:104:105',
      'ratio 16:9:4:3:21',
      '16:9:120:100:4',
      'local::0:abcd:pwd',
      'remote::1:4f2a:pwd',
    ],
    go: [
      ['2001:db8:85a3:42:1c5d:9ff:33:7334', '1c5d:9ff'],
      ['addr::ffff:203.0.113.7', '203.0.113.7'],
      ['local::0:cb00:7107', 'cb00:7107'],
      ['2001:385:123:42:105:9:33:7334', '105:9:33'],
    ],
  },
  {
    kind: 'bit rates',
    stay: [
      'simulcast bitrates 150-500-1500',
      '100-300-1200',
      'bitrates 300-900-2500 kbps',
      'layers: 250-500-1500',
      'bandwidth 200-700-2500',
    ],
    go: [
      ['415-555-0100', '555-0100'],
      ['call 310-550-1000', '550-1000'],
      ['layers of 415-555-2671', '555-2671'],
    ],
  },
  {
    kind: 'numbers with units',
    stay: [
      'sent +1234567 bytes',
      'drift +1234567us',
      'drift: +12345678',
      'clock offset is +1234567',
      'sent 0301 2345678 bytes',
      '020 7946 0958 packets',
      'buffered +1 234 567 bits',
      '+48000000 Hz',
    ],
    go: [
      ['+4915112345678', '15112345678'],
      ['+49 151 12345678 bitte', '12345678'],
      ['offset of +1 415 555 0100 at the desk, call +1 415 555 0199', '555 0199'],
      ['+1234567 msgbox', '+1234567'],
      ['call me: +1 415 555 0100', '555 0100'],
    ],
  },
  {
    kind: 'multicast addresses',
    stay: [
      'joined 224.0.0.251:5353',
      '239.255.255.250',
      'ff02::fb',
      '[ff05::2]:5353',
      'a=source-filter: incl IN IP4 * 232.1.1.1',
      'c=IN IP4 224.2.36.42/127',
    ],
    go: [
      ['225.203.0.113.7', '203.0.113.7'],
      ['225.113.0.203.dynamic.example.net', '225.113'],
      ['225-113-0-203.dynamic.example.net', '225-113'],
      ['pool-225-203-0-113-7.example', '203-0-113-7'],
      ['ff02::1:ff33:7a34', 'ff33:7a34'],
      ['ff3e:40:2001:db8:85a3:42:1:7a34', 'db8:85a3:42'],
      ['240.1.2.3', '240.1.2.3'],
      ['a=source-filter: incl IN IP4 * 203.0.113.7', '203.0.113.7'],
      ['a=source-filter: incl IN IP4 * annas-macbook.local', 'annas-macbook'],
    ],
  },
  {
    kind: 'properties in programs',
    stay: [
      'this.local is undefined',
      "Cannot read properties of undefined (reading 'sdp') at this.local.sdp",
      'self.local, window.internal, config.private',
      'this.streams.local',
    ],
    go: [
      ['annas-macbook.local', 'annas-macbook'],
      ['this-is-anna.local', 'this-is-anna'],
      ['this.annas-mac.local', 'annas-mac'],
      ['thisanna.local', 'thisanna'],
    ],
  },
  {
    kind: 'states of secrets',
    stay: [
      'cookie: disabled',
      'Cookies: blocked, authorization: none',
      'token: null',
      'token: true, password: required',
      'access_token=expired',
      'cookie: not set.',
      'secret: undefined; api_key: missing',
    ],
    go: [
      ['cookie: disabled=1; sid=5521867d8cb9', '5521867d8cb9'],
      ['cookie: none; sid=5521867d8cb9', '5521867d8cb9'],
      ['token: nullify4711', 'nullify4711'],
      ['password: trueblue7', 'trueblue7'],
      ['token: expired-4f2a9c', '4f2a9c'],
    ],
  },
  {
    kind: 'URLs that are names, and a colon after a URL',
    stay: [
      'a=extmap:8 http://tools.ietf.org/html/draft-ietf-avtext-framemarking-07',
      'a=extmap:9/recvonly http://skype.com/experiments/rtp-hdrext/fast_bandwidth_feedback#version_3',
      'a=extmap:10 http://vendor.example.com/rtp-hdrext/something',
      'see https://www.w3.org/TR/webrtc/#dom-rtcpeerconnection.',
      'failed to load https://meet.example.com/: timeout',
      'wss://meet.example.com: closed',
    ],
    go: [
      ['https://meet.example.com/anna-keller: timeout', 'anna-keller'],
      ['http://skype.com/experiments/anna?user=anna', 'user=anna'],
      ['a=extmap:10 http://vendor.example.com/x?user=anna', 'user=anna'],
      ['a=extmap:10 http://anna@vendor.example.com/x', 'anna@'],
      ['a=x-map:10 http://vendor.example.com/anna-keller', 'anna-keller'],
    ],
  },
  {
    kind: 'descriptions with escaped line ends',
    stay: [
      String.raw`v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\na=ice-options:trickle\r\na=mid:0\r\n`,
      String.raw`failed: "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\na=mid:0\n"`,
      String.raw`C:\newa=1\nora=2`,
    ],
    go: [
      [
        String.raw`v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\na=ice-pwd:LfmXYl0WunAC67hKXNBfsGF\r\na=mid:0\r\n`,
        'LfmXYl0W',
      ],
      [String.raw`v=0\\r\\no=anna 1 2 IN IP4 0.0.0.0\\r\\ns=-\\r\\na=mid:0\\r\\n`, 'anna'],
      [String.raw`v=0\no=- 1 2 IN IP4 0.0.0.0\ns=Annas call\na=mid:0\n`, 'Annas'],
      [String.raw`sdp v=0\r\no=- 1 2 IN IP4 203.0.113.7\r\ns=-\r\nc=IN IP4 annaspc\r\n`, 'annaspc'],
    ],
  },
];
