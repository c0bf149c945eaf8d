import { isPseudonym, type Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { COLON, EQUALS, SPACE } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import { findDeviceIds, findDeviceLabels } from './device-texts.ts';
import { findOwnedDevices } from './owned-devices.ts';
import type { TextClass } from './text-class.ts';
import { pseudonymBeforeUsbId, usbIdAtEnd } from './usb-ids.ts';

/** Labels that browsers give to remote tracks. */
const REMOTE_LABELS = new Set(['', 'remote audio', 'remote video']);
/** Ids that stand for a choice instead of a device (Media Capture and Streams, section 9.2.1, and Chromium). */
const WELL_KNOWN_IDS = new Set(['', 'default', 'communications']);
const KINDS: Readonly<Record<string, string>> = {
  audio: 'audioinput',
  video: 'videoinput',
  audioinput: 'audioinput',
  videoinput: 'videoinput',
  audiooutput: 'audiooutput',
};
/** Ids in prose: `deviceId: {exact: "9b49…"}`, as errors quote constraints. */
const ID_IN_TEXT =
  /(device|group|source|sink)_?id["'\\]{0,4}\s{0,2}[:=]\s{0,2}[{[]{0,2}\s{0,2}(?:["']?(?:exact|ideal)["'\\]{0,4}\s{0,2}[:=]\s{0,2})?\[?\s{0,2}["'\\]{0,4}([\w+/=-]{4,})/dgi;
const NO_ID = /^(?:none|true|false|undefined|null|object|exact|ideal)$/;
/** Arguments of createDataChannel as webrtc-internals writes them: `label: chat, ordered: true, …`. */
const CHANNEL_IN_TEXT =
  /(?<!\w)label:\s?(?:'([^'\r\n]{1,256})'|([^\s,'\r\n][^,\r\n]{0,255})),\s?(?:ordered|maxPacketLifeTime|maxRetransmits|maxRetransmitTime|protocol|negotiated|reliable|id|priority):/dg;
const REPLACED = /^\[[a-z -]+\]$/;
/** A text of at least this length is unlikely to be anything but the id, so it is replaced wherever it occurs. */
const MIN_REMEMBERED_LENGTH = 40;
/** Labels that browsers give to shared screens. */
const SCREEN = /^(?:screen|window|tab|web-contents-media-stream|current-tab)[-:\s]|^(?:screen|window|tab)$/i;

/**
 * Names of microphones, cameras, speakers, shared screens: "Anna's AirPods". The same label has the same pseudonym
 * everywhere. `keepLabels` are labels of data channels that the operator knows to be the application's own.
 * `keepUsbIds`: the USB id of a label stays behind its pseudonym.
 */
export function deviceNames(
  pseudonyms: Pseudonyms | null,
  keepLabels: ReadonlySet<string>,
  keepUsbIds: boolean,
): TextClass {
  const keepsId = keepUsbIds && pseudonyms !== null;
  const label = (text: string, session: SessionMemory): string => {
    if (REMOTE_LABELS.has(text) || isPseudonym(text)) return text;
    const replaced = pseudonymBeforeUsbId(text);
    if (replaced !== undefined) return keepsId ? text : replaced;
    const known = session.termFor(text);
    if (known !== undefined) return known.replacement;
    const kind = SCREEN.test(text) ? 'screen' : (KINDS[session.kind] ?? 'device');
    const replacement =
      pseudonyms === null ? '[device]' : `${pseudonyms.of(kind, text, 'device')}${keepsId ? usbIdAtEnd(text) : ''}`;
    session.remember(text, { class: 'deviceNames', replacement });
    return replacement;
  };
  const channel = (text: string): string => {
    if (text === '' || isPseudonym(text) || keepLabels.has(text)) return text;
    return pseudonyms === null ? '[channel]' : pseudonyms.of('channel', text);
  };
  return {
    name: 'deviceNames',
    needs: [COLON, SPACE],
    whole: {
      deviceLabel: label,
      deviceKind(text, session) {
        session.kind = text;
        return undefined;
      },
      channelLabel: channel,
    },
    find(text, _role, report, session) {
      findDeviceLabels(text, report, (name) => label(name, session));
      findOwnedDevices(text, report, (name) => label(name, session));
      if (!text.includes('label:')) return;
      eachMatch(text, CHANNEL_IN_TEXT, (match) => {
        const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
        const found = text.slice(start, end);
        const clean = channel(found);
        if (clean !== found && !REPLACED.test(found)) report(start, end, clean);
      });
    },
  };
}

const HAS_ID = /(?:device|group|source|sink)_?id/i;

/** `deviceId` and `groupId`: constant for a browser and an origin, so they identify a person. */
export function deviceIds(pseudonyms: Pseudonyms | null): TextClass {
  const id = (kind: string) => (text: string, session: SessionMemory) => {
    if (WELL_KNOWN_IDS.has(text) || isPseudonym(text)) return text;
    const replacement = pseudonyms === null ? `[${kind}]` : pseudonyms.of(kind, text);
    if (text.length >= MIN_REMEMBERED_LENGTH) session.remember(text, { class: 'deviceIds', replacement });
    return replacement;
  };
  const device = id('device');
  const group = id('group');
  return {
    name: 'deviceIds',
    needs: [COLON, EQUALS, SPACE],
    whole: { deviceId: device, groupId: group },
    find(text, _role, report, session) {
      findDeviceIds(text, report, (isGroup, found) => (isGroup ? group : device)(found, session));
      if (!HAS_ID.test(text)) return;
      eachMatch(text, ID_IN_TEXT, (match) => {
        const [start, end] = match.indices![2]!;
        const found = match[2]!;
        if (NO_ID.test(found)) return;
        const clean = (match[1]!.toLowerCase() === 'group' ? group : device)(found, session);
        if (clean !== found) report(start, end, clean);
      });
    },
  };
}
