import { event, type PlantedCase } from './case.ts';

/** Tokens, passwords and keys. */
export const SECRET_CASES: readonly PlantedCase[] = [
  event(
    'credentials',
    'a key that continues on the next line of a description',
    [
      8,
      'PC_0',
      {
        type: 'answer',
        sdp: 'v=0\r\na=mid:0\r\na=x-note:-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----\r\n',
      },
      1,
    ],
    'MIIEvQIBADANBgkqhkiG9w0',
    { adversarial: true, stays: ['a=mid:0'] },
  ),
  event(
    'contact',
    'a phone number in place of an address',
    [21, 'PC_0', { address: null, port: null, hostCandidate: 'tel:4155550100', url: '', errorCode: 701 }, 1],
    '4155550100',
    { adversarial: true },
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
];
