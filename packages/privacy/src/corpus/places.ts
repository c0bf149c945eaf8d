import { percentEncoded, unicodeEscaped } from '../testing/addresses.ts';
import { event, metadata, type PlantedCase, type PlantedText, rawEvent } from './case.ts';

/** A place of the event model that can contain any text, with technical values around it. */
export interface Place {
  readonly name: string;
  put(planted: PlantedText): PlantedCase;
}

const UUID = '9cbf98d1-f77c-4026-8779-b2d01f2bef55';
const SSRC = '3667201911';
const TIME = '1795365768017.123';
const VERSION = '131.0.6778.86';
const FINGERPRINT =
  'sha-256 0A:2F:F4:C5:E0:DD:35:C6:0D:70:3D:EA:51:7C:CE:44:A8:A2:6B:9D:BD:4E:7E:04:40:EC:2E:39:60:4F:A7:CF';
const SDP_LINES = [
  'o=mozilla...THIS_IS_SDPARTA-99.0 7540856217567051320 0 IN IP4 0.0.0.0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP6 ::',
  `a=fingerprint:${FINGERPRINT}`,
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:8 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  `a=ssrc:${SSRC} cname:VcyTq0Xm8sLw`,
  `a=candidate:4 1 udp 1685987071 ${UUID}.local 33211 typ host generation 0 ufrag CJSH network-id 1`,
];

/** Usual places: one for each way in which a text gets into a dump. */
export const PLACES: readonly Place[] = [
  place('the error of createOffer', (text) => [12, 'PC_0', `OperationError: ${text}`, '2-0', 3]),
  place('the error of addIceCandidate', (text) => [16, 'PC_0', `Error processing "${text}"`, '10-0', 1]),
  place('the error of setRemoteDescription', (text) => [15, 'PC_0', `${text}\nat line 4, ssrc ${SSRC}`, '8-0', 1], [
    SSRC,
  ]),
  place('the error of getUserMedia', (text) => [65, null, `NotAllowedError: ${text}`, '60-0', 18]),
  place(
    'errorText',
    (text) => [21, 'PC_0', { port: 44975, errorCode: 701, url: 'stun:turn.example.com:3478', errorText: text }, 3],
    ['44975', '701', 'stun:turn.example.com:3478'],
  ),
  place('a text of the application', (text) => [':log', null, text, 1]),
  place(
    'a message of the application',
    (text) => [
      ':log',
      'PC_0',
      { level: 'info', at: 1795365768017, id: UUID, message: `saw ${text} (ssrc ${SSRC})` },
      1,
    ],
    ['info', '1795365768017', UUID, SSRC],
  ),
  place('a list of the application', (text) => [':log', null, ['a', [TIME, [text]], VERSION], 1], [TIME]),
  place('an unknown event', (text) => ['futureEvent', 'PC_0', { detail: [{ ssrc: 3667201911, note: text }] }, 1], [
    SSRC,
  ]),
  place('an extra element', (text) => [24, 'PC_0', 'connected', text, 1], ['connected']),
  place(
    'an unknown property of a report',
    (text) => ['g', 'PC_0', { IT01V3667201911: { 10: 3667201911, somethingNew: text, type: 1 }, t: 1795365768017 }, 1],
    ['IT01V3667201911', '1795365768017'],
  ),
  place(
    'an attribute of a description',
    (text) => [8, 'PC_0', { type: 'offer', sdp: [...SDP_LINES, `a=x-note:${text}`, ''].join('\r\n') }, '8-0', 1],
    SDP_LINES.filter((line) => !line.includes(FINGERPRINT)),
    // Fingerprints are only kept where opaque identifiers are.
    [FINGERPRINT],
  ),
  place('nested JSON text', (text) => [':state', null, JSON.stringify({ note: text, id: UUID, n: [1, 2.5] }), 1], [
    UUID,
    '[1,2.5]',
  ]),
  place(
    'JSON text in JSON text',
    (text) => [':state', null, JSON.stringify({ body: JSON.stringify({ deep: { note: text, ssrc: 3667201911 } }) }), 1],
    [SSRC],
  ),
  place(
    'a stack trace',
    (text) => ['error', null, { name: 'TypeError', stack: `TypeError: ${text}\n    at f (app.js:10:22)`, line: 10 }, 1],
    ['TypeError', '(app.js:10:22)'],
  ),
  {
    name: 'the metadata',
    put: (planted) =>
      metadata(planted.class, 'the metadata', { note: planted.text, version: VERSION, id: UUID }, planted.gone, {
        adversarial: planted.adversarial,
        stays: [UUID, ...planted.stays],
      }),
  },
];

/** Unusual places and notations. */
export const HIDING_PLACES: readonly Place[] = [
  hidden('a key', (text) => JSON.stringify([':map', null, { [text]: { n: 1, id: UUID } }, 1]), [UUID]),
  hidden('the scope', (text) => JSON.stringify([24, text, 'connected', 1]), ['connected']),
  hidden('the name of the event', (text) => JSON.stringify([`:${text}`, null, { ssrc: 3667201911 }, 1]), [SSRC]),
  hidden('the id of a report', (text) => JSON.stringify(['g', 'PC_0', { [`id ${text}`]: { 10: 3667201911 } }, 1]), [
    SSRC,
  ]),
  hidden('JSON escapes', (text) => `[":log",null,"${unicodeEscaped(text)}",1]`),
  hidden('JSON escapes around', (text) => `[":log",null,"\\u0009${JSON.stringify(text).slice(1, -1)}\\/\\n",1]`),
  hidden('percent-encoding', (text) => JSON.stringify([':log', null, `saw ${percentEncoded(text, false, 1)}`, 1])),
  hidden('percent-encoding of every character', (text) =>
    JSON.stringify([':log', null, percentEncoded(text, true, 1), 1]),
  ),
  hidden('percent-encoding twice', (text) =>
    JSON.stringify([12, 'PC_0', `bad ${percentEncoded(text, false, 2)}`, '2-0', 1]),
  ),
  hidden(
    'truncated JSON text',
    (text) => JSON.stringify([':log', null, `got {"ssrc":3667201911,"x":${JSON.stringify(text)}`, 1]),
    [SSRC],
  ),
  hidden(
    'JSON text after a word',
    (text) => JSON.stringify([':log', null, `recv ${JSON.stringify(JSON.stringify({ a: text, b: UUID }))}`, 1]),
    [UUID],
  ),
  hidden('deep nesting', (text) => JSON.stringify([':log', null, nested(text, 5), 1])),
  hidden('a repeated key', (text) => `[":log",null,{"a":${JSON.stringify(text)},"a":"${UUID}"},1]`, [UUID]),
  hidden(
    'a harmless key',
    (text) => JSON.stringify([':log', null, { type: text, mimeType: 'video/VP8', state: text }, 1]),
    ['video/VP8'],
  ),
  hidden('white space between tokens', (text) => ` [ ":log" , null , [ ${JSON.stringify(text)} , ${TIME} ] , 1.50 ]`, [
    TIME,
    '1.50',
  ]),
  hidden(
    'the value of a known property',
    (text) => JSON.stringify(['g', 'PC_0', { CIT01_111: { 6: text, 9: 'minptime=10' } }, 1]),
    ['minptime=10'],
  ),
];

function place(
  name: string,
  line: (text: string) => readonly unknown[],
  stays: readonly string[] = [],
  goneStrict: readonly string[] = [],
): Place {
  return {
    name,
    put: (planted) =>
      event(planted.class, name, line(planted.text), planted.gone, {
        adversarial: planted.adversarial,
        stays: [...stays, ...planted.stays],
        goneStrict,
      }),
  };
}

function hidden(name: string, line: (text: string) => string, stays: readonly string[] = []): Place {
  return {
    name,
    put: (planted) =>
      rawEvent(planted.class, name, line(planted.text), planted.gone, {
        adversarial: true,
        stays: [...stays, ...planted.stays],
      }),
  };
}

function nested(text: string, levels: number): string {
  let out = text;
  for (let i = 0; i < levels; i++) out = JSON.stringify({ v: out });
  return out;
}
