import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';
import { pseudonymBeforeUsbId } from './usb-ids.ts';

/** Errors of getUserMedia and getDisplayMedia, and words around them (W3C Media Capture and Streams, section 10). */
const CAPTURE =
  /NotReadableError|NotFoundError|OverconstrainedError|AbortError|NotAllowedError|TrackStartError|DevicesNotFoundError|getUserMedia|getDisplayMedia|enumerateDevices|Could not start|Failed to allocate|Starting (?:audio|video)|device (?:in use|not found|busy|error)/i;
const DEVICE_WORD =
  '(?:devices?|sources?|microphones?|mic|cameras?|webcams?|speakers?|headsets?|(?:audio|video)[\\s_-]?(?:in|out)puts?|(?:audio|video)[\\s_-]?sources?)';
/** `device "Jabra Evolve 75"`, `video source: 'Logitech BRIO'`. */
const QUOTED = new RegExp(
  `\\b${DEVICE_WORD}\\s{0,2}[:=(]?\\s{0,2}(?:"([^"\\r\\n]{2,160})"|'([^'\\r\\n]{2,160})'|“([^”\\r\\n]{2,160})”)`,
  'dgiu',
);
/** `Could not start video source: Annas Camera`, to the end of the line. */
const TRAILING = new RegExp(
  `(?:Could not start|Failed to allocate|Starting|Cannot open|Failed to open)\\s[\\w\\s]{0,24}?${DEVICE_WORD}\\s{0,2}[:=-]\\s{1,2}([^\\s"'\\r\\n:{[(][^"'\\r\\n{[]{1,120})`,
  'dgi',
);
/** `deviceId 9b49…`, `device (9b49…)`, or 64 hex digits: the ids of Chromium and Safari. */
const ID =
  /\b(?:(device|group|source|sink)[\s_-]?(?:id)?\s{0,2}["'(=:]{0,3}\s{0,2}([0-9a-f]{16,128}|[A-Za-z0-9+/]{43}=)|()([0-9a-f]{64}))(?![0-9a-z])/dgi;
/** The label that Chromium gives to a USB device: a name, then vendor and product. */
const USB_LABEL =
  /(?<![\p{L}\p{N}_.-])((?:[\p{L}\p{N}][\p{L}\p{N}_.+-]{0,40} ){0,4}[\p{L}\p{N}][\p{L}\p{N}_.+-]{0,40} ?\([\da-f]{4}:[\da-f]{4}\))/dgiu;

/** Reports labels of devices in texts: of USB devices anywhere, others in errors of capture. */
export function findDeviceLabels(text: string, report: Report, replace: (label: string) => string): void {
  const take = (range: readonly [number, number]): void => {
    const label = text.slice(...range);
    const clean = replace(label);
    if (clean !== label) report(...range, clean);
  };
  if (text.includes('(') && /\([\da-f]{4}:[\da-f]{4}\)/i.test(text))
    eachMatch(text, USB_LABEL, (match) => {
      const [start, end] = match.indices![1]!;
      // The words before a label that has been replaced already do not belong to it.
      take([start + replacedLabelStart(match[1]!), end]);
    });
  if (!isOfCapture(text)) return;
  for (const pattern of [QUOTED, TRAILING]) {
    eachMatch(text, pattern, (match) => {
      const range = match.indices!.findLast((each) => each !== undefined)!;
      const label = text.slice(...range);
      if (NO_LABEL.test(label) || (pattern === TRAILING && REASON.test(label))) return;
      take(range);
    });
  }
}

/** Where a pseudonym with its USB id begins at the end of a text; 0 if there is none. */
function replacedLabelStart(text: string): number {
  const start = text.lastIndexOf(' ', text.lastIndexOf('(') - 2) + 1;
  return pseudonymBeforeUsbId(text.slice(start)) === undefined ? 0 : start;
}

/** Cheap words first, because session descriptions, which are long, have none of them. */
function isOfCapture(text: string): boolean {
  return HINTS.some((word) => text.includes(word)) && CAPTURE.test(text);
}

const HINTS = [
  'Error',
  'error',
  'Media',
  'Could',
  'could',
  'Failed',
  'failed',
  'Starting',
  'starting',
  'Device',
  'device',
];

/** Words that stand in the same places. */
const NO_LABEL =
  /^(?:default|communications|screen|window|none|audio|video|audioinput|audiooutput|videoinput|true|false|null|undefined|object|not found|in use|busy|permission denied|\[[a-z -]+\]|\d{1,6})\.?$/i;

/** Reasons that browsers and drivers give after the same words. */
const REASON =
  /\b(?:use|failed|failure|denied|error|timeout|timed|busy|not|no|already|unavailable|invalid|lost|by|was|is)\b/i;

/** Reports ids of devices in errors of capture. */
export function findDeviceIds(text: string, report: Report, replace: (isGroup: boolean, id: string) => string): void {
  if (!isOfCapture(text)) return;
  eachMatch(text, ID, (match) => {
    const id = match[2] ?? match[4]!;
    const clean = replace(match[1]?.toLowerCase() === 'group', id);
    if (clean !== id) report(...(match.indices![2] ?? match.indices![4]!), clean);
  });
}
