/**
 * Words that a version number follows, and names of properties that hold one. In lower case. Names of servers are not
 * in it, because an address may follow them.
 */
const WORDS = new Set(
  (
    'version ver vers rev revision release build firmware fw patch sdk api library plugin module package ' +
    'chrome chromium crios firefox fxios safari edge edg opera brave vivaldi samsungbrowser electron webview nodejs ' +
    'v8 webkit gecko blink zlib openssl libwebrtc webrtc libsrtp libvpx libusrsctp openh264 ffmpeg gstreamer aiortc ' +
    'windows macos osx ios ipados android ubuntu debian chromeos harmonyos kernel directx opengl vulkan'
  ).split(' '),
);
/** The word before a number: `Chrome 116.0.0.0`, `ver: 116.0.0.0`, `"chrome":"116.0.0.0"`, `build=4.12.3.201`. */
const BEFORE = /(?:^|[^A-Za-z0-9])([A-Za-z]\w{0,23})["'\\]{0,4}[ :=@]{1,3}["'\\]{0,4}v?$/;
/** A package: `webrtc-adapter@8.2.3.1`. */
const PACKAGE = /[A-Za-z][\w.-]{0,64}@v?$/;
/** Ports, prefix lengths and domains belong to addresses. */
const ADDRESS_GOES_ON = /^(?::\d|\/\d|\.\w|%)/;

/** Whether the dotted number in `[start, end)` is a version according to the word before it. */
export function followsVersionWord(text: string, start: number, end: number): boolean {
  if (ADDRESS_GOES_ON.test(text.slice(end, end + 2))) return false;
  const before = text.slice(Math.max(0, start - 80), start);
  const word = BEFORE.exec(before.slice(-40))?.[1];
  return (word !== undefined && WORDS.has(word.toLowerCase())) || PACKAGE.test(before);
}

/** Whether a property of this name holds a version because it is named after a program: `{chrome: "116.0.0.0"}`. */
export function isNamedAfterProgram(name: string | undefined): boolean {
  return name !== undefined && WORDS.has(name.toLowerCase());
}
