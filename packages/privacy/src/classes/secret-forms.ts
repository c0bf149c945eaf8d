import { keyKind, looksLikeKey } from '../model/secret-keys.ts';
import { isPseudonym } from '../pseudonyms/pseudonym.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';

const REMOVED = '[removed]';
/** A replacement, which is not replaced again. */
const REPLACED = /^\[[a-z -]+\]?$/;
/** `, name=value` in a Digest header. The value is a quoted string or a token (RFC 9110, section 11.2). */
const DIGEST_PARAMETER =
  /[\s,;]{0,8}([A-Za-z][\w-]{0,24})\s{0,2}=\s{0,2}(?:"([^"\r\n]{0,512})"|([^\s,;"'\\&%][^\s,;"'\\]{0,512}))/dy;
const DIGEST = /\bdigest(?:\s{1,4}auth(?:entication|orization)?:?)?\s{1,4}(?=[A-Za-z][\w-]{0,24}\s{0,2}=)/gi;
/** Parameters of RFC 7616 that tell how the digest was made, not for whom. */
const DIGEST_KEPT = new Set(['algorithm', 'qop', 'nc', 'stale', 'charset', 'userhash', 'auth', 'scheme']);
/** The same parameters quoted alone, and those of Authentication-Info (RFC 7616, section 3.5). */
const DIGEST_VALUE =
  /(?<![A-Za-z0-9])(?:(?:c|next)?nonce|rspauth|ha[12]|digest[_-]?response)["']?\s{0,2}[=:]\s{0,2}(?:"([^"\r\n]{4,512})"|'([^'\r\n]{4,512})'|((?=[^\s,;"']{0,64}\d)[^\s,;"'\\&[]{4,512}))|(?<![A-Za-z0-9])response=["']?([0-9a-f]{32,128})(?![0-9a-z])/dgi;
/** MIKEY (RFC 3830) in session descriptions (RFC 4567), in RTSP, and in logs. */
const MIKEY =
  /\bkey-mgmt:\s{0,2}[\w-]{1,32}\s{1,4}([^\s"'\\#]{1,4096})|\bmikey["']?[\s:=;]{1,4}(?:(?:uri|data)=["']?)?((?=[A-Za-z0-9+/_-]{0,64}[A-Z0-9])[A-Za-z0-9+/_-]{16,4096}={0,2})/dgi;
const KEY_DATA = /\bdata=["']?([A-Za-z0-9+/]{16,4096}={0,2})/dgi;
/** `Cand[…:ufrag:pwd:network id:cost:generation]` of libwebrtc (`Candidate::ToStringInternal`). */
const LIBWEBRTC = /:[A-Za-z0-9+/]{3,256}:([A-Za-z0-9+/]{16,256})(?=(?::\d{1,5}){2,3}\])/dg;
/** `… - ufrag:pwd)` in the names of Firefox's streams, and after words for both. */
const PAIR =
  /(?:\s-\s|\bcred(?:ential)?s?\W{1,4}|\bparam(?:eter)?s?\W{1,4}|\bufrag[/:]pwd\W{1,4})['"]?[A-Za-z0-9+/]{3,256}['"]?[:/]['"]?([A-Za-z0-9+/]{20,256})(?![A-Za-z0-9+/=.])/dgi;
/** `ufrag xJ3u pwd VfWZ…`, `remote pwd 'VfWZ…'`. */
const SPACED =
  /(?<![A-Za-z0-9])(?:ice[-_ ]?)?(?:pwd|password)\s{1,4}(?:is\s)?['"]?((?=[A-Za-z0-9+/]{0,64}\d)[A-Za-z0-9+/]{20,256})(?![A-Za-z0-9+/=.])/dgi;
/** The password of candidates from before RFC 5245: `candidate:<id> 1 <password> UDP 0.900 …`. */
const OLD_CANDIDATE = /candidate:\S{1,256} \d{1,3} ([^\s[]\S{5,255}) (?:UDP|TCP(?:-\w{1,8})?) \d\.\d{1,6} /dgi;
/** An SDES key with a space or an escaped quote after its name. */
const SDES = /\binline["']?\s{0,2}[:=]\s{1,2}["']?([A-Za-z0-9+/]{24,256}={0,2})/dgi;

/** The end of a name that may be one of a key, and what separates it from the value. */
const KEY_NAME =
  /key(?:s|[_-]?(?:base64|b64|hex|material|salt|raw))?["'\\]{0,4}(?:\s{0,2}(?:=>|[=:])\s{0,2}|\s{1,2}is\s{1,2})/gi;
const NAME_LENGTH = 48;
const VALUE = /(?:"([^"\r\n]{1,512})"|'([^'\r\n]{1,512})'|["'\\]{0,4}([^\s"'\\&;,<>(){}[\]#]{1,512}))/dy;
const VALUE_END = /[\s"'\\&;,<>(){}[\]#]/;
/** `pass=hunter2`, `pw: "hunter2"`, `psk=…`: short names, which need a value that is not a count or a word. */
const PASS =
  /(?<![A-Za-z0-9])(?:user)?(?:pass|pw|psw|psk|passkey)(?:["']{0,2}\s{0,2}=>?\s{0,2}|["']{1,2}\s{0,2}:\s{0,2}|:\s{0,2}(?=["']|[^\s"',;)}\]]{0,64}\d[A-Za-z]|[^\s"',;)}\]]{0,64}[A-Za-z]\d))(?:"([^"\r\n]{1,256})"|'([^'\r\n]{1,256})'|([^\s"'\\&;,<>(){}[\]#]{1,256}))/dgi;
const NO_PASSWORD =
  /^(?:\d{1,3}|true|false|yes|no|ok|none|null|undefined|first|second|required|missing|invalid|empty|\*+)$/i;
/** The user of a server, where its password stands near. */
const USER =
  /(?<![A-Za-z0-9])(?:user[_-]?name|user|login)["']{0,2}\s{0,2}(?:=>|[=:])\s{0,2}(?:"([^"\r\n]{1,256})"|'([^'\r\n]{1,256})'|([^\s"'\\&;,<>(){}[\]#]{1,256}))/dgi;
/**
 * `user` and `login` need a password, because queries of URLs have them too; `username` may stand beside a TURN URL.
 */
const NEAR_USER = /credential|passw|(?<![a-z0-9])(?:pass|pwd|pw)["']?\s?[=:]/i;
const NEAR_USER_NAME = /credential|passw|(?<![a-z0-9])(?:pass|pwd|pw)["']?\s?[=:]|turns?:|iceServers/i;
const NO_USER =
  /^(?:null|undefined|true|false|none|empty|required|missing|invalid|unknown|password|credential|default|\d{1,3})$/i;
const CONTEXT_LENGTH = 400;
/** What a text needs for `PASS` and `USER`, in lower case. Not `pwd`, which every session description has. */
const PASS_HINTS = ['pass', 'pw=', 'pw:', 'pw"', "pw'", 'pw ', 'psw', 'psk'];
const OLD_CANDIDATE_HINTS = ['udp 0.', 'udp 1.', 'tcp 0.', 'tcp 1.', 'tcp-'];
const PAIR_HINTS = [' - ', 'cred', 'param', 'ufrag/', 'ufrag:pwd'];
const NONCE_HINTS = ['nonce', 'rspauth', 'response', 'ha1', 'ha2'];

/**
 * Reports secrets by the form in which programs write them: Digest headers, keys by name, key management, ICE passwords
 * in native logs, users of servers. `user` is the replacement of a user name.
 */
export function findSecretForms(text: string, report: Report, user: (name: string) => string): void {
  // Searching for words in lower case costs a fraction of expressions that ignore case, and most texts have none.
  const lower = text.toLowerCase();
  const has = (words: readonly string[]): boolean => words.some((word) => lower.includes(word));
  const remove: Remove = (match) => {
    const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
    if (!REPLACED.test(text.slice(start, end))) report(start, end, REMOVED);
  };
  if (lower.includes('digest')) findDigests(text, report);
  if (has(NONCE_HINTS)) eachMatch(text, DIGEST_VALUE, remove);
  if (lower.includes('mikey') || lower.includes('key-mgmt')) {
    eachMatch(text, MIKEY, remove);
    eachMatch(text, KEY_DATA, remove);
  }
  if (lower.includes(']') && lower.includes('cand')) eachMatch(text, LIBWEBRTC, remove);
  if (has(PAIR_HINTS)) eachMatch(text, PAIR, remove);
  if (lower.includes('pwd ') || lower.includes('password')) eachMatch(text, SPACED, remove);
  if (has(OLD_CANDIDATE_HINTS)) eachMatch(text, OLD_CANDIDATE, remove);
  if (lower.includes('inline')) eachMatch(text, SDES, remove);
  if (lower.includes('key')) findNamedKeys(text, report);
  if (has(PASS_HINTS)) {
    eachMatch(text, PASS, (match) => {
      const value = match.slice(1).find((group) => group !== undefined)!;
      if (!NO_PASSWORD.test(value)) remove(match);
    });
  }
  if (!lower.includes('user') && !lower.includes('login')) return;
  eachMatch(text, USER, (match) => {
    const value = match.slice(1).find((group) => group !== undefined)!;
    if (NO_USER.test(value) || REPLACED.test(value) || isPseudonym(value)) return;
    const from = Math.max(0, match.index - CONTEXT_LENGTH);
    const near = /^user[_-]?name/i.test(match[0]) ? NEAR_USER_NAME : NEAR_USER;
    if (!near.test(text.slice(from, match.index + match[0].length + CONTEXT_LENGTH))) return;
    const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
    const clean = user(value);
    if (clean !== value) report(start, end, clean);
  });
}

type Remove = (match: RegExpExecArray) => void;

function findDigests(text: string, report: Report): void {
  eachMatch(text, DIGEST, (head) => {
    let end = head.index + head[0].length;
    DIGEST_PARAMETER.lastIndex = end;
    for (let match = DIGEST_PARAMETER.exec(text); match !== null; match = DIGEST_PARAMETER.exec(text)) {
      end = DIGEST_PARAMETER.lastIndex;
      const value = match[2] ?? match[3]!;
      if (value === '' || DIGEST_KEPT.has(match[1]!.toLowerCase()) || REPLACED.test(value)) continue;
      report(...(match.indices![2] ?? match.indices![3]!), REMOVED);
    }
    // Not again from the next name: a parameter may be named like the scheme.
    DIGEST.lastIndex = end;
  });
}

function findNamedKeys(text: string, report: Report): void {
  eachMatch(text, KEY_NAME, (match) => {
    const before = wordBefore(text, match.index);
    // In prose, the word before `key` belongs to the name: `license key: …`.
    const spaced = before === '' && text.charAt(match.index - 1) === ' ' ? wordBefore(text, match.index - 1) : '';
    const word = /^key[A-Za-z0-9_-]{0,16}/i.exec(match[0])![0];
    const name = spaced === '' ? before + word : `${spaced}_${word}`;
    const kind = keyKind(name);
    if (kind === undefined) return;
    VALUE.lastIndex = match.index + match[0].length;
    const found = VALUE.exec(text);
    if (found === null) return;
    const value = found.slice(1).find((group) => group !== undefined)!;
    const isProse = spaced !== '' || match[0].endsWith(' is ');
    const isBare = /^keys?$/i.test(name);
    const isSecret =
      kind === 'secret' && !isProse
        ? !NO_PASSWORD.test(value)
        : looksLikeKey(value, isBare) || (kind === 'secret' && /\d/.test(value) && value.length >= 6);
    if (!isSecret || REPLACED.test(value)) return;
    const [start, last] = found.indices!.findLast((range) => range !== undefined)!;
    let end = last;
    while (found[3] !== undefined && end < text.length && !VALUE_END.test(text.charAt(end))) end++;
    report(start, end, REMOVED);
    KEY_NAME.lastIndex = end;
  });
}

/** The letters, digits, dashes and underscores that end at `end`. */
function wordBefore(text: string, end: number): string {
  let start = end;
  while (end - start < NAME_LENGTH && /[A-Za-z0-9_-]/.test(text.charAt(start - 1))) start--;
  return text.slice(start, end);
}
