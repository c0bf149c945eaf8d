import { DECODE_ONLY_METHODS, METHOD_CODES, STATS_PROPERTY_CODES } from '@rtcstats-server/dump';
import fc from 'fast-check';

/** Placeholder in a template. */
export const PLACE = '\ue000';

/** Texts around a value: errors, candidates of every type, SDP lines, URLs, punctuation. */
const TEXTS = [
  '§',
  ' § ',
  '§ §',
  '§,§;§',
  '(§)',
  '<§>',
  '{§}',
  '|§|',
  '"§"',
  "'§'",
  '~§~',
  '$§',
  '#§',
  '*§*',
  '=§=',
  '[§',
  '§]',
  '!§?',
  'é § 日本',
  'é§日',
  'x\n§\r\ny',
  '\t§\u0000',
  'a\\§\\b',
  '\ud800§',
  'peer_§_7',
  'ip=§',
  'addr:§',
  'dead:§',
  '§: connection refused',
  'Failed to parse "§".',
  'from § to nobody, 100 % of 25',
  'u@§',
  'Mozilla/5.0 (§) Chrome/131.0.0.0',
  'https://§/a/b?c=d#e',
  'https://h.example/p/§?ip=§&x=§#§',
  'turn:§?transport=udp',
  'stun:§',
  'candidate:1 1 udp 2122194687 § 33211 typ host generation 0 ufrag CJSH network-id 1',
  'candidate:1 1 udp 1 h.local 9 typ srflx raddr § rport 33211 generation 0',
  'candidate:1 1 UDP 1 § 9 typ prflx raddr § rport 0',
  'candidate:1 1 tcp 1 § 9 typ relay raddr § rport 9 tcptype active',
  'candidate:1 1 ssltcp 1 § 9 typ unknown x-ip §',
  'a=candidate:1 1 udp 1 § 9 typ host\r\n',
  'v=0\r\no=- 4740737794264124603 2 IN IP4 §\r\ns=-\r\nt=0 0\r\nc=IN IP6 §\r\na=rtcp:9 IN IP4 §\r\n',
  'v=0\r\no=§ 1 2 IN IP4 0.0.0.0\r\ns=§\r\ni=§\r\nu=https://§/\r\n',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 §/127\r\na=remote-candidates:1 § 5000 2 § 5001\r\n',
  'a=x-unknown:§\na=source-filter: incl IN IP4 * §\n',
  'a=ice-pwd:§\r\na=mid:§\r\na=msid:§ §\r\na=ssrc:1 cname:§\r\n',
].map((text) => text.replaceAll('§', PLACE));

/** The texts of `TEXTS` with the value inserted. */
export function textsAround(value: string): fc.Arbitrary<string> {
  return fc.constantFrom(...TEXTS).map((text) => text.replaceAll(PLACE, value));
}

const KEYS = [
  ...['address', 'relatedAddress', 'ip', 'ipAddress', 'hostCandidate', 'candidate', 'sdp', 'url', 'urls', 'errorText'],
  ...['message', 'label', 'deviceId', 'username', 'name', 'a b', '', '__proto__', 'constructor', 'toString', 'é"\\'],
];
const METHODS = [
  ...Object.keys(METHOD_CODES),
  ...Object.values(METHOD_CODES),
  ...Object.keys(DECODE_ONLY_METHODS).map(Number),
  ...[':log', ':a/b', 'identity', 'unknown', 'constructor', '__proto__', 99_999, -1, 1.5],
];
const STATS = ['address', 'relatedAddress', 'url', 'ip'].map((name) =>
  String(STATS_PROPERTY_CODES[name as keyof typeof STATS_PROPERTY_CODES] ?? name),
);

/** Events of every method of the protocol, and of others, with the text in any place. */
export function eventsWith(text: string): fc.Arbitrary<unknown[]> {
  const method = fc.constantFrom<string | number>(...METHODS);
  const scope = fc.constantFrom(null, 'PC_0', 'PC_1');
  const delta = fc.constantFrom(0, 1, 1.5, 1_795_365_315_807);
  const event = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> => fc.tuple(method, scope, value, delta);
  return fc.oneof(
    event(valuesWith(text)),
    event(fc.constantFrom(...KEYS).map((key) => ({ [key]: text }))),
    event(fc.constant({ type: 'offer', sdp: text })),
    event(fc.constant({ candidate: text, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'CJSH' })),
    fc.tuple(fc.constant('g'), scope, reportsWith(text), delta),
    fc.tuple(method, fc.constant(text), filler(), delta),
    fc.tuple(method, scope, filler(), fc.constant(text), delta),
    fc.tuple(method, scope, fc.constant(null), fc.constant('60-0'), valuesWith(text), delta),
    fc.tuple(fc.constant(text), scope, filler(), delta),
  );
}

function reportsWith(text: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(...STATS).map((property) => ({ IT01V: { 45: 1, [property]: text, type: 5 }, t: 1 })),
    fc.constant({ [text]: { 45: 1 } }),
    fc.constant({ IT01V: { [text]: 1 }, I2: null }),
    fc.constant({ I1: { id: text, 12: text } }),
  );
}

/** JSON values with the text in any place: as a string, an element, the value of a member, a key. */
function valuesWith(text: string): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constant<unknown>(text),
      fc.tuple(filler(), tie('value'), filler()),
      fc.tuple(fc.constantFrom(...KEYS), tie('value')).map(([key, member]) => ({ x: 1, [key]: member })),
      fc.constantFrom(1, null, 'x').map((member) => ({ [text]: member })),
    ),
  }));
  return value;
}

function filler(): fc.Arbitrary<unknown> {
  return fc.constantFrom(null, true, 0, 1.5, 'have-local-offer', '60-0', 'Chrome/131.0.0.0', [], {}, { a: [1] }, 'é');
}
