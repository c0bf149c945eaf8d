import type { DumpEvent } from '@rtcstats-server/dump';
import { isObject, type JsonObject, member, textOf } from './values.ts';

/** A track that a connection sends or receives. */
export interface TrackEntry {
  readonly kind: string;
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly startTime: number;
}

/** A track that an event names, and which tracks that are known already make it superfluous. */
export interface NamedTrack extends Omit<TrackEntry, 'startTime'> {
  /**
   * `always`: a new entry. `direction`, `any`: a new entry unless one of this direction, or one at all, has the id.
   * `adopted`: as `direction`, and the next `always` for the same track is the same call.
   */
  readonly isNew: 'always' | 'direction' | 'any' | 'adopted';
}

/** The track that an event of a connection adds; undefined if it adds none. */
export function namedTrack({ method, value }: Pick<DumpEvent, 'method' | 'value'>): NamedTrack | undefined {
  switch (method) {
    case 'addTrack':
      return named(value, 'outbound', 'always');
    case 'ontrack':
      return named(value, 'inbound', 'direction');
    case 'addTransceiver':
      // `[track or kind, init]`; in dumps made by Chromium an object with the id of the track, or null.
      return isObject(value)
        ? make(value['kind'], value['track'], 'outbound', 'always')
        : named(element(value, 0), 'outbound', 'always');
    case 'replaceTrack':
      return named(element(value, 1), 'outbound', 'any');
    case 'transceiverAdded':
    case 'transceiverModified':
      return isObject(value) ? ofInternals(method, value) : undefined;
  }
  return undefined;
}

/** The events of a transceiver exist only in dumps made by Chromium. */
function ofInternals(method: string, transceiver: JsonObject): NamedTrack | undefined {
  const kind = transceiver['kind'];
  const reason = transceiver['reason'];
  if (method === 'transceiverModified') {
    const isReceiving = textOf(transceiver['currentDirection'])?.includes('recv');
    return isReceiving ? make(kind, member(transceiver['receiver'], 'track'), 'inbound', 'any') : undefined;
  }
  if (reason === 'addTrack' || reason === 'addTransceiver') {
    return make(kind, member(transceiver['sender'], 'track'), 'outbound', 'adopted');
  }
  if (reason === 'setRemoteDescription') return make(kind, member(transceiver['receiver'], 'track'), 'inbound', 'any');
  return undefined;
}

/** A track is `[kind, id, label, ...streams]`; in dumps made by Chromium also `{kind, id, label, streams}`. */
function named(track: unknown, direction: NamedTrack['direction'], isNew: NamedTrack['isNew']): NamedTrack | undefined {
  if (Array.isArray(track)) return make(track[0], track[1], direction, isNew);
  return make(member(track, 'kind'), member(track, 'id'), direction, isNew);
}

function make(
  kind: unknown,
  id: unknown,
  direction: NamedTrack['direction'],
  isNew: NamedTrack['isNew'],
): NamedTrack | undefined {
  return typeof kind === 'string' && typeof id === 'string' ? { kind, id, direction, isNew } : undefined;
}

function element(list: unknown, index: number): unknown {
  return Array.isArray(list) ? list[index] : undefined;
}
