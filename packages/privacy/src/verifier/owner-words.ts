/**
 * Words before `'s` that name nobody: "the device's Camera", "Chrome's Microphone", "doesn't". In lower case, without
 * the apostrophe. Names of people are not in it, even if they are words too.
 */
const OWNERS = new Set(
  // Pronouns and contractions.
  (
    "it that this what there here he she let who everybody everyone somebody someone nobody one's each other another " +
    'my your our their its can don doesn didn isn wasn aren weren won wouldn shouldn couldn hasn haven hadn ain ' +
    // Parties of a call, and roles.
    'user users peer peers participant participants client clients host hosts guest guests member members owner owners ' +
    'caller callee sender senders receiver receivers publisher subscriber speaker moderator attendee attendees ' +
    'presenter admin operator customer agent visitor viewer person people remote local other side party parent child ' +
    // Devices and their parts.
    'device devices camera cameras microphone microphones mic headset headsets headphones webcam phone phones tablet ' +
    'laptop desktop computer computers machine pc mac iphone ipad monitor screen display keyboard mouse hardware ' +
    'driver drivers sensor chip card adapter dock hub port bluetooth usb hdmi speakers audio video sound media ' +
    // Programs.
    'browser browsers app apps application applications page pages tab tabs window windows frame iframe site website ' +
    'system systems os platform android ios macos linux ubuntu chromeos chrome chromium firefox safari edge opera brave ' +
    'electron webview webrtc api sdk library server servers gateway service software program process plugin extension ' +
    'session sessions call calls room meeting conference connection network stream streams track tracks transceiver ' +
    'sender receiver channel peerconnection constraint constraints setting settings setup context object element ' +
    'vendor manufacturer company team provider kernel ' +
    // Vendors.
    'apple google microsoft samsung sony logitech jabra poly plantronics sennheiser epos bose beats dell lenovo hp asus ' +
    'acer intel amd nvidia huawei xiaomi oppo vivo oneplus motorola nokia lg amazon meta cisco zoom teams facebook ' +
    // Times.
    'today yesterday tomorrow tonight week month year monday tuesday wednesday thursday friday saturday sunday'
  ).split(' '),
);

/** Whether the word before an apostrophe names nobody. `browsers` for `browsers' Camera`. */
export function isNobody(owner: string): boolean {
  return OWNERS.has(owner.toLowerCase());
}
