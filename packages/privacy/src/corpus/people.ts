import { event, metadata, type PlantedCase } from './case.ts';
import { JWT } from './texts.ts';

const UUID = '9cbf98d1-f77c-4026-8779-b2d01f2bef55';
const HASH = 'c12480b779a1';

const sdp = (...lines: string[]): string => `${lines.join('\r\n')}\r\n`;
const MEDIA = [
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
];
const OWNER = 'o=- 4740737794264124603 2 IN IP4 127.0.0.1';

export const PEOPLE_CASES: readonly PlantedCase[] = [
  event(
    'identifiers',
    'the user of identity',
    ['identity', null, { user: 'anna.keller', conference: UUID, session: HASH }, 1],
    'anna',
    { goneStrict: [UUID, HASH] },
  ),
  event(
    'identifiers',
    'the conference of identity',
    ['identity', null, { conference: 'board-meeting-q3-7f4a' }, 1],
    'board-meeting',
  ),
  event('identifiers', 'the session of identity', ['identity', null, { session: 'annas-session' }, 1], 'annas'),
  event('identifiers', 'a number for a user', ['identity', null, { user: '4711234' }, 1], '4711234'),
  event('identifiers', 'a number that is none for a user', ['identity', null, { user: 471123499 }, 1], '471123499', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'capitals in identity',
    ['identity', null, { User: 'Anna Keller', userName: 'akeller', user_id: 'anna-1' }, 1],
    ['anna', 'akeller'],
    { adversarial: true },
  ),
  event(
    'identifiers',
    'an object in identity',
    ['identity', null, { user: { id: 'anna.keller', name: 'Anna Keller' } }, 1],
    'anna',
    { adversarial: true },
  ),
  event('identifiers', 'a list in identity', ['identity', null, { user: ['anna.keller'] }, 1], 'anna', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'JSON text in identity',
    ['identity', null, JSON.stringify({ user: 'anna.keller', session: HASH }), 1],
    'anna',
    { adversarial: true, goneStrict: [HASH] },
  ),
  event('identifiers', 'what is almost opaque', ['identity', null, { user: 'anna-keller-9cbf98d1f77c' }, 1], 'anna', {
    adversarial: true,
  }),
  event('identifiers', 'a UUID with a name', ['identity', null, { session: `anna-${UUID}` }, 1], 'anna', {
    adversarial: true,
  }),
  event(
    'identifiers',
    'the user of an application',
    [':joined', null, { userId: 'anna.keller', roomName: 'board-meeting', ssrc: 3667201911 }, 1],
    ['anna', 'board-meeting'],
    { stays: ['3667201911'] },
  ),
  event(
    'identifiers',
    'the display name of an application',
    [':joined', null, { displayName: 'Anna Keller', participant: 'p.natarajan' }, 1],
    ['anna', 'natarajan'],
  ),
  event(
    'identifiers',
    'a list of participants',
    [':joined', null, { participants: [{ displayName: 'Anna Keller', id: UUID }], bitrate: 30000 }, 1],
    'anna',
    { stays: ['30000'], adversarial: true },
  ),
  event(
    'identifiers',
    'JSON text of an application',
    [':joined', null, JSON.stringify({ meetingId: 'board-meeting', userName: 'anna', at: 1795365768017 }), 1],
    ['board-meeting', 'anna'],
    { adversarial: true, stays: ['1795365768017'] },
  ),
  event(
    'identifiers',
    'a home directory',
    [':log', null, 'ENOENT: /home/annakeller/.config/x.json, errno 2', 1],
    'annakeller',
    { stays: ['errno 2'] },
  ),
  event(
    'identifiers',
    'a home directory of Windows',
    [':log', null, String.raw`at C:\Users\annakeller\app.js:10`, 1],
    'annakeller',
    { adversarial: true },
  ),
  metadata('identifiers', 'the user of the metadata', { user: 'anna.keller@example.org', session: HASH }, 'anna', {
    goneStrict: [HASH],
  }),
  metadata(
    'identifiers',
    'the conference of the metadata',
    { conference: 'interview-p.natarajan', session: UUID },
    'natarajan',
    { goneStrict: [UUID] },
  ),
  metadata('identifiers', 'the session of the metadata', { session: 'annas session' }, 'annas', { adversarial: true }),
  metadata(
    'identifiers',
    'identity within the metadata',
    { rtcStats: { user: 'anna.keller', conference: 'board-meeting' } },
    ['anna', 'board-meeting'],
    { adversarial: true },
  ),

  ...(
    [
      ['o=', [OWNER.replace('-', 'anna.keller')], 'anna'],
      ['s=', [OWNER, "s=Anna's call"], 'anna'],
      ['i=', [OWNER, 's=-', 'i=board meeting'], 'board'],
      ['u=', [OWNER, 's=-', 'u=http://anna.example.org/'], 'anna'],
      ['e=', [OWNER, 's=-', 'e=Anna Keller <anna.keller@example.org>'], 'anna'],
      ['p=', [OWNER, 's=-', 'p=+1 617 555-6011'], '555-6011'],
    ] as const
  ).flatMap(([line, head, gone]) => {
    const text = sdp('v=0', ...head, ...MEDIA);
    const stays = [OWNER.slice(3), ...MEDIA];
    return [
      event(
        'sdpIdentity',
        `${line} of setRemoteDescription`,
        [8, 'PC_0', { type: 'offer', sdp: text }, '8-0', 1],
        gone,
        { stays },
      ),
      event(
        'sdpIdentity',
        `${line} of createOfferOnSuccess`,
        [3, 'PC_0', { sdp: text, type: 'offer' }, '2-0', 1],
        gone,
        { stays },
      ),
      event(
        'sdpIdentity',
        `${line} with line feeds only`,
        [6, 'PC_0', { type: 'offer', sdp: text.replaceAll('\r', '') }, '6-0', 1],
        gone,
        { adversarial: true, stays },
      ),
      event('sdpIdentity', `${line} in an error`, [15, 'PC_0', `Failed to parse: ${text}`, '8-0', 1], gone, {
        adversarial: true,
        stays: MEDIA,
      }),
      event('sdpIdentity', `${line} of an application`, [':sdp', null, text, 1], gone, { adversarial: true, stays }),
      event(
        'sdpIdentity',
        `${line} in JSON text`,
        [':signal', null, JSON.stringify({ type: 'offer', sdp: text }), 1],
        gone,
        { adversarial: true, stays },
      ),
      event('sdpIdentity', `${line} in a quoted SDP`, [':log', null, `set ${JSON.stringify(text)} failed`, 1], gone, {
        adversarial: true,
      }),
    ];
  }),
  event(
    'sdpIdentity',
    'i= of a section',
    [8, 'PC_0', { type: 'answer', sdp: sdp('v=', ...MEDIA, 'i=room of anna') }, '8-0', 1],
    'anna',
    { stays: MEDIA },
  ),
  event(
    'sdpIdentity',
    'an owner with a space',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', 'o=anna keller 1 2 IN IP4 0.0.0.0', 's=-') }, '8-0', 1],
    'anna',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an owner without numbers',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', 'o=annak x y IN IP4 0.0.0.0', 's=-') }, '8-0', 1],
    'annak',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an owner quoted alone',
    [15, 'PC_0', 'Failed to parse SessionDescription. o=anna 1 2 IN IP4 0.0.0.0 Expects 6 fields.', '8-0', 1],
    'anna',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an s= line quoted alone',
    [15, 'PC_0', 'Invalid line 3:\ns=call with anna\nm=audio 9 UDP/TLS/RTP/SAVPF 111', '8-0', 1],
    'anna',
    { adversarial: true },
  ),

  metadata(
    'userAgent',
    'the user agent',
    {
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.86 Safari/537.36',
    },
    [],
    { goneStrict: ['131.0.6778', '6778.86'], stays: ['Chrome/131', 'Mozilla/5', 'Linux x86_64'] },
  ),
  metadata(
    'userAgent',
    'the user agent of Safari',
    {
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3.1 Mobile/15E148 Safari/604.1',
    },
    [],
    { goneStrict: ['18.3.1', '18_3_1'], stays: ['Version/18', 'iPhone'], adversarial: true },
  ),
  metadata(
    'userAgent',
    'the user agent of an Android',
    {
      userAgent:
        'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP3A.241005.015) AppleWebKit/537.36 Chrome/131.0.6778.86 Mobile Safari/537.36',
    },
    [],
    { goneStrict: ['131.0.6778', '241005.015'], stays: ['Chrome/131', 'Android 15'], adversarial: true },
  ),
  metadata(
    'userAgent',
    'the user agent of Firefox',
    { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.7) Gecko/20100101 Firefox/133.7.1' },
    [],
    { goneStrict: ['133.7'], stays: ['Firefox/133'] },
  ),
  metadata(
    'ipAddresses',
    'the user agent',
    { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.6778.86 Safari/537.36 (203.0.113.45)' },
    '203.0.113.45',
    { goneStrict: ['131.0.6778'], stays: ['Chrome/131'], adversarial: true },
  ),
  metadata(
    'contact',
    'the user agent of a crawler',
    { userAgent: 'KitBot/2.1 (+mailto:anna.keller@example.org; https://bot.example.org/?by=anna)' },
    'anna',
    { goneStrict: ['2.1'], stays: ['KitBot/2'], adversarial: true },
  ),
  event(
    'userAgent',
    'the full version',
    [39, null, { userAgentData: { uaFullVersion: '131.0.6778.86', platform: 'Linux', mobile: false } }, 1795365271390],
    [],
    { goneStrict: ['131.0.6778'], stays: ['Linux', '1795365271390'] },
  ),
  event(
    'userAgent',
    'the list of full versions',
    [
      39,
      null,
      { userAgentData: { fullVersionList: [{ brand: 'Chromium', version: '131.0.6778.86' }] } },
      1795365271390,
    ],
    [],
    { goneStrict: ['131.0.6778'], stays: ['Chromium', '1795365271390'] },
  ),
  event(
    'userAgent',
    'the version of the system',
    [39, null, { userAgentData: { platformVersion: '15.3.1', architecture: 'arm' } }, 1],
    [],
    { goneStrict: ['15.3'] },
  ),
  event('userAgent', 'the model', [39, null, { userAgentData: { model: 'SM-G998B', platform: 'Android' } }, 1], [], {
    goneStrict: ['SM-G998B'],
    stays: ['Android'],
  }),
  event(
    'userAgent',
    'the user agent in an event',
    [':ua', null, { userAgent: 'Mozilla/5.0 (X11) Chrome/131.0.6778.86' }, 1],
    [],
    { goneStrict: ['131.0.6778'] },
  ),

  event(
    'credentials',
    'the user of a TURN server',
    [
      39,
      'PC_0',
      {
        iceServers: [
          { urls: ['turn:turn.example.com:3478?transport=udp'], username: '1795449600:anna.keller@example.org' },
        ],
        iceTransportPolicy: 'relay',
      },
      4,
    ],
    'anna',
    { stays: ['turn:turn.example.com:3478?transport=udp', 'relay'] },
  ),
  event(
    'credentials',
    'a TURN user without expiry',
    [
      39,
      'PC_0',
      { iceServers: [{ urls: 'turn:turn.example.com', username: 'akeller', credential: 'p4ssw0rd-turn' }] },
      4,
    ],
    ['akeller', 'p4ssw0rd'],
    { stays: ['turn:turn.example.com'] },
  ),
  event(
    'credentials',
    'setConfiguration',
    [
      38,
      'PC_0',
      {
        iceServers: [{ urls: 'turn:turn.example.com', username: '1795449600:akeller', credential: 'p4ssw0rd-turn' }],
        bundlePolicy: 'max-bundle',
      },
      4,
    ],
    ['akeller', 'p4ssw0rd'],
    { stays: ['max-bundle'] },
  ),
  event(
    'credentials',
    'an object for a credential',
    [
      38,
      'PC_0',
      {
        iceServers: [
          {
            urls: 'turn:x.example',
            username: 'akeller',
            credential: { macKey: 'WmtzanB3ZW9peFht', accessToken: 'AAwg3kPHWPfvk9bDFL936' },
          },
        ],
      },
      4,
    ],
    ['WmtzanB3', 'AAwg3kPH', 'akeller'],
    { adversarial: true },
  ),
  event(
    'credentials',
    'a list of TURN users',
    [38, 'PC_0', { iceServers: [{ urls: 'turn:x.example', username: ['akeller'], credential: ['p4ssw0rd-turn'] }] }, 4],
    ['akeller', 'p4ssw0rd'],
    { adversarial: true },
  ),
  event(
    'credentials',
    'ICE servers of an application',
    [
      ':config',
      null,
      JSON.stringify({
        iceServers: [{ urls: 'turn:x.example', username: '1795449600:akeller', credential: 'p4ssw0rd-turn' }],
      }),
      4,
    ],
    ['akeller', 'p4ssw0rd'],
    { adversarial: true, stays: ['turn:x.example'] },
  ),
  event(
    'credentials',
    'a TURN user with a colon',
    [39, 'PC_0', { iceServers: [{ urls: 'turn:x.example', username: '1795449600:realm:akeller' }] }, 4],
    ['akeller', 'realm'],
    { adversarial: true },
  ),
  ...(
    [
      [{ password: 'hunter2' }, 'hunter2'],
      [{ pin: 4711 }, '4711'],
      [
        { headers: { 'X-Api-Key': 'abcd1234', Authorization: 'Basic YW5uYTpwYXNz', Cookie: 'sid=5521867d' } },
        ['abcd1234', 'YW5uYTpwYXNz', '5521867d'],
      ],
      [{ authToken: ['abcd1234', 'efgh5678'] }, ['abcd1234', 'efgh5678']],
      [{ PASSWORD: 'Hunter2', Secret: 'abcd1234' }, ['hunter2', 'abcd1234']],
      [{ token: { value: 'abcd1234' } }, 'abcd1234'],
      [{ credentials: { user: 'akeller', pass: 'hunter2' } }, 'hunter2'],
      [
        { accessToken: 'abcd1234', refresh_token: 'efgh5678', idToken: 'ijkl9012' },
        ['abcd1234', 'efgh5678', 'ijkl9012'],
      ],
      [{ clientSecret: 'abcd1234', 'private-key': 'efgh5678' }, ['abcd1234', 'efgh5678']],
      [{ iceParameters: { usernameFragment: 'VcyT', password: 'LfmXYl0WunAC67hKXNBfsGF' } }, 'LfmXYl0'],
      [{ sessionKey: 'abcd1234', apikey: 'efgh5678', bearer: 'ijkl9012' }, ['abcd1234', 'efgh5678', 'ijkl9012']],
      [{ passcode: '471147', otp: '991199' }, ['471147', '991199']],
    ] as const
  ).flatMap(([value, gone], index) => [
    event('credentials', `keys of secrets (${index})`, [':login', null, value, 1], gone, { adversarial: index > 3 }),
    event(
      'credentials',
      `keys of secrets in JSON text (${index})`,
      ['future', 'PC_0', { body: JSON.stringify({ ...value, ssrc: 3667201911 }) }, 1],
      gone,
      { adversarial: true, stays: ['3667201911'] },
    ),
  ]),
  event(
    'credentials',
    'ice-pwd in stats',
    ['g', 'PC_0', { T1: { icePwd: 'LfmXYl0WunAC67hKXNBfsGF', 5: 'T0' } }, 1],
    'LfmXYl0',
    { adversarial: true, stays: ['T0'] },
  ),

  metadata(
    'pageUrl',
    'the page',
    { url: `/room/board-meeting-q3?user=anna&rtcstats-token=${JWT}`, origin: 'https://meet.example.com' },
    ['board-meeting', 'anna', 'Eve9Vs'],
    { stays: ['https://meet.example.com'] },
  ),
  metadata(
    'pageUrl',
    'the page by its whole URL',
    { url: 'wss://stats.example.com/room/anna?x=1', origin: 'https://meet.example.com:8443' },
    ['anna', 'x=1'],
    { stays: ['https://meet.example.com:8443', 'stats.example.com'] },
  ),
  metadata('pageUrl', 'the page with a plain path', { url: '/annasroom' }, 'annasroom'),
  metadata(
    'pageUrl',
    'the page with an encoded path',
    { url: '/room/%61nna/b%2Foard' },
    ['%61nna', 'anna', 'b%2Foard'],
    {
      adversarial: true,
    },
  ),
  metadata('pageUrl', 'the page without a slash', { url: 'room/board-meeting?user=anna' }, ['anna', 'board-meeting'], {
    adversarial: true,
  }),
  metadata('pageUrl', 'a query alone', { url: '?user=anna' }, 'anna', { adversarial: true }),
  metadata('pageUrl', 'an origin with more', { origin: 'https://meet.example.com/room/anna' }, 'anna', {
    adversarial: true,
    stays: ['https://meet.example.com'],
  }),
  metadata('pageUrl', 'a path with names and spaces', { url: '/room/Anna Keller/b' }, ['Anna', 'Keller'], {
    adversarial: true,
  }),
  metadata('pageUrl', 'a UUID in the path', { url: `/room/${UUID}` }, [], { goneStrict: [UUID, '/room'] }),
  event(
    'pageUrl',
    "Chromium's own dump",
    ['create', '8-1', { iceServers: [] }, 'https://meet.example.com/room/board-meeting?user=anna', 1],
    ['board-meeting', 'anna'],
    { stays: ['https://meet.example.com/'] },
  ),
  event(
    'pageUrl',
    "Chromium's own dump by number",
    [39, 'PC_0', {}, 'https://meet.example.com/board-meeting', 1],
    'board-meeting',
    { stays: ['https://meet.example.com/'] },
  ),
  event(
    'pageUrl',
    'a data URL',
    [':avatar', null, { src: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg' }, 1],
    'iVBORw0KGgo',
    { adversarial: true },
  ),
  event(
    'pageUrl',
    'the referrer of an application',
    [':open', null, { referrer: 'https://mail.example.com/u/anna/inbox', ok: true }, 1],
    ['anna', 'inbox'],
    { adversarial: true, stays: ['true'] },
  ),

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
    'a candidate of the other side',
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
    'contact',
    'a phone number in figures',
    [':call', null, { phone: 14155550100, rate: 48000 }, 1],
    '14155550100',
    { adversarial: true, stays: ['48000'] },
  ),
  event(
    'contact',
    'a phone number by name',
    [':call', null, { phoneNumber: '4155550100', mobile_no: '15112345678' }, 1],
    ['4155550100', '15112345678'],
    { adversarial: true },
  ),
];
