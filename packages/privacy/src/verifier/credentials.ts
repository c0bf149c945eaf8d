import { COLON, EQUALS, LETTER } from './characters.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral } from './neutral.ts';

/** Names, without case, dashes and underscores, whose value opens something. Ends of names: `authToken`, `x-api-key`. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|passcode|secret|token|jwt|apikey|accesskey|privatekey|secretkey|sessionkey|authorization|proxyauthorization|cookie|credential|credentials|icepwd|pwd|bearer)$/;
const PIN_NAME = /^(?:pin|pincode|otp)$/;
const JWT = /eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)*/g;
const SCHEME = /\b(?:bearer|basic|digest|negotiate)[ +]+([\w.~+/-]{8,}=*)/gi;
const ASSIGNMENT =
  /(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|cookie|credential|ice[_-]?pwd|\bpwd)["'\\]*\s*[:=]\s*["'\\]*(?:(?:bearer|basic)\s+)?([^\s"'\\&;,)}\]]{3,}\]?)/gi;
/** SDP: SDES keys (RFC 4568) and keys of the session (RFC 8866). */
const SDES = /\ba=crypto:\d+ \S+ inline:(\S+)/g;
const SDP_KEY = /^k=(?!prompt\s*$)(?:\w+:)?(\S+)/gm;
const KNOWN_KEYS = /\b(?:AKIA[\dA-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,})\b/g;
const NO_SECRET =
  /^(?:null|undefined|true|false|none|password|oauth|bearer|basic|required|missing|invalid|expired|\d{1,3}|\[.*\])$/i;

/**
 * Class `credentials`: tokens, authorization headers, values whose name says that they are secret, ICE passwords, SDES keys,
 * user names of TURN servers (`<expiry>:<user>`).
 */
export const credentialDetector: Detector = {
  class: 'credentials',
  readsNumbers: true,
  find(text, place, layer, shape) {
    if (layer === 0 && isSecretValue(text, place)) return [{ start: 0, end: text.length }];
    if (place.kind === 'number' || (shape & LETTER) === 0 || text.length < 8) return NONE;
    const hits: Hit[] = [];
    if (text.includes('eyJ')) collect(text, JWT, 0, hits);
    if (/bearer|basic|digest|negotiate/i.test(text)) collect(text, SCHEME, 1, hits, looksRandom);
    if (shape & (COLON | EQUALS) && /pass|pwd|secret|token|key|auth|cookie|credential/i.test(text)) {
      collect(text, ASSIGNMENT, 1, hits);
    }
    if (text.includes('inline:')) collect(text, SDES, 1, hits);
    if (text.includes('k=')) collect(text, SDP_KEY, 1, hits);
    if (/AKIA|gh[pousr]_|xox|sk_live_/.test(text)) collect(text, KNOWN_KEYS, 0, hits);
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
};

function collect(text: string, pattern: RegExp, group: 0 | 1, hits: Hit[], accepts = (_: string) => true): void {
  for (const match of text.matchAll(pattern)) {
    const value = match[group]!;
    if (isNeutral(value) || NO_SECRET.test(value) || value.startsWith('[') || !accepts(value)) continue;
    const end = match.index + match[0].length;
    hits.push({ start: end - value.length, end });
  }
}

/** Tells `Basic YW5uYTpwYXNz` from `basic authentication`. */
function looksRandom(value: string): boolean {
  return /\d|=|[a-z][A-Z]/.test(value);
}

function isSecretValue(text: string, place: Place): boolean {
  if (place.kind !== 'value' && place.kind !== 'number') return false;
  const name = place.name?.toLowerCase().replaceAll(/[_-]/g, '') ?? '';
  if (isNeutral(text) || NO_SECRET.test(text)) return false;
  // The expiry in front of a TURN REST user name says nothing of a person.
  if (name === 'username') {
    return place.kind === 'value' && place.within('iceServers') && !isNeutral(text.replace(/^\d{9,11}:/, ''));
  }
  return SECRET_NAME.test(name) || PIN_NAME.test(name);
}
