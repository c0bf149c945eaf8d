import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { isKeyName } from './key-names.ts';
import { isNeutral } from './neutral.ts';
import { findSecretForms } from './secret-forms.ts';
import { AUTH_SCHEME, JWT, KNOWN_KEY, PASSWORD_LINE, SDP_KEY, SECRET_NAME } from './triggers.ts';

/**
 * Names of properties with secret values, in lower case without dashes and underscores; also as suffixes (`authToken`).
 */
const SECRET_PROPERTY =
  /(?:password|passwort|kennwort|contrase.a|motdepasse|senha|wachtwoord|пароль|密码|密碼|passwd|passphrase|passcode|secret|tokens?|jwt|apikey|accesskey|privatekey|secretkey|sessionkey|authorization|cookie|credentials?|pwd|bearer)$|^(?:pass|pin|pincode|otp|username)$/;
const CONTENT = /^(?:value|raw|text|data|key|content|string|encoded|mac_?key)$/i;
/** JSON Web Tokens (RFC 7519). Searched from the start of the word: once per word, and only in words before a dot. */
const WEB_TOKENS = /(?<![\w-])(?=[\w-]*\.[\w-]{4})[\w-]*?(eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)*)/g;
const ENCODED_JSON = /(?<![\w+/-])((?:eyJ|W3si|WyJ|eyAi|ewo[gJ])[\w+/-]{17,})/g;
const SCHEMES = /\b(?:bearer|basic|digest(?! +[\w-]{1,24} {0,2}=)|negotiate)[ +]+([\w.~+/-]{8,}=*)/gi;
/** The name of a secret, a separator and a value, as in query strings, headers and printed objects. */
const VALUE = String.raw`["'\\]*[^\S\r\n]*[:=]>?[^\S\r\n]*["'\\]*(?:(?:bearer|basic)\s+)?([^\s"'\\&;,)}\]]{3,}\]?)`;
const ASSIGNMENTS = new RegExp(
  `(?:password|passwort|kennwort|contrase.a|senha|wachtwoord|(?:j|php)sess(?:ion)?id|[cx]srf\\w{0,32}|passwd|passphrase|secret|token|(?:api|access|private|secret|session)[_-]?key|authorization|cookie|credential)${VALUE}`,
  'gi',
);
/** `a=ice-pwd:` in SDP (RFC 8839, section 5.4), and similar names. */
const PASSWORDS = new RegExp(`pwd${VALUE}`, 'gi');
/** Passwords in candidates of Microsoft (MS-ICE2). */
const CANDIDATE_PASSWORDS = /candidate:[^\r\n]{0,400}? password (\S{4,256})/gi;
/** SDES keys (RFC 4568), and the obsolete session keys of RFC 4566, section 5.12. */
const SDES_KEYS = /\ba=crypto:\d+ \S+ inline:(\S+)/gi;
const SESSION_KEYS = /(?:^k=(?!prompt\s*$)(?:\w+:)?|\bk=(?:base64|clear):)(\S+)/gim;
/** Private keys (RFC 7468); the first line of the key may be on the next line of the text. */
const PRIVATE_KEYS = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----(?:\s|\\[rn]){0,8}([\w+/=]{8,})/g;
const KNOWN_KEYS =
  /\b(A[KS]IA[\dA-Z]{16}|github_pat_\w{20,}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,})\b/g;
const NO_SECRET =
  /^(?:null|nil|undefined|true|false|yes|no|on|off|none|n\/?a|password|oauth|bearer|basic|digest|negotiate|(?:en|dis)abled|required|optional|missing|(?:in)?valid|expired|revoked|rejected|denied|blocked|allowed|granted|accepted|present|absent|(?:un)?available|(?:un)?supported|empty|unset|unknown|provided|unchanged|refreshed|not(?:[ _-](?:set|found|available|present|required|supported|provided|allowed))?|\d{1,3}|\[[a-z -]{1,40}\])[.!?]?$/i;

/**
 * Class `credentials`: tokens, authorization headers, values whose name marks them as secret, ICE passwords, SDES keys,
 * user names of TURN servers (`<expiry>:<user>`).
 */
export const credentialDetector: Detector = {
  class: 'credentials',
  triggers: JWT | AUTH_SCHEME | SECRET_NAME | PASSWORD_LINE | SDP_KEY | KNOWN_KEY,
  find(text, _place, triggers) {
    const hits: Hit[] = [];
    if (triggers & JWT) {
      collect(text, WEB_TOKENS, hits);
      collect(text, ENCODED_JSON, hits);
    }
    if (triggers & AUTH_SCHEME) collect(text, SCHEMES, hits, looksRandom);
    if (triggers & SECRET_NAME) {
      collect(text, ASSIGNMENTS, hits);
      collect(text, PRIVATE_KEYS, hits);
      collect(text, CANDIDATE_PASSWORDS, hits);
    }
    if (triggers & PASSWORD_LINE) collect(text, PASSWORDS, hits);
    if (triggers & SDP_KEY) {
      collect(text, SDES_KEYS, hits);
      collect(text, SESSION_KEYS, hits);
    }
    if (triggers & KNOWN_KEY) collect(text, KNOWN_KEYS, hits);
    findSecretForms(text, hits);
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
  judges: (name) => SECRET_PROPERTY.test(plain(name)) || CONTENT.test(name) || isKeyName(name),
  judge(text, place) {
    if (isNeutral(text) || NO_SECRET.test(text)) return false;
    // `{"token": {"value": …}}`: the content of a secret.
    if (!SECRET_PROPERTY.test(plain(place.name ?? '')) && !isKeyName(place.name ?? '')) {
      return place.kind === 'value' && SECRET_PROPERTY.test(plain(place.holder ?? ''));
    }
    // Tokens in a number are a count.
    if (/tokens$/i.test(place.name ?? '')) return place.kind === 'value';
    if (plain(place.name ?? '') !== 'username') return true;
    // The expiry in a TURN REST user name is not personal.
    return place.kind === 'value' && place.within('iceServers') && !isNeutral(text.replace(/^\d{9,11}:/, ''));
  },
};

/** `X-Api_Key` -> `xapikey`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

function collect(text: string, pattern: RegExp, hits: Hit[], accepts = (_: string) => true): void {
  for (const match of text.matchAll(pattern)) {
    const value = match[1]!;
    if (isNeutral(value) || NO_SECRET.test(value) || /^\[[a-z][a-z -]*(?:\]|$)/.test(value) || !accepts(value))
      continue;
    const end = match.index + match[0].length;
    hits.push({ start: end - value.length, end });
  }
}

/** Distinguishes `Basic YW5uYTpwYXNz` from `basic authentication`. */
function looksRandom(value: string): boolean {
  return /\d|=|[a-z][A-Z]/.test(value);
}
