import { type Code, methodName } from './names.ts';

/** One line of a dump: `[method, scope, value, ...extra, delta]`. */
export interface DumpEvent {
  /** Its name, whatever stood there. */
  readonly method: string;
  /** What stood there: `"g"`, 20, `":userRating"`. */
  readonly methodCode: Code;
  /** The id of a peer connection (`"PC_0"`), or null for what belongs to none. */
  readonly scope: string | null;
  /**
   * As it stood: statistics and descriptions are still compressed (see `StatsDecompressor`,
   * `DescriptionDecompressor`).
   */
  readonly value: unknown;
  /** Correlation and object ids, `{rtcstatsLocation}`. */
  readonly extra: readonly unknown[];
  /** Milliseconds since the event before it, or since the epoch. May be negative when the client's clock was set. */
  readonly delta: number;
  /** Milliseconds since the epoch, by the client's clock. */
  readonly time: number;
  /** Its line in the file, from 1 (the head). */
  readonly line: number;
}

/** What an event says itself, without its place in the dump. */
export type EventContent = Omit<DumpEvent, 'time' | 'line'>;

/**
 * A larger delta (milliseconds) is a time since the epoch: the client starts over after each connect. As a time it is
 * in 1973, as a delta more than three years.
 */
const ABSOLUTE_DELTA = 1e11;

/** Makes times of deltas, and deltas of times. One per dump. */
export class EventClock {
  #time = 0;

  /** The time of the next event, in milliseconds since the epoch. */
  advance(delta: number): number {
    this.#time = delta > ABSOLUTE_DELTA ? delta : this.#time + delta;
    return this.#time;
  }

  /**
   * The delta that `advance` makes this time of: the difference, or the time itself where that would be taken for
   * one.
   */
  deltaTo(time: number): number {
    const delta = time - this.#time;
    return delta > ABSOLUTE_DELTA ? time : delta;
  }
}

/**
 * Reads the JSON value of a line; undefined when it is no event. Clients may leave out value and scope, so all an event
 * needs is a method and a delta.
 */
export function decodeEvent(json: unknown): EventContent | undefined {
  if (!Array.isArray(json) || json.length < 2) return undefined;
  const elements: readonly unknown[] = json;
  const delta = elements[elements.length - 1];
  const code = elements[0];
  const scope = elements.length > 2 ? elements[1] : null;
  if (typeof delta !== 'number' || (typeof code !== 'string' && typeof code !== 'number')) return undefined;
  if (typeof scope !== 'string' && typeof scope !== 'number' && scope !== null) return undefined;
  return {
    method: methodName(code),
    methodCode: code,
    scope: scope === null ? null : String(scope),
    value: elements.length > 3 ? elements[2] : null,
    extra: elements.slice(3, -1),
    delta,
  };
}
