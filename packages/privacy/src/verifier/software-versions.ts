/** Tells versions with four numbers from IPv4 addresses by the word before them and by their sizes. */

const VERSION_WORDS = new Set(['v', 'version', 'vers', 'ver', 'build', 'release', 'firmware', 'revision', 'rev']);
/**
 * Programs that run on users' machines. Servers are missing, because a number next to their name may be their address.
 */
const PROGRAMS = new Set(
  (
    'chrome chromium chromeos electron firefox safari opera brave vivaldi yandex yandexbrowser samsungbrowser internet webkit ' +
    'applewebkit appwebkit gecko blink trident webview webview2 cef cordova capacitor native nodejs node.js deno v8 android ios ' +
    'ipados macos os x windows nt ubuntu debian linux webrtc sdk adapter webrtc-adapter adapter.js openssl boringssl ffmpeg ' +
    'gstreamer driver plugin plug-in extension'
  ).split(' '),
);
/** Names of properties for programs; short ones that may have an address are checked by size like all. */
const PROGRAM_PROPERTIES = new Set(
  'ver build release firmware revision chrome chromium electron firefox safari edge opera webkit gecko blink v8 deno webrtc libwebrtc webview cordova android ios macos windows sdk'.split(
    ' ',
  ),
);
/** The last word before the number, its separators, and a `v` at the number. */
const WORD_BEFORE =
  /(?:^|[^\w.@/-])([\w.-]{0,48}?)(?: (?:is|was|number|no\.?))?["'\\]{0,3}(?:\s{0,2}[:=(]\s{0,2}|\s{1,2}|-)["'\\(]{0,3}v?$/i;
const LONGEST_BEFORE = 72;

/**
 * Whether the word before the number says that it is a version. A port, prefix length or zone after it says otherwise.
 */
export function isBehindVersionWord(text: string, start: number, end: number, parts: readonly number[]): boolean {
  if (!hasVersionSizes(parts, false) || /^(?::\d|[/%])/.test(text.slice(end, end + 2))) return false;
  const before = text.slice(Math.max(0, start - LONGEST_BEFORE), start);
  if (!/[\s:=("'\\-]v?$/i.test(before)) return false;
  const word = WORD_BEFORE.exec(before)?.[1];
  if (word === undefined || word === '') return false;
  if (isVersionWord(word)) return true;
  return hasProgramSizes(parts) && isProgram(word);
}

/** `version`, `app_version`, `sdkVersion`; not `conversion`. */
function isVersionWord(word: string): boolean {
  const last = word
    .replace(/\.$/, '')
    .split(/[_.-]|(?<=[a-z])(?=[A-Z])/)
    .at(-1)!;
  return VERSION_WORDS.has(last.toLowerCase());
}

function isProgram(word: string): boolean {
  if (/^Edg(?:e|HTML)$/.test(word)) return true;
  const lower = word.toLowerCase();
  return PROGRAMS.has(lower) || /^lib[a-z\d]{2,24}$/.test(lower) || /^[a-z][\w-]{0,24}[_-]sdk$/.test(lower);
}

/** Whether a property of this name holds the version of a program: `chrome`, `appBuild`, `sdk_ver`. */
export function isProgramName(name: string): boolean {
  if (PROGRAM_PROPERTIES.has(name.toLowerCase())) return true;
  return (
    /^(?:app|sdk|client|browser|os|engine|lib|platform|chrome|server)[_-]?(?:ver|build|release|firmware|revision)/i.test(
      name,
    ) ||
    /^[a-z]{1,24}[_-]?sdk$/i.test(name) ||
    /^(?:ver|build|release|firmware|revision)[_-]?(?:number|no|id)$/i.test(name)
  );
}

/** Major numbers below 200, minor numbers below 100, no private network; 10.x only if a property says `version`. */
export function hasVersionSizes(parts: readonly number[], isNamed: boolean): boolean {
  const [major = 0, minor = 0] = parts;
  if (parts.length !== 4 || major >= 200 || minor >= 100) return false;
  if (major === 172) return minor < 16 || minor > 31;
  if (major === 100) return minor < 64;
  return major !== 10 || isNamed;
}

/** The sizes of a version of a program, smaller than most addresses. */
export function hasProgramSizes(parts: readonly number[]): boolean {
  return hasVersionSizes(parts, false) && parts[1]! <= 20 && parts[2]! <= 50;
}
