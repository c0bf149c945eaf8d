import type { Hit } from './detector.ts';
import { isKeyName } from './key-names.ts';
import { isNeutral } from './neutral.ts';

/** Parameters of a Digest header (RFC 7616). */
const DIGESTS =
  /\bdigest {1,4}((?:[a-z][\w-]{0,24} {0,2}= {0,2}(?:"[^"\r\n]{0,512}"|[^\s,;"'\\&%][^\s,;"'\\]{0,512})[,; ]{0,4}){1,24})/dgi;
const PARAMETERS = /([a-z][\w-]{0,24}) {0,2}= {0,2}(?:"([^"\r\n]{0,512})"|([^\s,;"]{1,512}))/dgi;
/** They tell how a digest was made. */
const HARMLESS = new Set(['algorithm', 'qop', 'nc', 'stale', 'charset', 'userhash', 'auth', 'scheme']);
/** The server's and the client's nonce and the hash of the password, quoted alone. */
const NONCES =
  /(?<![a-z\d])(?:c|next)?nonce["']?\s{0,2}[=:]\s{0,2}["']?((?=[\w+/=.-]{0,64}\d)[\w+/=.-]{4,512})|(?<![a-z\d])response="?([\da-f]{32,128})(?![\da-z])/dgi;
/** MIKEY messages (RFC 3830) in session descriptions (RFC 4567). */
const MIKEY =
  /\bkey-mgmt: {0,2}[\w-]{1,32} {1,4}([\w+/=]{8,4096})|\bmikey;[^\r\n]{0,256}? data=["'\\]{0,4}([\w+/=]{8,4096})|\bmikey[ :=]{1,4}((?=[a-z+/_-]{0,64}[A-Z\d])[\w+/-]{16,4096})/dg;
/** The password beside the user fragment, as libwebrtc and Gecko log both. */
const ICE_PAIRS =
  /:[A-Za-z\d+/]{3,256}:([A-Za-z\d+/]{16,256})(?:(?::\d{1,5}){2,3}\])|\s-\s[A-Za-z\d+/]{3,256}:([A-Za-z\d+/]{20,256})\)|\([A-Za-z\d+]{4,32}\/((?=[A-Za-z+/]{0,64}\d)[A-Za-z\d+/]{22,256})\)/dg;
const ICE_WORDS = /(?<![a-z\d])pwd {1,4}['"]?((?=[A-Za-z\d+/]{0,64}\d)[A-Za-z\d+/]{20,256})(?![\w+/=.])/dgi;
/** The third field of candidates in drafts of ICE from before 2007. */
const OLD_CANDIDATES = /candidate:\S{1,256} \d{1,3} ([^\s[]\S{5,255}) (?:UDP|TCP) \d\.\d{1,6} /dgi;
const ASSIGNED =
  /([\w-]{1,40}key|encryption key)(?:_?base64)?["'\\]{0,4}\s{0,2}[=:]>?\s{0,2}["'\\]{0,4}([^\s"'\\&;,<>(){}[\]#]{3,512})/dgi;
const PASS = /(?<![A-Za-z\d])(?:pass|pw|psk)=["']?([^\s"'\\&;,<>(){}[\]#]{4,256})/dgi;
const USERS =
  /(?<![A-Za-z\d])username["']{0,2}\s{0,2}[=:]\s{0,2}["']?((?![<>{}()[\]])[^\s"'\\&;,<>(){}[\]#]{3,256})/dgi;
const SERVER = /credential|turns?:|iceServers/i;
const NO_VALUE =
  /^(?:\d{1,3}|true|false|yes|none|null|undefined|first|second|required|missing|invalid|empty|unknown|default|password|credential|\*+)$/i;

/** Distance at which the user of a server stands from its password or URL. */
const CONTEXT_LENGTH = 200;

/** Patterns with words that a text needs, in lower case, so that most texts need not be searched. */
const PATTERNS: readonly (readonly [words: readonly string[], pattern: RegExp])[] = [
  [['nonce', 'response'], NONCES],
  [['mikey', 'key-mgmt'], MIKEY],
  [['cand[', ' - ', '/'], ICE_PAIRS],
  [['pwd '], ICE_WORDS],
  [['udp 0.', 'udp 1.', 'tcp 0.', 'tcp 1.'], OLD_CANDIDATES],
  [['pass=', 'pw=', 'psk='], PASS],
];

/** Secrets that are recognized by the form in which programs write them. */
export function findSecretForms(text: string, hits: Hit[]): void {
  const lower = text.toLowerCase();
  for (const digest of !lower.includes('digest') ? [] : text.matchAll(DIGESTS)) {
    const shift = digest.indices![1]![0];
    for (const match of digest[1]!.matchAll(PARAMETERS)) {
      const [start, end] = (match.indices![2] ?? match.indices![3])!;
      if (!HARMLESS.has(match[1]!.toLowerCase())) add(match[2] ?? match[3]!, start + shift, end + shift, hits);
    }
  }
  for (const [words, pattern] of PATTERNS) {
    if (!words.some((word) => lower.includes(word))) continue;
    for (const { indices } of text.matchAll(pattern)) {
      const [start, end] = indices!.findLast((range) => range !== undefined)!;
      add(text.slice(start, end), start, end, hits);
    }
  }
  for (const { 1: name, 2: value, indices } of !lower.includes('key') ? [] : text.matchAll(ASSIGNED)) {
    if (isKeyName(name!) || /^(?:encryption key|key)$/i.test(name!)) add(value!, ...indices![2]!, hits);
  }
  for (const { 1: value, index, indices } of !lower.includes('username') ? [] : text.matchAll(USERS)) {
    if (!SERVER.test(text.slice(Math.max(0, index - CONTEXT_LENGTH), index + CONTEXT_LENGTH))) continue;
    add(value!.replace(/^\d{9,11}:/, ''), ...indices![1]!, hits);
  }
}

function add(value: string, start: number, end: number, hits: Hit[]): void {
  if (isNeutral(value) || NO_VALUE.test(value) || value.startsWith('[')) return;
  hits.push({ start, end });
}
