import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, type DataClass, type Method, type Policy, presetPolicy } from '../policy/policy.ts';
import { verifyText } from './verifier.ts';

type Other = Exclude<DataClass, 'ipAddresses'>;

/** Everything kept but one class. */
function only(name: Other, method: Method = 'pseudonymize'): Policy {
  const standard = presetPolicy('standard');
  const kept = Object.fromEntries(DATA_CLASSES.map((other) => [other, 'keep'])) as Policy['classes'];
  return {
    ...standard,
    ipAddresses: { ...standard.ipAddresses, method: 'keep' },
    classes: { ...kept, [name]: method },
  };
}

/** An event as a line; a string is the text of a `:log`, an object with `metadata` the second line of a dump. */
function total(name: Other, event: unknown, method?: Method): number {
  if (event !== null && typeof event === 'object' && 'metadata' in event) {
    return verifyText(`RTCStatsDump\n${JSON.stringify(event.metadata)}\n`, only(name, method)).total;
  }
  const line = Array.isArray(event) ? event : [':log', null, event, 1];
  return verifyText(`${JSON.stringify(line)}\n`, only(name, method)).total;
}

const CASES: Record<Other, { found: unknown[]; clean: unknown[]; method?: Method }> = {
  hostnames: {
    found: [
      'saw annas-macbook.local twice',
      'Annas-MacBook-Pro.LOCAL.',
      'pc7.fritz.box',
      'http://annas-macbook.local:8080/x',
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113937151 ANNAS-MACBOOK 37884 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 203.0.113.x 1 typ srflx raddr ANNASMAC rport 0' }, 1],
      [21, 'PC_0', { address: 'ANNAS-MACBOOK', hostCandidate: 'annas-macbook:5000' }, 1],
      ['g', 'PC_0', { '1': { '134': 'annaspc' } }, 1],
      [16, 'PC_0', "Error: 'candidate:1 1 udp 2113 annas-pc 37884 typ host' is bad", 1],
      { metadata: { remoteAddresses: [], note: 'annas-macbook.lan' } },
    ],
    clean: [
      '9cbf98d1-f77c-4026-8779-b2d01f2bef55.local',
      'host-3f9a2c.local and host-3f9a2c',
      'turn.example.com localhost local this.locale',
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 9cbf98d1-f77c-4026-8779-b2d01f2bef55.local 3 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 203.0.113.x 3 typ srflx raddr 0.0.0.0 rport 0' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 host-3f9a2c 3 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 [removed] 3 typ host' }, 1],
      [21, 'PC_0', { address: '[2001:db8:85a3:x:x:x:x:x]', hostCandidate: '192.168.1.x:44975' }, 1],
      ['g', 'PC_0', { '1': { '134': '', '141': '203.0.113.x' } }, 1],
    ],
  },
  macAddresses: {
    found: [
      '00:1b:44:11:3a:b7',
      '00-1B-44-11-3A-B7.',
      'mac=001b.4411.3ab7',
      'eui 00:1b:44:ff:fe:11:3a:b7',
      { macAddress: '001b44113ab7' },
    ],
    clean: [
      `sha-256 ${Array(32).fill('1B').join(':')}`,
      `CF${Array(20).fill('1B').join(':')}`,
      '00:00:00:00:00:00 ff:ff:ff:ff:ff:ff',
      '12:34:56 26-11-22-16-42-49',
      '9cbf98d1-f77c-4026-8779-b2d01f2bef55',
      '2001:db8:85a3:42:1c5d:9ff:fe33:7a34',
      'mac-3f9a2c [mac]',
    ],
  },
  deviceNames: {
    found: [
      [61, null, [['audio', 'id', "Anna's AirPods Pro", 'stream']], '60-0', 1],
      [64, null, [['video', 'id', 'screen:0:0']], '63-0', 1],
      [66, null, [{ deviceId: 'default', kind: 'audioinput', label: 'Default Audio Device', groupId: '' }], 1],
      [30, 'PC_0', ['audio', 'id', 'Fake Audio Input 1', 'stream'], 1],
      [32, 'PC_0', [['video', 'id', 'fake_device_0'], { streams: [] }], 1],
      [22, 'PC_0', ['video', 'id', 'Logitech BRIO', 'stream'], 1],
      [51, 'PC_0', ['video', 'id', 'FaceTime HD Camera'], '0', 1],
      ['addTrack', 'PC_0', ['audio', 'id', 'x y'], 1],
      'switched to Priya’s Living Room TV now',
      "Default - Anna's AirPods Pro",
      'using Logitech BRIO (046d:085e)',
      { cameraLabel: 'FaceTime HD Camera' },
      ['createDataChannel', 'PC_0', ['notes-anna.keller'], 1],
      ['g', 'PC_0', { '4': { '115': 'notes-anna.keller' } }, 1],
    ],
    clean: [
      [61, null, [['audio', 'id', 'audioinput-3f9a2c', 'stream']], '60-0', 1],
      [66, null, [{ deviceId: 'default', kind: 'audioinput', label: '', groupId: 'x' }], 1],
      [22, 'PC_0', ['audio', 'id', 'remote audio', 'stream'], 1],
      [22, 'PC_0', ['video', 'id', 'remote video'], 1],
      [35, 'PC_0', ['chat'], 1],
      [28, 'PC_1', [1, 'chat'], 1],
      ['g', 'PC_0', { '4': { '115': 'chat' } }, 1],
      { label: 'Rate this call' },
      "it's a PC, isn't it (maybe)",
    ],
  },
  deviceIds: {
    found: [
      [66, null, [{ deviceId: 'ff9777b9', kind: 'audioinput', label: '', groupId: '' }], 1],
      [
        66,
        null,
        [
          {
            deviceId: 'default',
            kind: 'audioinput',
            label: '',
            groupId: 'uqQscN6q67QsfvaIYJfq3xdn8phRlS8RLmL1QgE7AGA=',
          },
        ],
        1,
      ],
      [60, null, { audio: { deviceId: { exact: 'ff9777b9' } } }, '60-0', 1],
      [60, null, { video: { deviceId: ['ff9777b9'] } }, '60-0', 1],
      [60, null, { video: { deviceId: { ideal: ['ff9777b9'] } } }, '60-0', 1],
      'constraints were {deviceId: {exact: "ff9777b9a6a1d699"}}',
      '{"deviceId":"ff9777b9"}',
    ],
    clean: [
      [
        66,
        null,
        [
          { deviceId: 'default', groupId: 'group-3f9a2c' },
          { deviceId: 'communications', groupId: '' },
        ],
        1,
      ],
      [60, null, { audio: { deviceId: { exact: 'audioinput-3f9a2c' } } }, '60-0', 1],
      [60, null, { width: { ideal: 1280 }, facingMode: { exact: 'user' } }, '60-0', 1],
      'no deviceId: {exact: "audioinput-3f9a2c"}',
    ],
  },
  identifiers: {
    found: [
      ['identity', null, { user: 'anna.keller@example.org', conference: 'x-3f9a2c' }, 1],
      ['identity', null, { conference: 'board-meeting-q3-7f4a' }, 1],
      { metadata: { fileFormat: 3, user: 'Anna Keller' } },
      { metadata: { fileFormat: 3, conference: 'interview-p.natarajan' } },
    ],
    clean: [
      [
        'identity',
        null,
        { user: 'user-3f9a2c', session: 'c12480b779a1', conference: '9cbf98d1-f77c-4026-8779-b2d01f2bef55' },
        1,
      ],
      { metadata: { fileFormat: 3, user: 'user-3f9a2c', session: 'Zk3T9x8Qv2Lm4Np7' } },
      { user: 'in another event' },
    ],
  },
  pageUrl: {
    found: [
      { metadata: { url: '/room/board-meeting?user=anna' } },
      { metadata: { url: '/room/board-meeting-q3' } },
      { metadata: { url: 'https://meet.example.com/room/anna' } },
      ['create', '8-1', {}, 'https://meet.example.com/room/board-meeting', 1],
      'see https://meet.example.com/?user=anna%40example.org',
      'see https://meet.example.com/a#anna.',
      'see wss://anna:pw@meet.example.com/a',
      'see //meet.example.com/a?b=c',
      'file:///Users/anna/Desktop/x.html',
      'turn:turn.example.com?user=anna',
      '{"url":"https://meet.example.com/?a=1"}',
    ],
    clean: [
      { metadata: { url: '/path-3f9a2c/path-4e8b1d', origin: 'https://meet.example.com' } },
      { metadata: { url: '/9cbf98d1-f77c-4026-8779-b2d01f2bef55?[removed]' } },
      'see https://meet.example.com/docs and http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      'turn:turn.example.com:3478?transport=udp stun:stun.example.com',
      'a=extmap:8 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
      { metadata: { fileFormat: 3, origin: 'null' } },
      'see https://meet.example.com/?token=[token]. Really?',
      'a // comment, 1//2',
    ],
  },
  credentials: {
    method: 'remove',
    found: [
      'got eyJhbGciOiJIUzI1NiJ9.eyJydGNTdGF0cyI6eyJ1c2VyIjoi.-Eve9VsGgNHD856',
      'Authorization: Bearer abcdef0123456789',
      'sent Basic YW5uYTpwYXNz',
      'wss://x/?rtcstats-token=s3cr3tvalue',
      { password: 'hunter2' },
      { pin: 4711 },
      { headers: { 'X-Api-Key': 'abcd1234', Cookie: 'sid=5521867d' } },
      { auth_token: ['abcd1234'] },
      '{"accessToken":"abcd1234"}',
      [39, 'PC_0', { iceServers: [{ urls: 'turn:x', username: '1795449600:anna' }] }, 1],
      [38, 'PC_0', { iceServers: [{ urls: 'turn:x', credential: 'abcd1234' }] }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\na=ice-ufrag:VcyT\r\na=ice-pwd:LfmXYl0WunAC67hKXNBfsGF/\r\n' }, 1],
      [
        7,
        'PC_0',
        { sdp: 'v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20\r\n' },
        1,
      ],
    ],
    clean: [
      '[token] Bearer [token] password: [removed]',
      'basic authentication needed, token: null',
      'Unexpected token < in JSON at position 0',
      { password: '[removed]', token: '', credentialType: 'password' },
      [39, 'PC_0', { iceServers: [{ urls: 'turn:x', username: 'turn-3f9a2c', credential: '[removed]' }] }, 1],
      [
        7,
        'PC_0',
        {
          sdp: 'v=0\r\na=ice-ufrag:VcyT\r\na=ice-pwd:[removed]\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[removed]\r\n',
        },
        1,
      ],
      { tokens: 3, monkey: 'business', keyFramesDecoded: 3 },
    ],
  },
  contact: {
    method: 'redact',
    found: [
      'joining as Anna Keller <anna.keller@example.org>',
      'anna.keller%40example.org',
      'mail jörg@müller.example',
      '+1 415 555 0100',
      '+1-415-555-0100',
      'call +4915112345678 now',
      'call (020) 7946 0958 now',
      'callback 020 7946 0958;',
      'Tel. 0049-30-1234567',
      '0171/1234567',
      '(415) 555-0100 or so',
      '415-555-0100',
      'tel:4155550100',
      'Tel:030 1234567',
      'phone=+4915112345678',
      { phone: '4915112345678' },
      { mobileNumber: 4915112345678 },
      'card 4111 1111 1111 1111',
      'card 4111111111111111',
      'card 378282246310005',
    ],
    clean: [
      '[email] [phone] [card]',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\na=fmtp:101 0-15\r\nt=0 0\r\n',
      'o=- 4740737794264124603 2 IN IP4 127.0.0.1',
      'candidate:3020798313 1 udp 2122194687 192.168.1.x 33211 typ host generation 0',
      'candidate:0842163049 1 tcp 1518280447 192.168.1.x 9 typ host',
      'at 2026-11-22T16:42:49.444Z, 05/11/2026 16:42, 1795365768017',
      'card 4111111111111112',
      'id 00207946-0958-4123-8123-123456789012',
      'since 16:05 2026-11-22',
      'a=ssrc:1234567890 cname:abc',
      '@rtcstats/rtcstats-js rtcstats-js@2.4.0',
      '2482127403,-5,-5,-3,3393611',
      { ssrc: '3667201911', id: 'OT01V3667201911', timestamp: 1795365768017.123 },
      'CF20:F5:06:0B:2E:D8:81:A4:04:F7:B9:7E:65:59:CD:56',
    ],
  },
  sdpIdentity: {
    method: 'redact',
    found: [
      [7, 'PC_0', { sdp: 'v=0\r\no=anna 1 2 IN IP4 0.0.0.0\r\ns=-\r\n' }, 1],
      [7, 'PC_0', { sdp: "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=Anna's call\r\n" }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\ni=board meeting\r\n' }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\nu=http://example.org/\r\n' }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\ne=anna@example.org\r\n' }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\np=+1 617 555-6011\r\n' }, 1],
      [14, 'PC_0', 'Failed to parse o=anna 1 2 IN IP4 0.0.0.0', 1],
      '{"sdp":"v=0\\r\\no=anna 1 2 IN IP4 0.0.0.0\\r\\n"',
    ],
    clean: [
      [7, 'PC_0', { sdp: 'v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=mid:0\r\n' }, 1],
      [7, 'PC_0', { sdp: 'v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0\r\ns= \r\n' }, 1],
      [7, 'PC_0', { sdp: 'v=\r\nm=\r\nm=\r\n' }, 1],
      'i=1; e=2, s=three',
    ],
  },
  userAgent: {
    method: 'truncate',
    found: [
      {
        metadata: {
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.8078.79 Safari/537.36',
        },
      },
      [39, null, { userAgentData: { fullVersionList: [{ brand: 'Chromium', version: '156.0.8078.79' }] } }, 1],
      [39, null, { userAgentData: { model: 'Pixel 9' } }, 1],
    ],
    clean: [
      { metadata: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36' } },
      [39, null, { userAgentData: { brands: [{ brand: 'Chromium', version: '156' }], platform: 'Linux' } }, 1],
      'Chrome/156.0.8078.79',
    ],
  },
};

/** Events are arrays, which a table of cases would take apart. */
function rows(events: unknown[]): [[unknown]][] {
  return events.map((event) => [[event]]);
}

describe.each(Object.entries(CASES))('%s', (name, { found, clean, method }) => {
  it.each(rows(found))('finds %j', ([event]) => {
    expect(total(name as Other, event, method)).toBeGreaterThan(0);
  });
  it.each(rows(clean))('passes %j', ([event]) => {
    expect(total(name as Other, event, method)).toBe(0);
  });
  it.each(rows(found))('keeps quiet about %j where the class is kept', ([event]) => {
    expect(total(name as Other, event, 'keep')).toBe(0);
  });
});

it('asks a page URL for more or less by its method', () => {
  const page = { metadata: { url: 'https://meet.example.com/path-3f9a2c/9cbf98d1-f77c-4026-8779-b2d01f2bef55' } };
  expect(total('pageUrl', page)).toBe(0);
  expect(total('pageUrl', page, 'truncate')).toBe(1);
  expect(total('pageUrl', { metadata: { url: '/room/anna?user=anna&rtcstats-token=abcd' } }, 'redact')).toBe(1);
  expect(total('pageUrl', { metadata: { url: '/room/anna?user=anna' } }, 'redact')).toBe(0);
});

it('lets path segments stand that the operator keeps', () => {
  const line = 'RTCStatsDump\n{"url":"/room/path-3f9a2c"}\n';
  expect(verifyText(line, only('pageUrl')).total).toBe(1);
  expect(verifyText(line, { ...only('pageUrl'), keepSegments: ['room'] }).total).toBe(0);
});

it('takes opaque ids for identifiers where the policy does', () => {
  const line = '["identity",null,{"user":"9cbf98d1-f77c-4026-8779-b2d01f2bef55"},1]';
  expect(verifyText(line, { ...only('identifiers'), keepOpaqueIdentifiers: false }).total).toBe(1);
  expect(verifyText(line, only('identifiers')).total).toBe(0);
});

it('finds events of the application where they are to be dropped', () => {
  const line = '[":userRating","PC_0",{"rating":4},1]';
  expect(verifyText(line, { ...only('contact', 'redact'), customEvents: 'drop' }).total).toBe(1);
  expect(verifyText(line, only('contact', 'redact')).total).toBe(0);
});

it('removes all of a user agent where the method says so', () => {
  expect(total('userAgent', { metadata: { userAgent: 'Mozilla/5.0' } }, 'remove')).toBe(1);
});

describe('recordings', () => {
  const folder = new URL('../../../../test/recordings/', import.meta.url);
  const known = JSON.parse(readFileSync(new URL('private.json', folder), 'utf8')) as Record<
    string,
    Record<string, string[]>
  >;
  const everything: Policy = {
    ...presetPolicy('standard'),
    classes: Object.fromEntries(
      DATA_CLASSES.map((name) => [name, name === 'userAgent' ? 'keep' : 'redact']),
    ) as Policy['classes'],
  };
  const replacements: Record<string, string> = {
    client_addresses: '203.0.113.x',
    server_addresses: '198.51.100.x',
    emails: '[email]',
    phones: '[phone]',
    device_labels: 'audioinput-3f9a2c',
    device_ids: 'group-3f9a2c',
    ice_passwords: '[removed]',
    data_channel_labels: 'label-3f9a2c',
  };

  describe.each(Object.entries(known))('%s', (name, entry) => {
    const raw = readFileSync(new URL(`${name}.raw`, folder), 'utf8');
    const values = Object.entries(replacements).flatMap(([kind, to]) =>
      entry[kind]!.map((value) => [value, to] as const),
    );
    values.sort((a, b) => b[0].length - a[0].length);
    const replaceAll = (except?: string) =>
      values
        .reduce(
          (text, [value, to]) =>
            value === except
              ? text
              : text
                  .replaceAll(`1795449600:${value}`, 'turn-3f9a2c')
                  .replaceAll(JSON.stringify(value).slice(1, -1), to),
          raw,
        )
        // Whose address it was.
        .replaceAll(/\p{Lu}\S* \p{Lu}\S* (?=<\[email\])/gu, '[name] ');

    it('is clean once everything is replaced', () => {
      expect(verifyText(replaceAll(), everything).findings).toEqual([]);
    });

    it.each(values.filter(([value, to]) => value !== 'chat' && raw.includes(value) && to !== 'x'))(
      'holds %j',
      (value) => {
        expect(verifyText(replaceAll(value), everything).clean).toBe(false);
      },
    );
  });
});
