import { event, type PlantedCase, type PlantedText, texts } from './case.ts';
import { OWNER, sdp } from './samples.ts';

const HASH = 'aa28f271c9445874384f50494ef9a876';
const PASSWORD = 'VfWZ8kQ1oXvVbqWm8dS2hN1T';
const SDES = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR';
const DEVICE = '9b49d9be042513d183c7f429031c1d77e6a536469c2efd49f48e3ae4e288d6f9';
const MIKEY = 'AQAFgM0XflABAAAAAAAAAAAAAAsAyONQ6gAAAAAGEEoo2pee4hp2UaDX8ZE22YwK';

/** Personal values in the forms in which servers, native libraries and operating systems write them. */
export const FORM_TEXTS: readonly PlantedText[] = [
  ...texts('credentials', true, [
    [
      `Authorization: Digest username="anna5002",realm="pbx.example.com",nonce="30163dad",uri="sip:x.example",response="${HASH}",algorithm=MD5`,
      ['anna5002', '30163dad', HASH],
      'algorithm=MD5',
    ],
    [
      'WWW-Authenticate: Digest realm="annas-realm", nonce="30163dad", qop="auth", stale=false',
      ['annas-realm', '30163dad'],
      'qop=',
    ],
    [`digest cnonce=5oZBoJGE, nc=00000001, response=${HASH}`, ['5oZBoJGE', HASH], '00000001'],
    ['Ocp-Apim-Subscription-Key: hunter2aa', 'hunter2aa', 'Ocp-Apim-Subscription-Key'],
    ['stream_key=live_1_hunter2bb', 'hunter2bb', 'stream_key'],
    ["licenseKey: 'hunter2cc'", 'hunter2cc', 'licenseKey'],
    ['{"sdkKey":"hunter2dd"', 'hunter2dd', 'sdkKey'],
    ['x-auth-key: hunter2ee', 'hunter2ee', 'x-auth-key'],
    ['RTMP_STREAM_KEY => hunter2ff', 'hunter2ff'],
    ['encryption key: hunter2gg', 'hunter2gg'],
    ['user=annakeller&pass=hunter2hh', ['annakeller', 'hunter2hh']],
    ['psk=hunter2ii', 'hunter2ii'],
    [`a=key-mgmt:mikey ${MIKEY}`, MIKEY, 'mikey'],
    [`KeyMgmt: prot=mikey; uri="x"; data="${MIKEY}"`, MIKEY],
    [`Cand[:1:1:udp:2122:198.51.100.x:5:local::0:xJ3u:${PASSWORD}:1:10:0]`, PASSWORD, 'xJ3u'],
    [
      'ICE-STREAM(PC:1 transport-id=transport_0 - f8642e5a:5094c2c6fe581ef09e5765185524f8b0): x',
      '5094c2c6fe58',
      'f8642e5a',
    ],
    [`remote ufrag xJ3u pwd ${PASSWORD}`, PASSWORD, 'xJ3u'],
    [`ice params (xJ3u/${PASSWORD})`, PASSWORD, 'xJ3u'],
    ["turn:turn.example.com:3478, username: '1795370400:annak', credential: 'hunter2jj'", ['annak', 'hunter2jj']],
    ['{iceServers: [{credential: "hunter2kk", username: "annak"}]}', ['annak', 'hunter2kk']],
    [
      'candidate:x9kYBXNz7DJjXfQXc 1 WeM2xu0hDH3hbnJM9iUVRKLbjA UDP 0.100 198.51.100.x 5000 ',
      'WeM2xu0hDH3hbnJM9iUVRKLbjA',
      '0.100',
    ],
    [`keyBase64: ${SDES}`, SDES],
    ['#015#012a=ice-pwd:LfmXYl0WunAC67hKXNBfsGF#015#012a=mid:0#015#012', 'LfmXYl0WunAC67hKXNBfsGF'],
  ]),
  ...texts('contact', true, [
    ['From: "Anna Keller" <sip:[user]@example.com>;tag=oi5y6', 'Anna Keller', 'tag=oi5y6'],
    ['Remote-Party-ID: Anna Keller <sip:5002@pbx.example>;party=calling', ['Anna Keller', '5002@'], 'party=calling'],
    ['To: Anna Keller <tel:+14155550100>', ['Anna Keller', '4155550100']],
    ['joined !cURbafjkfsMDVwdRDQ:matrix.example as @annak:example.org', ['cURbafjkfsMDVwdRDQ', 'annak']],
    ['@anna_k=1:matrix.example.org:8448', 'anna_k'],
    ['#011anna.keller@example.org#011', 'anna.keller'],
  ]),
  ...texts('macAddresses', true, [
    ['BSSID a4:2b:b0:c1:2:f', 'a4:2b:b0:c1:2:f'],
    ['ether 0:1b:44:11:3a:b7', '0:1b:44:11:3a:b7'],
    ['enx001b44113ab7', '001b44113ab7', 'enx'],
    ['wlxaabbccddeeff up', 'aabbccddeeff', 'wlx'],
    ['iid 21b:44ff:fe11:3ab7', '44ff:fe11:3ab7'],
    ['eui 021b44fffe113ab7', '021b44fffe113ab7'],
  ]),
  ...texts('hostnames', true, [
    ['SSID: Annas Netz, RSSI -50', 'Annas Netz', 'RSSI -50'],
    ['hostname=annas-mbp', 'annas-mbp'],
    ['computer name: ANNA-PC', 'ANNA-PC'],
    ['ping annas-pc.home', 'annas-pc'],
    ['annas-pc.internal', 'annas-pc'],
    ['annas-pc.corp.', 'annas-pc'],
    ['annas-pc.tail1a2b.ts.net', 'annas-pc'],
    ['candidate: 1 udp 2122260223 annas-macbook 51639 typ host', 'annas-macbook', '2122260223'],
    ['candidate:1 udp 2122260223 annas-macbook 51639 typ host', 'annas-macbook', '2122260223'],
  ]),
  ...texts('ipAddresses', true, [
    ['host_203_0_113_45', '203_0_113_45'],
    ['ip203_0_113_45.example.net', '203_0_113_45'],
    ['45.113.0.203.dynamic.example.net', ['45.113', '0.203']],
    ['45-113-0-203.static.example.net', ['45-113', '0-203']],
    ['2001-db8--1c5d-7a34.example.net', '1c5d-7a34'],
    ['pcb00712d.dip0.t-ipconnect.de', 'cb00712d'],
    ['p20010db885a300421c5d09fffe337a34.dip0.t-ipconnect.de', '1c5d09fffe337a34'],
    ['c=IN IP4 203.0.113.45#015#012t=0 0', '203.0.113.45'],
  ]),
  ...texts('deviceNames', true, [
    ["switched to Anna's AirPods Pro", "Anna's"],
    ['Klaus’ iPhone is gone', 'Klaus'],
    ['now on iPhone von Anna', 'Anna'],
    ["NotReadableError: Could not start video source 'Logitech BRIO (046d:085e)'", 'BRIO'],
    ['NotReadableError: Failed to allocate videosource: Annas Kamera\n', 'Annas Kamera'],
    ['AbortError: Starting audioinput "Jabra Evolve 75" failed', 'Jabra'],
    ['label: anna-notes, ordered: true', 'anna-notes', 'ordered: true'],
  ]),
  ...texts('deviceIds', true, [[`OverconstrainedError: deviceId ${DEVICE}`, DEVICE]]),
];

/** The same under names that say what they are. */
export const FORM_CASES: readonly PlantedCase[] = [
  ...[
    'subscriptionKey',
    'auth_key',
    'passKey',
    'streamKey',
    'licenseKey',
    'sdkKey',
    'appKey',
    'e2eeKey',
    'ENCRYPTION_KEY',
    'Ocp-Apim-Subscription-Key',
    'rtmpStreamKey',
    'srtp_key_base64',
    'sharedkey',
  ].map((name) =>
    event('credentials', name, [':join', null, { [name]: 'hunter2x', keyFrames: 3667201911 }, 1], 'hunter2x', {
      adversarial: true,
      stays: ['3667201911'],
    }),
  ),
  event('credentials', 'a key under any name', [':join', null, { fooKey: 'a1b2c3d4e5f6' }, 1], 'a1b2c3d4e5f6', {
    adversarial: true,
  }),
  event(
    'credentials',
    'an SDES key in an object',
    [':srtp', null, { crypto: { suite: 'AES_CM_128_HMAC_SHA1_80', key: SDES }, inline: `${SDES}|2^20` }, 1],
    SDES,
    { adversarial: true, stays: ['AES_CM_128_HMAC_SHA1_80'] },
  ),
  event(
    'credentials',
    'MIKEY in a description',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', OWNER, 's=-', `a=key-mgmt:mikey ${MIKEY}`) }, 1],
    MIKEY,
    { adversarial: true, stays: [OWNER] },
  ),
  event(
    'hostnames',
    'names of machines and networks',
    [':net', null, { hostname: 'ANNAS-MBP', computerName: 'Annas Mac', ssid: 'Kellernetz', wifi: 'Annas Netz' }, 1],
    ['annas', 'kellernetz'],
    { adversarial: true },
  ),
  event(
    'macAddresses',
    'addresses of a network',
    [':net', null, { bssid: 'a4:2b:b0:c1:2:f', mac: '0-1b-44-11-3a-b7', mtu: 1500 }, 1],
    ['a4:2b', '44-11-3a'],
    { adversarial: true, stays: ['1500'] },
  ),
  event('contact', 'a card as a number', [':pay', null, { n: 4111111111111111 }, 1], '4111111111111111', {
    adversarial: true,
  }),
  event('contact', 'cards in a list', [':pay', null, [5555555555554444, 1795365271390123], 1], '5555555555554444', {
    adversarial: true,
    stays: ['1795365271390123'],
  }),
  event(
    'deviceNames',
    'the arguments of createDataChannel',
    ['createDataChannel', 'PC_0', { arguments: ['anna-notes', { ordered: true }] }, 1],
    'anna-notes',
    { adversarial: true },
  ),
];
