import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { type Policy, presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { anonymizeInternals } from './internals-anonymizer.ts';

const standard = presetPolicy('standard');

async function anonymize(text: string, policy: Policy = standard): Promise<string> {
  return textOf(await anonymizeInternals(bytesOf(text), new Anonymizer(compilePolicy(policy))));
}

/** Anonymizes a dump with one entry in `updateLog` and returns the value of the entry. */
async function update(type: string, value: string, policy?: Policy): Promise<string> {
  const dump = { PeerConnections: { '1-1': { updateLog: [{ time: '', type, value }] } } };
  const clean = await anonymize(JSON.stringify(dump), policy);
  expect(verifyText(clean, policy ?? standard).findings).toEqual([]);
  return JSON.parse(clean).PeerConnections['1-1'].updateLog[0].value;
}

async function series(key: string, values: string): Promise<[string, string]> {
  const dump = { PeerConnections: { '1-1': { stats: { [key]: { statsType: '', values } } } } };
  const clean = await anonymize(JSON.stringify(dump));
  expect(verifyText(clean, standard).findings).toEqual([]);
  const [[name, { values: list }]] = Object.entries(JSON.parse(clean).PeerConnections['1-1'].stats) as [
    [string, { values: string }],
  ];
  return [name, list];
}

const SDP =
  'v=0\r\no=anna 1 2 IN IP4 203.0.113.77\r\ns=Call\r\na=ice-pwd:LfmXYl0WunAC67hKXNBfsGF/\r\na=ssrc:4155550100 x\r\n';
const CLEAN_SDP = 'v=0\r\no=- 1 2 IN IP4 203.0.113.x\r\ns=-\r\na=ice-pwd:[removed]\r\na=ssrc:4155550100 x\r\n';
const CANDIDATE = 'candidate:1 1 udp 2 198.51.100.7 5 typ relay raddr 203.0.113.45 rport 4 ufrag x';
const CLEAN_CANDIDATE = 'candidate:1 1 udp 2 198.51.100.x 5 typ relay raddr 203.0.113.x rport 4 ufrag x';

describe('an entry of updateLog', () => {
  it.each([
    [
      'setLocalDescription',
      JSON.stringify({ type: 'offer', sdp: SDP }),
      JSON.stringify({ type: 'offer', sdp: CLEAN_SDP }),
    ],
    ['setLocalDescription', `type: offer, sdp: ${SDP}`, `type: offer, sdp: ${CLEAN_SDP}`],
    ['onicecandidate', JSON.stringify({ candidate: CANDIDATE }), JSON.stringify({ candidate: CLEAN_CANDIDATE })],
    [
      'icecandidate',
      `sdpMid: 0, sdpMLineIndex: 0, candidate: ${CANDIDATE}, url: turn:turn.example.com:3478?transport=udp`,
      `sdpMid: 0, sdpMLineIndex: 0, candidate: ${CLEAN_CANDIDATE}, url: turn:turn.example.com:3478?transport=udp`,
    ],
    [
      'onicecandidateerror',
      '{"host_candidate":"203.0.113.45:5","error_text":"to anna.keller@example.org"}',
      '{"host_candidate":"203.0.113.x:5","error_text":"to [email]"}',
    ],
    ['oniceconnectionstatechange', '"checking"', '"checking"'],
    ['whatIsNotKnown', 'call +1 415 555 0100', 'call [phone]'],
  ])('%s of %j', async (type, value, expected) => {
    expect(await update(type, value)).toBe(expected);
  });

  it.each([
    [
      'addTrack',
      '{"kind":"audio","id":"1","label":"Anna’s AirPods"}',
      /^\{"kind":"audio","id":"1","label":"audioinput-[0-9a-f]+"\}$/,
    ],
    [
      'addTrack',
      "kind: audio, label: 'Anna’s AirPods', streams: [x]",
      /^kind: audio, label: 'device-[0-9a-f]+', streams: \[x\]$/,
    ],
    ['createDataChannel', 'label: notes-anna, ordered: true', /^label: channel-[0-9a-f]+, ordered: true$/],
    ['datachannel', '{"label":"notes-anna"}', /^\{"label":"channel-[0-9a-f]+"\}$/],
  ])('%s of %j, with personal labels', async (type, value, expected) => {
    expect(await update(type, value)).toMatch(expected);
  });

  it.each([
    ['createDataChannel', 'label: chat, ordered: true', /^label: chat, ordered: true$/],
    ['datachannel', '{"label":"chat"}', /^\{"label":"chat"\}$/],
    ['createDataChannel', 'label: chat2, ordered: true', /^label: channel-[0-9a-f]+,/],
    ['transceiverAdded', "kind: audio, label: 'chat'", /label: 'device-[0-9a-f]+'$/],
  ])('%s of %j, with an own label of the application', async (type, value, expected) => {
    expect(await update(type, value, parsePolicy({ deviceNames: { keepLabels: ['chat'] } }))).toMatch(expected);
  });

  it.each([
    'a=ssrc:1 label:7f445f58-track\r\na=ssrc:1 mslabel:stream-1\r\n',
    'a=label:7f445f58-track\r\n',
    'a=ssrc:1 label:camera1\r\n',
  ])('keeps the id of a track in %j', async (lines) => {
    const value = `type: offer, sdp: v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n${lines}`;
    expect(await update('setLocalDescription', value)).toBe(value);
    expect(await update('setLocalDescription', `${value}, label: Anna’s AirPods`)).not.toContain('Anna');
  });

  it('is understood if its type comes after its value', async () => {
    const dump =
      '{"PeerConnections":{"1":{"updateLog":[{"value":"{\\"label\\":\\"anna\\"}","type":"ondatachannel"}]}}}';
    expect(await anonymize(dump)).toMatch(/"value":"\{\\"label\\":\\"channel-/);
  });
});

describe('a series of stats', () => {
  it.each([
    ['I1-address', '["203.0.113.45", "fd00::2"]', '["203.0.113.x", "fd00:0:0:x:x:x:x:x"]'],
    ['I1-googLocalAddress', '["annas-macbook:5000"]', /^\["host-[0-9a-f]+:5000"\]$/],
    ['D1-label', '["chat"]', /^\["channel-[0-9a-f]+"\]$/],
    [
      'I1-[lastSeenTimestamp]',
      '["01/02/2026, 16:42:49", "02.11.2026 16:42:49"]',
      '["01/02/2026, 16:42:49", "02.11.2026 16:42:49"]',
    ],
    ['I1-[lastSeenTimestamp]', '["+1 415 555 0100"]', '["[phone]"]'],
    ['I1-what-bytes', '[ 1.50, 4155550100,  null]', '[ 1.50, 4155550100,  null]'],
    ['I1-torn', '["203.0.113.45", "203.0', '["203.0.113.x", "203.0'],
  ])('%s of %j', async (key, values, expected) => {
    const [name, clean] = await series(key, values);
    expect(name).toBe(key);
    if (typeof expected === 'string') expect(clean).toBe(expected);
    else expect(clean).toMatch(expected);
  });

  it('keeps report ids with addresses consistent and distinct', async () => {
    const stats = { 'A_203.0.113.4-x': {}, 'A_203.0.113.4-y': {}, 'A_203.0.113.5-x': {} };
    const clean = JSON.parse(await anonymize(JSON.stringify({ PeerConnections: { '1': { stats } } })));
    expect(Object.keys(clean.PeerConnections['1'].stats)).toEqual([
      'A_203.0.113.x-x',
      'A_203.0.113.x-y',
      'A_203.0.113.x~2-x',
    ]);
  });
});

describe('the rest of the file', () => {
  it('is anonymized: pages, devices, credentials, the browser, and unknown properties', async () => {
    const dump = {
      getUserMedia: [
        {
          origin: 'https://example.com',
          url: 'https://example.com/anna?x=1',
          audio: '{deviceId: {exact: ["9b49d9be0425"]}}',
        },
        { audio_track_info: 'id:1 label:Anna’s AirPods', video_track_info: '{"id":"2","label":"Anna’s iPhone"}' },
        { error: 'NotFoundError', error_message: 'no Anna’s AirPods for anna@example.org' },
      ],
      PeerConnections: {
        '1-1': {
          url: 'https://example.com/anna?x=1',
          rtcConfiguration: '{"iceServers":[{"urls":["turn:t.example.com"],"username":"anna","credential":"pw1234"}]}',
          constraints: '{optional: [{x: 203.0.113.4}]}',
          news: { token: 'abcdef', pin: 12345, list: [1, '203.0.113.4'] },
        },
      },
      UserAgent: 'Mozilla/5.0 (X11) Chrome/156.0.8078.79 Safari/537.36',
      news: ['anna@example.org'],
    };
    const strict = presetPolicy('strict');
    const clean = JSON.parse(await anonymize(JSON.stringify(dump), strict));
    expect(verifyText(JSON.stringify(clean), strict).findings).toEqual([]);
    expect(clean).toEqual({
      getUserMedia: [
        { origin: 'https://example.com', url: 'https://example.com/', audio: '{deviceId: {exact: ["[device]"]}}' },
        { audio_track_info: 'id:1 label:[device]', video_track_info: '{"id":"2","label":"[device]"}' },
        { error: 'NotFoundError', error_message: 'no [device] for [email]' },
      ],
      PeerConnections: {
        '1-1': {
          url: 'https://example.com/',
          rtcConfiguration:
            '{"iceServers":[{"urls":["turn:t.example.com"],"username":"[removed]","credential":"[removed]"}]}',
          constraints: '{optional: [{x: x.x.x.x}]}',
          news: { token: '[removed]', pin: '[removed]', list: [1, 'x.x.x.x'] },
        },
      },
      UserAgent: 'Mozilla/5 (X11) Chrome/156 Safari/537',
      news: ['[email]'],
    });
  });

  it('keeps the kind of a track, and treats a URL without a scheme as a page', async () => {
    const media = { audio_track_info: '{"label":"Anna’s AirPods"}', video_track_info: 'id:1 label:Anna’s iPhone' };
    const dump = { getUserMedia: [media], PeerConnections: { '1-1': { url: '/room/anna' } } };
    const clean = JSON.parse(await anonymize(JSON.stringify(dump)));
    expect(clean.getUserMedia[0].audio_track_info).toMatch(/"label":"audioinput-[0-9a-f]+"/);
    expect(clean.getUserMedia[0].video_track_info).toMatch(/^id:1 label:videoinput-[0-9a-f]+$/);
    expect(clean.PeerConnections['1-1'].url).toMatch(/^\/path-[0-9a-f]+\/path-[0-9a-f]+$/);
  });

  it('is subject to operator rules', async () => {
    const policy = parsePolicy({ rules: [{ name: 'badge', pattern: 'B-\\d+', paths: ['kind'], method: 'redact' }] });
    expect(await update('addTrack', '{"kind":"B-77","id":"B-78"}', policy)).toBe('{"kind":"[badge]","id":"B-78"}');
  });
});

describe('bytes', () => {
  it.each([
    [
      'white space, numbers and escapes',
      '{\r\n "PeerConnections" : { } ,\t"a":1.50e+3, "b":"\\u0041\\/", "a":-0 }\n\n',
    ],
    ['a byte order mark', '\ufeff{"PeerConnections":{}}'],
  ])('are kept if nothing is replaced: %s', async (_, text) => {
    const bytes = bytesOf(text);
    expect(await anonymizeInternals(bytes, new Anonymizer(compilePolicy(standard)))).toBe(bytes);
  });

  it('are kept around replacements', async () => {
    const text = '\ufeff{\r\n "PeerConnections" : { } ,\t"a":1.50e+3, "b":"\\u0041 203.0.113.4", "c":"\\u0041" }\n';
    expect(await anonymize(text)).toBe(text.replace('\\u0041 203.0.113.4', 'A 203.0.113.x'));
  });

  it.each([
    ['is not JSON', 'anna@example.org', 'DUMP_NOT_A_DUMP'],
    ['is some other JSON', '{"a":"anna@example.org"}', 'DUMP_NOT_A_DUMP'],
    ['is truncated', '{"PeerConnections":{"anna@example.org', 'DUMP_TRUNCATED'],
    ['is too deep', `{"PeerConnections":{},"a":${'['.repeat(200)}${']'.repeat(200)}}`, 'DUMP_NOT_A_DUMP'],
  ])('are rejected when the file %s, without quoting it', async (_, text, code) => {
    const refused = anonymize(text);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.not.toThrow(/anna/);
  });

  it('that are not UTF-8 are rejected', async () => {
    const bytes = new Uint8Array([...bytesOf('{"PeerConnections":{},"a":"'), 0xff, ...bytesOf('"}')]);
    const refused = anonymizeInternals(bytes, new Anonymizer(compilePolicy(standard)));
    await expect(refused).rejects.toMatchObject({ code: 'DUMP_NOT_A_DUMP' });
  });
});
