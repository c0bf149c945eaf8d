/**
 * One pass over a text that tells which detectors could find anything in it, so that the others can be skipped. Each
 * trigger is a set of short patterns; all are compiled into one deterministic automaton. A pattern must be weaker than
 * the search of its detector: an unnecessary trigger costs time, a missing one a finding.
 */

import { COLUMN_BITS, COLUMNS, compile, foreignColumn } from './trigger-automaton.ts';

export const IPV4 = 1 << 0;
export const IPV6 = 1 << 1;
export const DASHED_IPV6 = 1 << 2;
export const ARPA = 1 << 3;
export const MAC = 1 << 4;
export const PRIVATE_DOMAIN = 1 << 5;
export const ADDRESS_FIELD = 1 << 6;
export const AUTHORITY = 1 << 7;
export const ICE_URL = 1 << 8;
export const JWT = 1 << 9;
export const AUTH_SCHEME = 1 << 10;
export const SECRET_NAME = 1 << 11;
export const PASSWORD_LINE = 1 << 12;
export const SDP_KEY = 1 << 13;
export const KNOWN_KEY = 1 << 14;
export const EMAIL = 1 << 15;
export const PHONE = 1 << 16;
export const CARD = 1 << 17;
export const ORIGIN_LINE = 1 << 18;
export const IDENTITY_LINE = 1 << 19;
export const DEVICE_OWNER = 1 << 20;
export const USB_ID = 1 << 21;
export const DEVICE_ID = 1 << 22;
/** Lines that occur only in session descriptions, so the text is a session description or quotes one. */
export const SDP_LINE = 1 << 24;
/** Home directories. */
export const HOME = 1 << 25;
/** A question mark, which may begin a query. */
export const QUERY = 1 << 26;
/** Escapes, percent-encoding, character references: the text has another layer. */
export const ENCODED = 1 << 23;

/**
 * Lower-case letters, digits and signs match themselves, ignoring case. `D` is a digit, `N` a digit except zero, `H` a
 * hex digit, `X` a digit or `x`, `S` and `K` separators of groups of digits, `Q` an apostrophe,
 * `B` any character that is not part of a number or word, `^` the start of a line. `{n,m}` repeats the preceding
 * character.
 */
const PATTERNS: readonly (readonly [number, string])[] = [
  [IPV4, 'X.X'],
  [IPV4, 'X-X'],
  [IPV6, ':H{0,4}:'],
  [IPV6, ':x:'],
  [DASHED_IPV6, 'HHHH-H{0,4}-'],
  [ARPA, '.arpa'],
  [MAC, 'HH:HH:HH'],
  [MAC, 'HH-HH-HH'],
  [MAC, 'HH_HH_HH'],
  [MAC, 'mac'],
  [MAC, '.HHHH.'],
  [PRIVATE_DOMAIN, '.local'],
  [PRIVATE_DOMAIN, '.lan'],
  [PRIVATE_DOMAIN, '.home'],
  [PRIVATE_DOMAIN, '.fritz.'],
  [ADDRESS_FIELD, 'candidate:'],
  // Foundation, in few states.
  [ADDRESS_FIELD, 'undat'],
  [ADDRESS_FIELD, 'raddr '],
  [ADDRESS_FIELD, 'in ip'],
  [ADDRESS_FIELD, 'in  '],
  [AUTHORITY, '//'],
  [ICE_URL, 'stun:'],
  [ICE_URL, 'stuns:'],
  [ICE_URL, 'turn:'],
  [ICE_URL, 'turns:'],
  [JWT, 'eyj'],
  [JWT, 'w3s'],
  [JWT, 'wyj'],
  [JWT, 'eya'],
  [JWT, 'ewo'],
  [AUTH_SCHEME, 'bearer'],
  [AUTH_SCHEME, 'basic'],
  [AUTH_SCHEME, 'digest'],
  [AUTH_SCHEME, 'negotiate'],
  ...[
    'passw',
    'passph',
    'private key',
    'secret',
    'token',
    'key=',
    'key:',
    'key ',
    'keyQ',
    'key"',
    'key\\',
    'cookie',
    'credential',
    'authori',
    'kennw',
    'contra',
    'senh',
    'wacht',
    'jsess',
    'phpses',
    'srf',
  ].map((word): [number, string] => [SECRET_NAME, word]),
  [PASSWORD_LINE, 'pwd'],
  [SDP_KEY, 'inline:'],
  [SDP_KEY, '^k='],
  [SDP_KEY, 'k=base64:'],
  [SDP_KEY, 'k=clear:'],
  ...wordsOf(KNOWN_KEY, 'akia asia github_ ghp_ gho_ ghu_ ghs_ ghr_ xox sk_live_'),
  [EMAIL, '@'],
  [EMAIL, '<[e'],
  ...['sip:', 'sips:', 'xmpp', 'acct:', 'skype', 'facet', 'mailt'].map((word): [number, string] => [EMAIL, word]),
  [PHONE, '+ {0,1}({0,1}N'],
  [PHONE, 'B00N'],
  [PHONE, 'B00 N'],
  [PHONE, 'B00-N'],
  [PHONE, '(0D'],
  [PHONE, 'B0N'],
  [PHONE, 'SNDDSDDDD'],
  [PHONE, ')NDDSDDDD'],
  [PHONE, ') NDDDDS'],
  [PHONE, ')NDDDDS'],
  [PHONE, ') DDD-DD-'],
  [PHONE, ')DDD-DD-'],
  ...['phone', 'tel', 'mobile', 'vil', 'celul', 'handy', 'whatsa', 'fax'].map((word): [number, string] => [
    PHONE,
    word,
  ]),
  [PHONE, 'sms:'],
  [PHONE, 'callto:'],
  [CARD, 'D{13}'],
  [CARD, 'DDDDKDDDDKDDDDK'],
  [CARD, 'KDDDDDDK'],
  ...['home/', 'users'].map((word): [number, string] => [HOME, word]),
  [QUERY, '?'],
  [QUERY, 'data:'],
  [ORIGIN_LINE, 'o='],
  ...[...'siuep'].map((letter): [number, string] => [IDENTITY_LINE, `^${letter}=`]),
  ...[...'siuep'].map((letter): [number, string] => [IDENTITY_LINE, `^ ${letter}=`]),
  [DEVICE_OWNER, 'Qs '],
  [DEVICE_OWNER, 'Q '],
  [USB_ID, '(HHHH:'],
  ...['deviceid', 'groupid', 'sourceid', 'device_id', 'group_id', 'source_id'].map((word): [number, string] => [
    DEVICE_ID,
    word,
  ]),
  ...[...'vmoa'].map((letter): [number, string] => [SDP_LINE, `^${letter}=`]),
  [ENCODED, '\\'],
  [ENCODED, '%HH'],
  [ENCODED, '&#'],
  ...['&com', '&per', '&col', '&plu', '&quo', '&lt', '&amp', '#01'].map((word): [number, string] => [ENCODED, word]),
  // The forms in which servers, native libraries and systems write values; a tilde stands for a space.
  ...wordsOf(IPV4, 'D_D'),
  ...wordsOf(ARPA, 'H{8}.'),
  ...wordsOf(MAC, 'H:H{1,2}:H{1,2}:H{1,2}:H xH{12} fffe ff:fe'),
  ...wordsOf(PRIVATE_DOMAIN, '.intern .intra .corp .speedport. .mshome. .ts.net'),
  ...wordsOf(ADDRESS_FIELD, 'ssid host~name hostname host_name host-name computer machine'),
  ...wordsOf(AUTH_SCHEME, 'nonce response='),
  ...wordsOf(SECRET_NAME, 'username: username= username" usernameQ pass= pw= psk='),
  ...wordsOf(SDP_KEY, 'mikey key-mgmt'),
  ...wordsOf(KNOWN_KEY, 'cand[ ice-str ice-peer udp~D.D tcp~D.D'),
  ...wordsOf(EMAIL, '<tel: <im: !'),
  ...wordsOf(DEVICE_OWNER, 'notreada notfounde overconstr getuserme could~not~st failed~to~all ~von~ ~de~ ~van~'),
];

function wordsOf(bit: number, list: string): [number, string][] {
  return list.split(' ').map((word) => [bit, word.replaceAll('~', ' ')]);
}

// Constants of this module, because V8 reads them a fifth faster than imported ones or fields of an object.
const BITS = COLUMN_BITS;
const COLUMN_OF = COLUMNS;
const { table: TABLE, found: FOUND, start: START } = compile(PATTERNS);

/** The triggers that `text` pulls, as a bit set. */
export function triggersOf(text: string): number {
  let found = 0;
  let state = START; // as after a line end, because patterns may require one, or the start of a word
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = TABLE[(state << BITS) + (code < 128 ? COLUMN_OF[code]! : foreignColumn(code))]!;
    found |= FOUND[state]!;
  }
  return found;
}
