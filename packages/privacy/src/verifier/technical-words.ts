/**
 * Values that a property for a person or device may have although they name nobody: states, roles, kinds. An anonymizer
 * may keep or replace them. A person whose name is one of these words is not found.
 */
const WORDS = new Set(
  (
    'true false null undefined none unknown default other any all self me local remote system automatic auto manual ' +
    'on off yes no enabled disabled enable disable muted unmuted mute unmute granted denied prompt allowed blocked ' +
    'started stopped active inactive connected connecting disconnected reconnecting joined left joining leaving failed ' +
    'closed open new stable idle ready live ended error ok success pending waiting busy missing available unavailable ' +
    'audio video camera microphone mic speaker screen desktop window tab data text chat application front back user ' +
    'environment audioinput audiooutput videoinput internal external builtin headset headphones ' +
    'host guest admin moderator participant presenter speaker attendee viewer publisher subscriber owner member agent ' +
    'customer client server bot anonymous public private p2p sfu mcu jvb relay mesh caller callee sender receiver ' +
    'initiator answerer offerer impolite polite leader follower ' +
    'high medium low hd sd fhd best good fair poor bad excellent'
  ).split(' '),
);
/** Numbers with or without a unit, booleans, codecs and sizes. */
const MEASURE = /^[-+]?\d{1,5}(?:[.,]\d{1,6})?\s?(?:%|[a-z]{1,5})?$|^\d{2,4}x\d{2,4}$|^\d{3,4}p\d{0,3}$/i;

/** Whether the value is a word or a short number that names nobody. */
export function isTechnicalValue(text: string): boolean {
  return WORDS.has(text.toLowerCase()) || MEASURE.test(text);
}
