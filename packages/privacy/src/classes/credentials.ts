import { looksLikeKey } from '../model/secret-keys.ts';
import { isPseudonym, type Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { COLON, DASH, DOT, EQUALS, LONG, SPACE, UNDERSCORE } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';
import { findSecretForms } from './secret-forms.ts';
import { isNoCookie, isNoSecret } from './secret-states.ts';
import type { TextClass } from './text-class.ts';

const REMOVED = '[removed]';
/**
 * A JWT (RFC 7519): three parts; the first begins with `{"` in base64url. Matching from the beginning of the word keeps
 * the time linear.
 */
const JWT = /(?<![\w-])(?=[\w-]*\.[\w-]{4})[\w-]*?(eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)?)/dg;
/** A JWT in capitals, as programs that fold the case of messages write it. It can be read by guessing. */
const UPPER_JWT = /(?<![\w-])(EYJ[A-Z\d_-]{4,}\.EYJ[A-Z\d_-]{4,}(?:\.[A-Z\d_-]*)?)/dg;
/**
 * Base64 of JSON (`{"`, `[{"`, `["`, also followed by a space or line break), such as half of a JWT: it encodes data
 * that would be replaced in clear text.
 */
const ENCODED_JSON = /(?<![\w+/-])(?:eyJ|eyAi|ewog|ewoJ|W3si|WyJ)[\w+/-]{17,}={0,2}/g;
/** An authorization header (RFC 9110, section 11.6.2) with a scheme other than those in HEADER. */
const AUTHORIZATION =
  /authorization["']?\s{0,2}[=:]\s{0,2}["']?(?!digest\s)[A-Za-z][\w-]{1,20}\s+((?=[^\s"']*\d)[^\s"']{6,}(?:,\s?\w+=[^\s"',]+)*)/dgi;
/** Authorization schemes of RFC 7617, RFC 6750 and RFC 4559; Digest has parameters (secret-forms.ts). */
const HEADER = /\b(?:bearer|basic|digest(?!\s+[\w-]{1,24}\s{0,2}=)|negotiate)\s+([A-Za-z0-9+/=._~-]{6,})/dgi;
const COOKIE =
  /\b(?:set-)?cookie2?["']?\s{0,2}(?::|=(?=[^\s"=]{1,64}=))\s{0,2}["']?(?!\[removed\])([^\r\n"]+(?:(?<==)"[^"\r\n]*"[^\r\n"]*)*)/dgi;
/** `name=value`, `name: value`, in URLs, forms, JSON text and prose. The name may have a prefix. */
const NAMED =
  /(?:pass(?:word|wort|wd|phrase)|kennwort|contrase[ñn]a|mot[\s_-]de[\s_-]passe|senha|wachtwoord|пароль|密码|密碼|パスワード|secret|(?:j|php)sess(?:ion)?id|csrf\w{0,8}|xsrf[\w-]{0,8}|ice_?pwd|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|signature|session[_-]?(?:cookie|key)|ice-pwd|passcode|(?:\b|_)(?:pwd|jwt|sig|sid|auth|otp))["']?\s{0,2}[=:]>?\s{0,2}(?!\[[a-z -]+\])(?:"([^"\r\n]{1,256})"|'([^'\r\n]{1,256})'|["']?((?!(?:bearer|basic|digest)\s)[^\s"'&;,<>)}\]]+))/dgi;
/** Tokens with a prefix that their issuers defined so that leaked tokens can be found. */
const PREFIXED =
  /(?<![\w-])(?:gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|sk_(?:live|test)_\w{10,}|A[KS]IA[0-9A-Z]{16}|github_pat_\w{20,}|npm_\w{30,}|hf_\w{30,}|ya29\.[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|AIza[\w-]{30,}|glpat-[\w-]{16,})/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/**
 * The ICE password of RFC 8839, section 5.4, and SDP keys of RFC 4568, section 9.1. In any text, because errors quote
 * SDP.
 */
const ICE_PASSWORD = /\bice-pwd:(?!\[)([^\s"'\\]+)/dg;
const SDES_KEY = /\binline:(?!\[)([^\s"'\\|]+)/dgi;
const SDP_KEY = /(?:(?:^|[\r\n])k=(?!\[)|\bk=(?:clear|base64|uri):(?!\[))([^\r\n\s]+)/dg;
/** An extension of libjingle's candidates, from before passwords were in SDP. */
const CANDIDATE_PASSWORD = /\spassword (?!\[)(\S+)/dg;
/** `<expiry>:<user>` (draft-uberti-behave-turn-rest). */
const TURN_REST = /^(\d{9,11}):(.*)$/s;

/**
 * Secrets that let someone act on behalf of another. They are removed completely because they have no use in
 * statistics.
 */
export function credentials(pseudonyms: Pseudonyms | null): TextClass {
  const hide = (text: string): string => (text === '' || text === REMOVED || isNoSecret(text) ? text : REMOVED);
  const turnUser = (text: string): string => {
    const [, expiry, user] = TURN_REST.exec(text) ?? [undefined, undefined, text];
    if (pseudonyms === null) return hide(text);
    if (user === '' || isPseudonym(user!)) return text;
    const clean = pseudonyms.of('turnuser', user!);
    return expiry === undefined ? clean : `${expiry}:${clean}`;
  };
  return {
    name: 'credentials',
    needs: [COLON, EQUALS, SPACE, DOT, DASH, UNDERSCORE, LONG],
    whole: {
      secret: hide,
      // Undefined: the value is no key, so it is searched as text.
      maybeKey: (text) => (looksLikeKey(text, false) ? hide(text) : undefined),
      bareKey: (text) => (looksLikeKey(text, true) ? hide(text) : undefined),
      turnUser,
    },
    find(text, _role, report) {
      if (text.includes('eyJ')) eachMatch(text, JWT, (match) => report(...match.indices![1]!, '[token]'));
      if (text.includes('EYJ')) eachMatch(text, UPPER_JWT, (match) => report(...match.indices![1]!, '[token]'));
      if (ENCODED.test(text)) whole(text, ENCODED_JSON, '[token]', report);
      if (text.includes('ice-pwd')) group(text, ICE_PASSWORD, report);
      if (/inline:/i.test(text)) group(text, SDES_KEY, report);
      if (text.includes('k=')) group(text, SDP_KEY, report);
      findSecretForms(text, report, turnUser);
      if (!HINT.test(text)) return;
      if (text.includes('candidate:')) group(text, CANDIDATE_PASSWORD, report);
      group(text, AUTHORIZATION, report);
      group(text, HEADER, report);
      group(text, COOKIE, report, isNoCookie);
      group(text, NAMED, report, isNoSecret);
      whole(text, PREFIXED, '[token]', report);
      whole(text, PRIVATE_KEY, REMOVED, report);
    },
  };
}

const ENCODED = /eyJ|eyAi|ewo[gJ]|W3si|WyJ/;

/** Matches every text that one of the patterns below could match: one search instead of five. */
const HINT =
  /bearer|basic|digest|negotiate|cookie|pass|kennwort|contrase|senha|wachtwoord|пароль|密码|密碼|パスワード|sess|[cx]srf|secret|token|key|credential|auth|sig|pwd|jwt|sid|otp|gh[pousr]_|xox|sk[-_]|A[KS]IA|_pat_|npm_|hf_|ya29|SG\.|AIza|glpat/i;

function whole(text: string, pattern: RegExp, replacement: string, report: Report): void {
  eachMatch(text, pattern, (match) => report(match.index, match.index + match[0].length, replacement));
}

/** Removes the last group of the pattern that matched, unless `isHarmless` says that its value is not a secret. */
function group(text: string, pattern: RegExp, report: Report, isHarmless = (_: string): boolean => false): void {
  eachMatch(text, pattern, (match) => {
    const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
    const value = text.slice(start, end);
    if (value !== REMOVED && !isHarmless(value)) report(start, end, REMOVED);
  });
}
