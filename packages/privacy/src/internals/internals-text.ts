import { type Role, roleAt } from '../model/roles.ts';

/** A part of a text with a known role; `end` is exclusive. */
export interface MarkedPart {
  readonly start: number;
  readonly end: number;
  readonly role: Role;
}

const LOOKS_LIKE_JSON = /^\s*[[{]\s*["[{\]}]/;
/**
 * Text formats of Chromium: `id:645b… label:Fake Audio Input` (to the end), `label: chat, ordered: true`, `label: 'a,
 * b', …`.
 */
const LABEL = /(?<![\w"'\\])label:(?: '([^'\r\n]*)'| ([^,{}\r\n]*)|([^\r\n]*))/dg;
/**
 * `a=ssrc:1 label:…` (draft-alvestrand-rtcweb-msid, in Chromium up to 100) and `a=label:…` (RFC 4574) are the id of a
 * track or stream, which links the description to statistics.
 */
const ATTRIBUTE = /(?:^|[\s"']|\\n)a=(?:ssrc:\d{1,10} )?$/;
const ATTRIBUTE_LENGTH = 20;
/** Constraints: `{deviceId: {exact: ["9b49…"]}}`, `sourceId: 9b49…`, with any list and quote characters. */
const DEVICE_ID =
  /(?<![A-Za-z])(deviceId|groupId|sourceId|chromeMediaSourceId)\s*[:=][\s{["']*(?:(?:exact|ideal)\s*[:=][\s{["']*)?([\w+/=-]{4,})/dg;
const SESSION_DESCRIPTION = /(?:^|\bsdp: )v=0[\r\n]/;
const CANDIDATE = /(?:^|\bcandidate: )candidate:\S/;

/** Finds labels and device ids in a text that is not JSON. Older versions of Chromium wrote many such texts. */
export function markedParts(text: string, method: string): readonly MarkedPart[] {
  if (LOOKS_LIKE_JSON.test(text)) return [];
  const parts: MarkedPart[] = [];
  if (text.includes('label:')) {
    for (const { index, indices } of text.matchAll(LABEL)) {
      if (ATTRIBUTE.test(text.slice(Math.max(0, index - ATTRIBUTE_LENGTH), index))) continue;
      mark(parts, indices![1] ?? indices![2] ?? indices![3], roleAt(method, ['label']));
    }
  }
  if (text.includes('Id')) {
    for (const { 1: name, indices } of text.matchAll(DEVICE_ID)) {
      mark(parts, indices![2], name === 'groupId' ? 'groupId' : 'deviceId');
    }
  }
  return parts
    .sort((a, b) => a.start - b.start)
    .filter((part, index, all) => index === 0 || part.start >= all[index - 1]!.end);
}

function mark(parts: MarkedPart[], range: readonly [number, number] | undefined, role: Role): void {
  if (range !== undefined && range[1] > range[0]) parts.push({ start: range[0], end: range[1], role });
}

/** The role of a text that has none from its place. In SDP and candidates, numbers are not phone numbers. */
export function roleOfWhole(text: string): Role {
  if (LOOKS_LIKE_JSON.test(text)) return 'text';
  if (SESSION_DESCRIPTION.test(text)) return 'sdp';
  return CANDIDATE.test(text) ? 'candidate' : 'text';
}
