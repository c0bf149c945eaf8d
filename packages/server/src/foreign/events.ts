import { EventClock, methodCode } from '@rtcstats-server/dump';
import type { ProtocolEvent } from './contract.ts';
import { isObject, type JsonObject } from './parse.ts';
import type { Statistics } from './statistics.ts';

/** Range of times in JavaScript (ECMA-262, 21.4.1.1), in milliseconds. */
const MAX_TIME = 8.64e15;
/** The end of the method of every event with captured tracks, with and without `navigator.mediaDevices.` before it. */
const CAPTURED = /get(?:User|Display)MediaOnSuccess$/;
const TRACK = /^(audio|video):(\S+)/;
const STREAM = /\sstream:(\S+)/g;

/**
 * Converts events `[method, scope, value, …, time]`, whose time is in milliseconds since the epoch. Use one instance
 * per connection.
 */
export class Events {
  readonly #clock = new EventClock();
  readonly #statistics: Statistics;

  constructor(statistics: Statistics) {
    this.#statistics = statistics;
  }

  /**
   * @param elements the event without its time
   * @returns undefined if this is not an event
   */
  convert(elements: readonly unknown[], time: unknown): ProtocolEvent | undefined {
    const [method, scope = null, value = null, ...extra] = elements;
    if (typeof method !== 'string' || typeof time !== 'number' || Math.abs(time) > MAX_TIME) return undefined;
    if (scope !== null && typeof scope !== 'string' && typeof scope !== 'number') return undefined;
    const id = scope === null ? null : String(scope);
    const name = method === 'getstats' ? 'getStats' : method;
    const converted = this.#value(name, id, value);
    const delta = this.#clock.deltaTo(time);
    this.#clock.advance(delta);
    return [methodCode(name), id, converted, ...extra, delta];
  }

  #value(method: string, scope: string | null, value: unknown): unknown {
    if (method === 'getStats' && isObject(value)) return this.#statistics.convert(scope ?? '', value);
    if (method === 'close' && scope !== null) this.#statistics.forget(scope);
    if (method === 'create' && isObject(value)) return configuration(value);
    if (method === 'createDataChannel' && isObject(value)) return Object.values(value);
    if (CAPTURED.test(method) && isObject(value)) return capturedTracks(value);
    if (method === 'addTransceiver' && typeof value === 'string') return [track(value) ?? value];
    return typeof value === 'string' && /^(?:addTrack|ontrack|removeTrack)$/.test(method)
      ? (track(value) ?? value)
      : value;
  }
}

/** The configuration of a peer connection, without what these clients add to it. */
function configuration({ browserType: _, nullConfig: __, ...own }: JsonObject): JsonObject {
  return own;
}

/** `audio:<id> stream:<id> …` as `[kind, id, label, …stream ids]`; undefined if the text has another form. */
function track(text: string): readonly string[] | undefined {
  const [, kind, id] = TRACK.exec(text) ?? [];
  if (kind === undefined || id === undefined) return undefined;
  return [kind, id, '', ...Array.from(text.matchAll(STREAM), ([, stream]) => stream!)];
}

/** A stream `{id, tracks: [{kind, id, label, …}]}` as a list of tracks; the value itself if it has another form. */
function capturedTracks(stream: JsonObject): unknown {
  const { id, tracks } = stream;
  if (typeof id !== 'string' || !Array.isArray(tracks) || !tracks.every(isObject)) return stream;
  return tracks.map(({ kind, id: trackId, label }) => [kind, trackId, label, id]);
}
