import { type Detector, type Hit, mergeHits, type Place } from './detector.ts';
import { isNeutral, isOpaqueId, isUuid } from './neutral.ts';
import { isNobody } from './owner-words.ts';
import { isTechnicalHolder } from './parties.ts';
import { mayBePersonal, personalKind } from './personal-names.ts';
import { isTechnicalTerm } from './technical-terms.ts';
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
const CHANNEL_EVENTS = new Set(['createDataChannel', 'ondatachannel']);
const LABEL_NAME =
  /^(?:device|camera|microphone|mic|speaker|headset|audio_?input|audio_?output|video_?input)_?(?:label|name)$/i;
/**
 * Names that operating systems give to personal devices, and the USB ids that Chromium appends to labels. Both are
 * recognized in any text.
 */
const OWNED =
  /(?<![\p{L}\p{N}_-])([\p{L}\p{N}_-]{1,64})['’`]s? (?:[\p{Lu}\p{N}][\p{L}\p{N}-]* ){0,3}(?:iPhone|iPad|iPod|iMac|Mac(?:Book)?|AirPods?|Apple Watch|Watch|Galaxy|Pixel|Phone|Beats|Buds|Headphones|Headset|Earbuds|Camera|Webcam|Microphone|Speakers?|Laptop|Desktop|PC|TV|Tablet)(?: [A-Z\d][\w-]*)*/gu;
const USB_IDS = /\([\da-f]{4}:[\da-f]{4}\)/gi;
/** Up to five words before a USB id, at the end of a text of `MAX_LABEL_LENGTH`. */
const NAME_BEFORE_ID =
  /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63} ){0,4}[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63} ?$/u;
const MAX_LABEL_LENGTH = 192;
/** The pseudonym of a label, with the id behind it. */
const PSEUDONYM_AND_USB_ID = /^(?:(?:audio|video)(?:in|out)put|device|screen)-[\da-f]{10} \([\da-f]{4}:[\da-f]{4}\)$/i;
/** The same in languages that put the owner behind: `iPhone von Anna`. */
const DEVICE_OF =
  /(?<![\p{L}\p{N}_-])(?:iPhone|iPad|iMac|MacBook|AirPods|Galaxy|Kamera|Headset)(?: (?:Pro|Air|Max|Mini)){0,2} (?:von|de|van) (\p{Lu}[\p{L}-]{1,30})/gu;

/** Errors of capture quote the label of the device. */
const CAPTURE = /NotReadableError|NotFoundError|OverconstrainedError|getUserMedia|Could not start|Failed to allocate/i;
const CAPTURED =
  /\b(?:devices?|sources?|microphones?|cameras?|webcams?|speakers?|(?:audio|video)(?:input|output))\s{0,2}[:=(]?\s{0,2}(["'])([^"'\r\n]{2,120})\1/dgi;
const NO_LABEL =
  /^(?:audio|video|(?:audio|video)(?:in|out)put|true|false|null|undefined|object|not found|in use|busy|permission denied|\d{1,6})\.?$/i;

/**
 * Class `deviceNames`: labels of devices, of tracks captured from them, and of data channels, and names of devices in
 * events of the application. `keepLabels` are labels of data channels that the policy allows, `allowsUsbIds` says
 * whether it allows USB ids behind pseudonyms.
 */
export function deviceNameDetector(keepLabels: readonly string[], allowsUsbIds: boolean): Detector {
  const kept = new Set(keepLabels);
  const isReplaced = (text: string): boolean => allowsUsbIds && PSEUDONYM_AND_USB_ID.test(text);
  return {
    class: 'deviceNames',
    triggers: DEVICE_OWNER | USB_ID,
    find(text, _place, triggers) {
      const hits: Hit[] = [];
      if (triggers & DEVICE_OWNER) {
        for (const match of text.matchAll(OWNED)) {
          if (!isNobody(match[1]!)) hits.push({ start: match.index, end: match.index + match[0].length });
        }
      }
      if (triggers & DEVICE_OWNER && / (?:von|de|van) /.test(text)) {
        for (const match of text.matchAll(DEVICE_OF)) {
          if (!isNobody(match[1]!)) hits.push({ start: match.index, end: match.index + match[0].length });
        }
      }
      if (triggers & USB_ID) {
        let last = 0;
        for (const match of text.matchAll(USB_IDS)) {
          const from = Math.max(last, match.index - MAX_LABEL_LENGTH);
          const name = NAME_BEFORE_ID.exec(text.slice(from, match.index));
          if (name === null) continue;
          last = match.index + match[0].length;
          if (
            isReplaced(
              text
                .slice(from + name.index, last)
                .split(' ')
                .slice(-2)
                .join(' '),
            )
          )
            continue;
          hits.push({ start: from + name.index, end: last });
        }
      }
      if (triggers & DEVICE_OWNER && CAPTURE.test(text)) {
        for (const { 2: label, indices } of text.matchAll(CAPTURED)) {
          if (isNeutral(label!) || isReplaced(label!) || NO_LABEL.test(label!)) continue;
          hits.push({ start: indices![2]![0], end: indices![2]![1] });
        }
      }
      return mergeHits(hits);
    },
    judges: (name) =>
      name === '' || name === 'label' || LABEL_NAME.test(name) || CONTAINERS.has(name) || mayBePersonal(name),
    judge(text, place) {
      // The place comes first, because it decides for most texts.
      if (place.kind !== 'value') return false;
      const ofChannel = isChannelLabel(place);
      if (!ofChannel && !place.isApplication && !isLabel(place)) return false;
      if (isNeutral(text) || isReplaced(text)) return false;
      if (ofChannel) return !kept.has(text);
      // Layers, options and charts of an application have labels too.
      if (place.isApplication && place.name === 'label') {
        if (
          (!text.includes(' ') && isTechnicalTerm(text)) ||
          (place.holder !== undefined && isTechnicalHolder(place.holder))
        )
          return false;
      }
      if (isLabel(place)) return !isUuid(text) && !FIXED_LABELS.has(text) && !(kept.has(text) && mayBeOfChannel(place));
      return isNamedDevice(place) && !isTechnicalTerm(text) && !isOpaqueId(text);
    },
  };
}

function isLabel(place: Place): boolean {
  const name = place.name ?? '';
  if (name === 'label' || (name !== '' && LABEL_NAME.test(name))) return true;
  return (
    place.index === 2 && (place.first === 'audio' || place.first === 'video') && TRACK_EVENTS.test(place.event ?? '')
  );
}

/** A property of a report or of a webrtc-internals dump, where the event is not known. */
function mayBeOfChannel(place: Place): boolean {
  const { event, name } = place;
  return (
    name === 'label' &&
    (event === undefined || event === 'getStats' || event === 'datachannel' || CHANNEL_EVENTS.has(event))
  );
}

/** `createDataChannel` has the label and options, `ondatachannel` id and label. */
function isChannelLabel(place: Place): boolean {
  if (place.name !== undefined || !CHANNEL_EVENTS.has(place.event ?? '')) return false;
  return place.depth === 2 && place.element === 2 && place.index <= 1;
}

function isNamedDevice(place: Place): boolean {
  return place.isApplication && personalKind(place.name ?? '', place.holder) === 'device';
}
