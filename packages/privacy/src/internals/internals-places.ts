import type { PathPart } from '../json/visitor.ts';
import { type Role, roleAt } from '../model/roles.ts';

/**
 * Describes a location in a webrtc-internals dump (`InternalsDump` of the dump package) in terms of rtcstats events, so
 * that the knowledge about events (roles) applies here too.
 */
export interface Place {
  /** `update`: the value of an entry of `updateLog`. `series`: the values of a property in `stats`. */
  readonly kind: 'update' | 'series' | 'other';
  /** The rtcstats event with the same content; empty if there is none, or if it must be looked up (`update`). */
  readonly method: string;
  /** The property of a report; only in `stats`. */
  readonly property: string;
  /** Whether a date in the format of the browser's language can be here, which must not be taken for a phone number. */
  readonly isDate: boolean;
  /** The kind of the track described here. */
  readonly track?: 'audio' | 'video';
}

const GET_USER_MEDIA = 'navigator.mediaDevices.getUserMedia';
/** Older versions of Chromium omitted the prefix `on`; in rtcstats the full name determines the role of labels. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  datachannel: 'ondatachannel',
  icecandidate: 'onicecandidate',
  icecandidateerror: 'onicecandidateerror',
};
/** Properties that rtcstats does not have, or has under another name. */
const ROLES_HERE: Readonly<Record<string, Role>> = {
  UserAgent: 'userAgent',
  host_candidate: 'address',
  googLocalAddress: 'address',
  googRemoteAddress: 'address',
};
const NOWHERE: Place = { kind: 'other', method: '', property: '', isDate: false };

/** The place at a path from the root of the file. */
export function placeOf(path: readonly PathPart[]): Place {
  const [top, id, part, name, detail] = path;
  if (top === 'getUserMedia') return mediaPlace(part);
  if (top !== 'PeerConnections' || id === undefined) return NOWHERE;
  if (part === 'updateLog' && path.length === 5) {
    return { ...NOWHERE, kind: detail === 'value' ? 'update' : 'other', isDate: detail === 'time' };
  }
  if (part === 'stats' && path.length === 5 && typeof name === 'string') {
    const property = propertyOf(name);
    if (detail === 'values') return { ...NOWHERE, kind: 'series', property };
    return { ...NOWHERE, isDate: detail === 'startTime' || detail === 'endTime' };
  }
  // The configuration is what rtcstats sends in `create`.
  return { ...NOWHERE, method: part === 'rtcConfiguration' ? 'create' : '' };
}

function mediaPlace(name: PathPart | undefined): Place {
  const track = /^(audio|video)_track_info$/.exec(String(name))?.[1] as 'audio' | 'video' | undefined;
  const method = track === undefined ? GET_USER_MEDIA : `${GET_USER_MEDIA}OnSuccess`;
  return track === undefined ? { ...NOWHERE, method } : { ...NOWHERE, method, track };
}

/** The role of a text. `method` is the method of its place, looked up if necessary. */
export function roleIn(place: Place, method: string, path: readonly PathPart[]): Role {
  if (place.kind === 'update') return 'text';
  const key = path.findLast((part) => typeof part === 'string');
  if (key !== undefined && Object.hasOwn(ROLES_HERE, key)) return ROLES_HERE[key]!;
  // The URL of a page, here and in getUserMedia; URLs of ICE servers are inside texts.
  if (key === 'url' && method !== 'getStats') return 'path';
  return roleAt(method, path);
}

/** The rtcstats event of the entry of `updateLog` at `path`, from its `type`. */
export function eventAt(dump: unknown, path: readonly PathPart[]): string {
  let entry = dump;
  for (const part of path.slice(0, -1)) entry = (entry as Record<PathPart, unknown> | undefined)?.[part];
  const type = (entry as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== 'string') return '';
  return Object.hasOwn(FORMER_NAMES, type) ? FORMER_NAMES[type]! : type;
}

/** The report that a key of `stats` belongs to; undefined for other keys. `path` is the path of the object. */
export function seriesName(key: string, path: readonly PathPart[]): { readonly report: string } | undefined {
  if (path.length !== 3 || path[0] !== 'PeerConnections' || path[2] !== 'stats') return undefined;
  const property = propertyOf(key);
  if (property === '' || !PROPERTY.test(property)) return undefined;
  return { report: key.slice(0, -property.length - 1) };
}

/** `bytesSent`, and values that webrtc-internals derives from it: `[bytesSent_in_bits/s]`. */
const PROPERTY = /^(?:[A-Za-z]\w{0,63}|\[[A-Za-z][\w/*]{0,63}\])$/;

/** Ids contain dashes, property names do not. */
function propertyOf(key: string): string {
  const dash = key.lastIndexOf('-');
  return dash < 0 ? '' : key.slice(dash + 1);
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
/** Day, month and year in any order, then hours, minutes and seconds, with words of a language in between. */
const LOCAL = /^[^\d@+]{0,16}(?:\d{1,4}[^\d@+]{1,4}){2}\d{1,4}[^\d@+]{1,16}\d{1,2}[:.]\d{2}[:.]\d{2}[^\d@+]{0,8}$/u;

/** Whether the whole text is a date with a time, as written by `toISOString` or `toLocaleString`. */
export function isDate(text: string): boolean {
  return ISO.test(text) || LOCAL.test(text);
}
