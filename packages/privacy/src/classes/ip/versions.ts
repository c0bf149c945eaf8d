/**
 * Versions with four numbers are written like IPv4 addresses. A number counts as a version if a word directly before it
 * says so and its parts have the sizes of a version.
 */

/** Words before a slash that are a transport or a party, not a product: `UDP/203.0.113.5`. */
const NO_PRODUCT =
  /^(?:IP|IPV?[46]|UDP|TCP|TLS|DTLS|RTP|RTCP|ICE|STUNS?|TURNS?|HOST|RELAY|SRFLX|PRFLX|ADDR|ADDRESS|CLIENT|PEER|SERVER|REMOTE|LOCAL|FROM|TO|VIA|ROOM|USER|NET|NETWORK|SUBNET)$/i;
/** `product/version` (RFC 9110, section 10.1.5), capitalized as in browsers, at the start of a word. */
const PRODUCT = /[\s("',;]([A-Z][A-Za-z0-9_+-]*)\/$/;
/** Longest product name; a longer text may be the path of a URL. */
const MAX_PRODUCT_LENGTH = 40;

/** What may stand between a word and its version: `ver: `, `version is `, `"chrome":"`, `build (`. */
const GAP = String.raw`(?:\s(?:is|was|number|no\.?))?["'\\]{0,3}(?:\s{0,2}[:=(]\s{0,2}|\s{1,2}|-)["'\\(]{0,3}v?$`;
const WORDS = 'v\\.?|version|vers|ver|build|release|firmware|revision|rev';
/** A whole word, or the end of a camel-case name. A lower-case letter before the word makes another: `conversion`. */
const VERSION_WORD = new RegExp(`(?<![A-Za-z])(?:${WORDS})${GAP}`, 'i');
const CAMEL_WORD = new RegExp(`(?<=[a-z])(?:Version|Ver|Build|Release)${GAP}`);
/**
 * Browsers, runtimes, systems and libraries, which have versions and no addresses. Servers (Asterisk, Janus, coturn)
 * are left out on purpose: a log may write the address of one in the same way.
 */
const SOFTWARE = new RegExp(
  `(?<![A-Za-z0-9.@/-])(?:(?:(?:google|microsoft|ms|headless|android|mobile)[ -])?(?:${[
    'chrome',
    'chromium',
    'chromeos',
    'electron',
    'firefox',
    'safari',
    'opera',
    'brave',
    'vivaldi',
    'yandex(?:browser)?',
    'samsung ?(?:browser|internet)',
    '(?:app(?:le)?)?webkit',
    'gecko',
    'blink',
    'trident',
    'webview2?',
    'cef',
    'cordova',
    'capacitor',
    'react[ -]native',
    'node\\.?js',
    'deno',
    'v8',
    'android',
    'ios',
    'ipados',
    'mac ?os(?: ?x)?',
    'windows(?: nt)?',
    'ubuntu',
    'debian',
    'linux',
    'webrtc',
    'lib[a-z0-9]{2,24}',
    '[a-z][a-z0-9_-]{0,24}[_ -]?sdk',
    'sdk',
    'webrtc[ -]adapter',
    'adapter\\.js',
    'openssl',
    'boringssl',
    'ffmpeg',
    'gstreamer',
    'driver',
    'plug-?in',
    'extension',
  ].join('|')}))${GAP}`,
  'i',
);
/** Only with a capital letter: in lower case, `edge` is a kind of server. */
const EDGE = new RegExp(`(?<![A-Za-z0-9.@/-])Edg(?:e|HTML)${GAP}`);
/** The longest word with the longest gap, in characters. */
const MAX_BEFORE = 64;
/** The longest run of separators that `isBehindWord` skips. */
const MAX_GAP = 16;
const SEPARATORS = ' \t:=("\'\\-';
/** The major numbers of browsers have reached 150. From 200 on, the number is taken for an address. */
const MAX_MAJOR = 199;

/** Whether the four numbers at `start` are a version because of the text before them. */
export function isVersion(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (before === 47) {
    if (!/^(?:$|[\s)"',;])/.test(text.slice(end, end + 1))) return false;
    const from = start - MAX_PRODUCT_LENGTH;
    const product = PRODUCT.exec(from < 0 ? ` ${text.slice(0, start)}` : text.slice(from, start));
    return product !== null && !NO_PRODUCT.test(product[1]!);
  }
  if ((before | 32) === 118 && !/[A-Za-z0-9]/.test(text.charAt(start - 2)) && !isPort(text, end)) return true;
  // A port, the length of a prefix, or a zone: an address.
  if (isPort(text, end) || /[/%]/.test(text.charAt(end))) return false;
  const number = text.slice(start, end);
  if (!canBeVersion(number) || !isBehindWord(text, start)) return false;
  const words = text.slice(Math.max(0, start - MAX_BEFORE), start);
  if (VERSION_WORD.test(words) || CAMEL_WORD.test(words)) return true;
  return isSoftwareVersion(number) && (SOFTWARE.test(words) || EDGE.test(words));
}

/** Whether there is a letter or dot before the separators; a cheap check that most addresses fail. */
function isBehindWord(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && start - at < MAX_GAP && SEPARATORS.includes(text.charAt(at))) at--;
  return /[A-Za-z0-9.]/.test(text.charAt(at)) && at < start - 1;
}

/**
 * Whether the numbers can be a version: a major number that a browser may reach, a minor number below 100, and not an
 * address of a private network (RFC 1918, RFC 6598).
 */
export function canBeVersion(number: string): boolean {
  return isKeyedVersion(number) && !number.startsWith('10.');
}

/** The same for the value of a property for versions, where 10.x is a version of Windows or iOS. */
export function isKeyedVersion(number: string): boolean {
  const [major, minor] = number.split('.').map(Number) as [number, number];
  if (major > MAX_MAJOR || minor > 99) return false;
  return !(major === 172 && minor >= 16 && minor <= 31) && !(major === 100 && minor >= 64);
}

/**
 * Next to the name of a program, an address is more likely than next to `version`, so the middle parts must be small.
 */
export function isSoftwareVersion(number: string): boolean {
  const [, minor, patch] = number.split('.').map(Number) as [number, number, number];
  return canBeVersion(number) && minor <= 20 && patch <= 50;
}

function isPort(text: string, end: number): boolean {
  return text.charCodeAt(end) === 58 && text.charCodeAt(end + 1) >= 48 && text.charCodeAt(end + 1) <= 57;
}
