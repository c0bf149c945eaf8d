import { type Detector, type Hit, mergeHits, type Place } from './detector.ts';
import { isNeutral, isUuid } from './neutral.ts';
import { DEVICE_OWNER, USB_ID } from './triggers.ts';

/**
 * Labels that do not name a device: libwebrtc and Gecko use them for remote tracks, and Web Audio for its output. All
 * others are findings, even generic ones such as `Default Audio Device`, because a list of harmless names would never
 * be complete.
 */
const FIXED_LABELS = new Set(['remote audio', 'remote video', 'MediaStreamAudioDestinationNode']);
const TRACK_EVENTS =
  /^(?:ontrack|addTrack|addTransceiver|replaceTrack|removeTrack|onaddstream|MediaStreamTrack\..*|navigator\.mediaDevices\..*|getUserMedia.*|getDisplayMedia.*|enumerateDevices|transceiver.*)$/;
/** Properties whose arrays may be tracks. */
const CONTAINERS = new Set(['track', 'tracks']);
const DATA_CHANNEL_EVENTS = new Set(['createDataChannel', 'ondatachannel', 'getStats']);
const LABEL_NAME =
  /^(?:device|camera|microphone|mic|speaker|headset|audio_?input|audio_?output|video_?input)_?(?:label|name)$/i;
/**
 * Names that operating systems give to personal devices, and the USB ids that Chromium appends to labels. Both are
 * recognized in any text.
 */
const OWNED =
  /(?<![\p{L}\p{N}_-])(?!(?:it|that|this|what|there|here|s?he|let|who)['’`])[\p{L}\p{N}_-]+['’`]s? (?:[\p{Lu}\p{N}][\p{L}\p{N}-]* ){0,3}(?:iPhone|iPad|iPod|iMac|Mac(?:Book)?|AirPods?|Apple Watch|Watch|Galaxy|Pixel|Phone|Beats|Buds|Headphones|Headset|Earbuds|Camera|Webcam|Microphone|Speakers?|Laptop|Desktop|PC|TV|Tablet)(?: [A-Z\d][\w-]*)*/gu;
const USB_IDS = /\([\da-f]{4}:[\da-f]{4}\)/gi;
/** Up to five words before a USB id, at the end of a text of `MAX_LABEL_LENGTH`. */
const NAME_BEFORE_ID =
  /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63} ){0,4}[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63} ?$/u;
const MAX_LABEL_LENGTH = 192;

/**
 * Class `deviceNames`: labels of devices and of tracks captured from them. Labels of data channels are chosen by the
 * application and are allowed (`chat`), unless they look like a person's name (`notes-anna.keller`).
 */
export const deviceNameDetector: Detector = {
  class: 'deviceNames',
  triggers: DEVICE_OWNER | USB_ID,
  find(text, _place, triggers) {
    const hits: Hit[] = [];
    if (triggers & DEVICE_OWNER) {
      for (const match of text.matchAll(OWNED)) hits.push({ start: match.index, end: match.index + match[0].length });
    }
    if (triggers & USB_ID) {
      let last = 0;
      for (const match of text.matchAll(USB_IDS)) {
        const from = Math.max(last, match.index - MAX_LABEL_LENGTH);
        const name = NAME_BEFORE_ID.exec(text.slice(from, match.index));
        if (name === null) continue;
        last = match.index + match[0].length;
        hits.push({ start: from + name.index, end: last });
      }
    }
    return mergeHits(hits);
  },
  judges: (name) => name === '' || name === 'label' || LABEL_NAME.test(name) || CONTAINERS.has(name),
  judge(text, place) {
    if (place.kind !== 'value') return false;
    if (isLabel(place)) return !isNeutral(text) && !isUuid(text) && !FIXED_LABELS.has(text);
    return isChannelLabel(place) && /[a-z]{2}\.[a-z]{2}/i.test(text);
  },
};

function isLabel(place: Place): boolean {
  const name = place.name ?? '';
  if (LABEL_NAME.test(name)) return true;
  const isTrackEvent = TRACK_EVENTS.test(place.event ?? '');
  if (place.index === 2 && (place.first === 'audio' || place.first === 'video')) return isTrackEvent;
  if (name !== 'label') return false;
  // `audio_track_info` and `video_track_info` are records of getUserMedia in webrtc-internals.
  return isTrackEvent || place.within('audio_track_info') || place.within('video_track_info');
}

function isChannelLabel(place: Place): boolean {
  if (!DATA_CHANNEL_EVENTS.has(place.event ?? '') && place.event !== undefined) return false;
  return place.name === 'label' || (place.event !== 'getStats' && place.event !== undefined && place.depth > 1);
}
