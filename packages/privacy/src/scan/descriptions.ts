import { ROLES, type Role } from '../model/roles.ts';
import { choice, type Expression, many, oneOf, optional, sequence, some, text, token } from './expression.ts';
import { DIGIT, DIGITS, LETTER, uuid, WORD, words } from './words.ts';

/**
 * Grammar of ICE candidates and of the lines of session descriptions as browsers write them. Tokens that identify
 * someone (addresses, passwords) are open; a line of any other form is open as a whole.
 */

/** An ICE candidate (RFC 8839, section 5.1), with the extensions of libwebrtc and Firefox. */
export function candidate(): Expression {
  const attribute = (name: string, value: Expression): Expression => sequence(text(` ${name} `), value);
  const extension = choice(
    attribute('tcptype', some(LETTER)),
    attribute('generation', DIGITS),
    attribute('ufrag', ICE_CHARS),
    attribute('network-id', DIGITS),
    attribute('network-cost', DIGITS),
  );
  return sequence(
    text('candidate:'),
    open('foundation'),
    text(' '),
    DIGITS,
    text(' '),
    some(LETTER),
    text(' '),
    DIGITS,
    text(' '),
    address(),
    text(' '),
    DIGITS,
    text(' typ '),
    some(LETTER),
    optional(sequence(text(' raddr '), address(), text(' rport '), DIGITS)),
    many(extension),
  );
}

/** One line of a session description (RFC 8866), without its line break. */
export function descriptionLine(): Expression {
  return choice(
    text('v=0'),
    text('v='),
    text('s=-'),
    text('m='),
    sequence(text('t='), DIGITS, text(' '), DIGITS),
    sequence(text('o='), owner(), text(' '), DIGITS, text(' '), DIGITS, text(' '), network()),
    sequence(text('c='), network()),
    sequence(text('b='), some(LETTER), text(':'), DIGITS),
    media(),
    sequence(text('a='), attribute()),
    sequence(),
  );
}

/** `ice-char` (RFC 8839, section 5.4). */
const ICE_CHARS = some(oneOf('A-Za-z0-9+/'));

function open(role: Role, closed?: Expression): Expression {
  return token(ROLES.indexOf(role), closed);
}

/** Unspecified and loopback addresses are not replaced under any policy. */
function address(): Expression {
  return open('address', choice(...['0.0.0.0', '127.0.0.1', '::', '::1'].map(text)));
}

function owner(): Expression {
  return choice(
    text('-'),
    sequence(text('mozilla...THIS_IS_SDPARTA-'), DIGITS, text('.'), DIGITS, optional(sequence(text('.'), DIGITS))),
  );
}

function network(): Expression {
  return sequence(text('IN IP'), oneOf('46'), text(' '), address());
}

function media(): Expression {
  const formats = choice(some(sequence(text(' '), DIGITS)), text(' webrtc-datachannel'));
  return sequence(text('m='), some(LETTER), text(' '), DIGITS, text(' '), some(oneOf('A-Z/')), formats);
}

function attribute(): Expression {
  const named = (name: string, value: Expression): Expression => sequence(text(`${name}:`), value);
  // Two slashes behind the colon would begin a URL.
  const word = sequence(optional(text('/')), oneOf('A-Za-z0-9_'), many(WORD));
  const id = choice(word, uuid());
  const ids = many(sequence(text(' '), id));
  const feedback = sequence(
    choice(DIGITS, text('*')),
    text(' '),
    choice(text('transport-cc'), sequence(words(), optional(sequence(text(' '), words())))),
  );
  const codec = sequence(LETTER, many(WORD), optional(sequence(text('-'), some(WORD))));
  // libwebrtc has 16 random characters of Base64 here. Numbers between two plus signs could be of a candidate.
  const plus = sequence(text('+'), many(DIGIT), oneOf('A-Za-z_/'), many(WORD));
  const name = sequence(word, many(plus), optional(sequence(text('+'), many(DIGIT))));
  const source = sequence(
    DIGITS,
    choice(sequence(text(' cname:'), choice(name, id)), sequence(text(' msid:'), choice(text('-'), id), text(' '), id)),
  );
  return choice(
    words(),
    candidate(),
    named('rtpmap', sequence(DIGITS, text(' '), codec, text('/'), DIGITS, optional(sequence(text('/'), DIGITS)))),
    named('fmtp', sequence(DIGITS, text(' '), formatParameters())),
    named('rtcp-fb', feedback),
    text('rtcp-xr:rcvr-rtt=all'),
    named('extmap', extension()),
    named('ssrc', source),
    named('ssrc-group', sequence(choice(text('FID'), text('SIM'), text('FEC-FR')), some(sequence(text(' '), DIGITS)))),
    named('msid', sequence(choice(text('-'), id), text(' '), id)),
    named('msid-semantic', sequence(optional(text(' ')), text('WMS'), choice(text(' *'), ids))),
    named('group', sequence(text('BUNDLE'), ids)),
    named('mid', word),
    named('setup', some(LETTER)),
    named('fingerprint', sequence(text('sha-'), DIGITS, text(' '), open('fingerprint'))),
    named('ice-ufrag', ICE_CHARS),
    named('ice-pwd', open('secret')),
    named('ice-options', some(LETTER)),
    named('rtcp', sequence(DIGITS, text(' '), network())),
    named('rid', sequence(word, text(' '), choice(text('send'), text('recv')))),
    named('simulcast', sequence(choice(text('send '), text('recv ')), some(oneOf('A-Za-z0-9;,')))),
    named('sctp-port', DIGITS),
    named('max-message-size', DIGITS),
    named('sctpmap', sequence(DIGITS, text(' webrtc-datachannel '), DIGITS)),
    named('ptime', DIGITS),
    named('maxptime', DIGITS),
  );
}

/**
 * `minptime=10;useinbandfec=1`, `apt=96`, `111/111`, `0-15`. Parameter names are listed because an unknown one could
 * name a secret.
 */
function formatParameters(): Expression {
  const name = choice(
    ...[
      'apt',
      'cbr',
      'level-asymmetry-allowed',
      'level-id',
      'level-idx',
      'max-fr',
      'max-fs',
      'maxaveragebitrate',
      'maxplaybackrate',
      'minptime',
      'packetization-mode',
      'profile',
      'profile-id',
      'profile-level-id',
      'repair-window',
      'sprop-stereo',
      'stereo',
      'tier',
      'tier-flag',
      'tx-mode',
      'usedtx',
      'useinbandfec',
      'x-google-max-bitrate',
      'x-google-min-bitrate',
      'x-google-start-bitrate',
    ].map(text),
  );
  const parameter = sequence(name, text('='), some(WORD));
  const list = sequence(parameter, many(sequence(text(';'), parameter)));
  return choice(list, some(WORD), sequence(DIGITS, text('-'), DIGITS));
}

/** RTP header extensions (RFC 8285, section 8). The URIs that today's browsers use, in full. */
function extension(): Expression {
  const names = [
    'urn:ietf:params:rtp-hdrext:sdes:mid',
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'urn:ietf:params:rtp-hdrext:csrc-audio-level',
    'urn:ietf:params:rtp-hdrext:toffset',
    'urn:ietf:params:rtp-hdrext:encrypt',
    'urn:3gpp:video-orientation',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
    'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00',
    'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
    'http://www.webrtc.org/experiments/rtp-hdrext/corruption-detection',
    'http://www.webrtc.org/experiments/rtp-hdrext/generic-frame-descriptor-00',
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  ];
  const direction = choice(...['sendrecv', 'sendonly', 'recvonly', 'inactive'].map(text));
  return sequence(DIGITS, optional(sequence(text('/'), direction)), text(' '), choice(...names.map(text)));
}
