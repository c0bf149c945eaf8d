/**
 * Values of settings, in the event `identity`. Applications send their configuration in it next to names of persons
 * (Jitsi Meet does), so a value stays only if it has one of these forms, or is one of these words.
 */

const WORDS = new Set(
  [
    // Codecs and payload formats (IANA registry of RTP payload format media types).
    'vp8 vp9 av1 av1x h264 h265 hevc opus red ulpfec flexfec flexfec-03 rtx pcmu pcma g722 g729 isac ilbc cn telephone-event speex lyra',
    // Switches and choices.
    'true false null undefined none yes no on off enabled disabled auto default always never unknown all any both',
    'low medium high very-low very-high balanced standard strict normal',
    'ld sd hd fhd fullhd uhd ultra 4k 8k 2k',
    // WebRTC: policies, directions, states, transports (W3C webrtc-pc, mediacapture-main).
    'relay host srflx prflx unified-plan plan-b max-bundle max-compat balanced require negotiate sendrecv sendonly recvonly inactive',
    'udp tcp tls dtls ws wss http https ipv4 ipv6 sctp datachannel websocket p2p jvb sfu mcu mesh bridge-channel',
    'motion detail text speech music maintain-framerate maintain-resolution environment user front back left right',
    'audio video screen desktop camera microphone speaker data application audioinput audiooutput videoinput browser monitor window',
    'chat presentation tile grid gallery speaker-view simulcast svc k-svc full-svc',
    // Software and systems.
    'chrome chromium firefox safari edge opera brave electron webview react-native ios ipados android windows macos linux chromeos web mobile desktop tablet native sdk iframe',
    // Deployments and roles.
    'prod production staging stage beta alpha test testing dev development local sandbox preview canary release stable nightly qa uat',
    'moderator participant guest visitor viewer presenter attendee publisher subscriber owner admin member anonymous',
    'trace debug verbose info warn warning error fatal silent',
  ].flatMap((line) => line.split(' ')),
);
const FORMS: readonly RegExp[] = [
  // Numbers shorter than telephone numbers, with a unit; a time in milliseconds.
  /^[+-]?\d{1,6}(?:\.\d{1,6})?\s?(?:%|[kmg]?bps|[kmg]?bits?\/s|[kmg]i?b|fps|[kmg]?hz|ms|s|sec|min|px|p(?:\d\d)?|x)?$/i,
  /^1[5-9]\d{11}$/,
  // Resolutions and ratios.
  /^\d{1,5}\s?[x×*]\s?\d{1,5}(?:\s?@\s?\d{1,3}(?:fps)?)?$/i,
  /^\d{1,2}:\d{1,2}$/,
  // Versions.
  /^v?\d{1,4}\.\d{1,5}(?:\.\d{1,6}){0,2}(?:-(?:alpha|beta|rc|dev|pre|canary)(?:\.\d{1,6})?)?$/i,
  // Scalability modes (W3C webrtc-svc), media types, profile levels of H.264.
  /^[LS][1-3]T[1-3]h?(?:_KEY(?:_SHIFT)?)?$/,
  /^(?:audio|video)\/[\w.+-]{1,32}$/i,
  /^(?:42|4d|58|64)[0-9a-f]{4}$/i,
  // Regions of AWS, Google Cloud, Azure and Oracle.
  /^(?:us|eu|ap|sa|ca|me|af|il|mx|cn|uk|na|asia|europe|australia|northamerica|southamerica|africa)-(?:gov-|iso-)?(?:north|south|east|west|central|northeast|northwest|southeast|southwest|frankfurt|ashburn|london|tokyo)-?\d{0,2}(?:-?[a-f])?$/i,
  /^(?:(?:north|south|east|west)?(?:central)?(?:us|europe|asia|india|japan|australia|france|germany|korea|canada|uk|brazil|uae|norway|switzerland|southafrica)|(?:us|uk|uae|canada|japan|korea|france|germany|norway|australia|brazil|switzerland|india|jioindia)(?:north|south|east|west|central|southeast|westcentral)|(?:north|south|east|west|central|southeast)(?:europe|asia|us|india))\d?(?:euap)?$/i,
  // Languages and regions (BCP 47).
  /^(?:de|en|es|fr|it|pt|nl|pl|ru|zh|ja|ko|ar|tr|sv|da|fi|nb|cs|hu|uk|he|hi|vi|id|th)(?:-[A-Z]{2})?$/,
];
const LIST = /[,;\s]{1,3}/;
/** A list of words is at most so long. */
const MAX_LENGTH = 120;

/** Whether the value, or each of a list of values, is a technical setting. */
export function isSettingValue(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  return isOne(text) || text.split(LIST).every(isOne);
}

function isOne(text: string): boolean {
  return WORDS.has(text.toLowerCase()) || FORMS.some((form) => form.test(text));
}

/** A number of any size, and short names of shards and zones: `s1`, `az-3`. */
const NAMED_FORM = /^(?:\d{1,10}|[a-z]{1,3}-?\d{1,4})$/i;

/** Whether the value can stay because the name of its property says that it is a setting. */
export function isNamedSetting(text: string): boolean {
  return isSettingValue(text) || NAMED_FORM.test(text);
}
