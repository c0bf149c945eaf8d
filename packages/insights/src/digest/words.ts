import Bowser from 'bowser';

/**
 * Words that a digest may repeat from a dump. Texts of clients are free, so each is compared with this list, and any
 * other text becomes `other`.
 */
const WORDS: ReadonlySet<string> = new Set(
  [
    // Kinds, directions, yes and no of evidence.
    'audio video application inbound outbound in out both yes no on off none unknown',
    // Candidates, transports and networks (W3C webrtc-stats).
    'host srflx prflx relay udp tcp tls bluetooth cellular ethernet wifi wimax vpn',
    // States of connections and of negotiation (W3C webrtc).
    'new checking connecting connected completed disconnected failed closed stable have-local-offer',
    'have-remote-offer have-local-pranswer have-remote-pranswer gathering complete client server',
    // Descriptions and calls.
    'offer answer pranswer rollback createOffer createAnswer setLocalDescription setRemoteDescription',
    'addIceCandidate getUserMedia getDisplayMedia balanced max-compat max-bundle',
    // Reasons of observations and of limits.
    'packets-do-not-arrive never-arrived negotiated-without-sending other-side-does-not-send cpu bandwidth',
    // Systems.
    'Windows macOS Linux Android iOS ChromeOS',
    // Names of DOMException that the APIs of WebRTC and of media capture use.
    'AbortError DataError InvalidAccessError InvalidCharacterError InvalidModificationError InvalidStateError',
    'NetworkError NotAllowedError NotFoundError NotReadableError NotSupportedError OperationError',
    'OverconstrainedError RangeError RTCError SecurityError SyntaxError TimeoutError TypeError UnknownError',
    // Encoders and decoders of the browsers.
    'libvpx libaom OpenH264 dav1d FFmpeg VideoToolbox MediaCodec ExternalEncoder ExternalDecoder',
    'SimulcastEncoderAdapter MediaFoundationVideoEncodeAccelerator VaapiVideoEncodeAccelerator',
  ].flatMap((line) => line.split(' ')),
);
const CODECS = 'opus PCMU PCMA G722 ISAC L16 red VP8 VP9 H264 H265 AV1 rtx ulpfec flexfec-03 telephone-event CN';
const CODEC_NAMES: ReadonlyMap<string, string> = new Map(CODECS.split(' ').map((name) => [name.toLowerCase(), name]));
const BROWSERS: ReadonlySet<string> = new Set([
  'Chrome',
  'Chromium',
  'Electron',
  'Firefox',
  'Microsoft Edge',
  'Opera',
  'Safari',
  'Samsung Internet for Android',
]);
const SYSTEMS: ReadonlySet<string> = new Set(['Windows', 'macOS', 'Linux', 'Android', 'iOS', 'Chrome OS']);
const DTLS_VERSIONS: Readonly<Record<string, string>> = { FEFF: '1.0', FEFD: '1.2', FEFC: '1.3' };
/** Names that this package gives to observations, parts of the recording and failures. */
const NAME = /^[a-z][a-z0-9]{0,24}(-[a-z0-9]{1,24}){0,7}$/;
const EVIDENCE_KEY = /^[a-z][A-Za-z0-9]{0,39}$/;

/** The text if it is on the list, `other` if not; undefined if there is no text. */
export function word(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return WORDS.has(value) ? value : 'other';
}

/** The codec of a MIME type such as `audio/opus`. */
export function codec(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return CODEC_NAMES.get(value.slice(value.indexOf('/') + 1, value.indexOf('/') + 33).toLowerCase()) ?? 'other codec';
}

/** `1.2` for `FEFD`. */
export function dtlsVersion(value: unknown): string | undefined {
  return typeof value === 'string' && Object.hasOwn(DTLS_VERSIONS, value) ? DTLS_VERSIONS[value] : undefined;
}

/** A name that this package made, such as that of an observation. */
export function ownName(value: string): string {
  return NAME.test(value) ? value : 'other';
}

/** The key of a value of evidence; undefined if this package cannot have made it. */
export function evidenceKey(value: string): string | undefined {
  return EVIDENCE_KEY.test(value) ? value : undefined;
}

const MAX_SENTENCE = 200;

/**
 * A sentence that this package made, but that may come from a gateway of another version: at most 200 printable ASCII
 * characters. A longer one is cut at the end of a word and marked.
 */
export function sentence(value: string): string {
  const text = value.slice(0, 2 * MAX_SENTENCE).replace(/[^\x20-\x7e]+/g, '?');
  if (text.length <= MAX_SENTENCE) return text;
  return `${text.slice(0, MAX_SENTENCE).replace(/ [^ ]*$/, '')} [...]`;
}

/** `Chrome 156 on Linux`; undefined if there is no user agent. */
export function browserOf(userAgent: unknown): string | undefined {
  if (typeof userAgent !== 'string' || userAgent === '') return undefined;
  const { browser, os } = Bowser.parse(userAgent.slice(0, 1000));
  const name = BROWSERS.has(browser.name ?? '') ? browser.name! : 'another browser';
  const major = /^\d{1,4}(?!\d)/.exec(browser.version ?? '')?.[0];
  const system = SYSTEMS.has(os.name ?? '') ? ` on ${os.name}` : '';
  return `${name}${major === undefined ? '' : ` ${major}`}${system}`;
}

/** A number with four significant digits; undefined if it is none. */
export function figure(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return String(Number(value.toPrecision(Math.abs(value) < 1e15 && Number.isInteger(value) ? 15 : 4)));
}
