import type { PathPart } from '../json/rewrite.ts';
import { type Role, roleAt } from '../model/roles.ts';

/**
 * Where things stand in a webrtc-internals dump (`InternalsDump` of the dump package), as the methods and properties of rtcstats, so that what is
 * known of its events holds here too.
 */
export interface Place {
  /** `update`: the value of an entry of `updateLog`. `series`: the values of a property in `stats`. */
  readonly kind: 'update' | 'series' | 'other';
  /** The event of rtcstats that holds the same; empty where none does, or where it has to be looked up (`update`). */
  readonly method: string;
  /** In `stats`. */
  readonly property: string;
  /** A date may stand here, as the language of the browser writes it: no phone number, whatever it looks like. */
  readonly isDate: boolean;
  /** The kind of the track that is told of here. */
  readonly track?: 'audio' | 'video';
}

const GET_USER_MEDIA = 'navigator.mediaDevices.getUserMedia';
/** Older versions of Chromium left the prefix out; rtcstats has it, and there it decides what a label is. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  datachannel: 'ondatachannel',
  icecandidate: 'onicecandidate',
  icecandidateerror: 'onicecandidateerror',
};
/** Properties that rtcstats does not have, or calls something else. */
const ROLES_HERE: Readonly<Record<string, Role>> = {
  UserAgent: 'userAgent',
  host_candidate: 'address',
  googLocalAddress: 'address',
  googRemoteAddress: 'address',
};
const NOWHERE: Place = { kind: 'other', method: '', property: '', isDate: false };

/** What stands at a path from the root of the file. */
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
  // The configuration is what `create` holds.
  return { ...NOWHERE, method: part === 'rtcConfiguration' ? 'create' : '' };
}

function mediaPlace(name: PathPart | undefined): Place {
  const track = /^(audio|video)_track_info$/.exec(String(name))?.[1] as 'audio' | 'video' | undefined;
  const method = track === undefined ? GET_USER_MEDIA : `${GET_USER_MEDIA}OnSuccess`;
  return track === undefined ? { ...NOWHERE, method } : { ...NOWHERE, method, track };
}

/** The role of a text; `method` is that of its place, looked up if need be. */
export function roleIn(place: Place, method: string, path: readonly PathPart[]): Role {
  if (place.kind === 'update') return 'text';
  const key = path.findLast((part) => typeof part === 'string');
  if (key !== undefined && Object.hasOwn(ROLES_HERE, key)) return ROLES_HERE[key]!;
  // Of a page, here and in getUserMedia; those of ICE servers are in texts.
  if (key === 'url' && method !== 'getStats') return 'path';
  return roleAt(method, path);
}

/** The event of rtcstats that the entry of `updateLog` at `path` tells of, from its `type`. */
export function eventAt(dump: unknown, path: readonly PathPart[]): string {
  let entry = dump;
  for (const part of path.slice(0, -1)) entry = (entry as Record<PathPart, unknown> | undefined)?.[part];
  const type = (entry as { type?: unknown } | null | undefined)?.type;
  if (typeof type !== 'string') return '';
  return Object.hasOwn(FORMER_NAMES, type) ? FORMER_NAMES[type]! : type;
}

/** The report that a key of `stats` belongs to; undefined for other keys. `path` leads to the object. */
export function seriesName(key: string, path: readonly PathPart[]): { readonly report: string } | undefined {
  if (path.length !== 3 || path[0] !== 'PeerConnections' || path[2] !== 'stats') return undefined;
  const property = propertyOf(key);
  if (property === '' || !PROPERTY.test(property)) return undefined;
  return { report: key.slice(0, -property.length - 1) };
}

/** `bytesSent`, and what webrtc-internals works out of it: `[bytesSent_in_bits/s]`. */
const PROPERTY = /^(?:[A-Za-z]\w{0,63}|\[[A-Za-z][\w/*]{0,63}\])$/;

/** Ids hold dashes, names of properties none. */
function propertyOf(key: string): string {
  const dash = key.lastIndexOf('-');
  return dash < 0 ? '' : key.slice(dash + 1);
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
/** Day, month and year in some order, then hours, minutes and seconds; words of a language in between. */
const LOCAL = /^[^\d@+]{0,16}(?:\d{1,4}[^\d@+]{1,4}){2}\d{1,4}[^\d@+]{1,16}\d{1,2}[:.]\d{2}[:.]\d{2}[^\d@+]{0,8}$/u;

/** Whether all of a text is a date with a time, as `toISOString` or `toLocaleString` write it. */
export function isDate(text: string): boolean {
  return ISO.test(text) || LOCAL.test(text);
}
