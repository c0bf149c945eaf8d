import { type Code, methodName } from './names.ts';
import type { StatsDelta } from './stats-delta.ts';

/** One event of a dump: `[method, scope, value, ...extra, delta]`. */
export interface DumpEvent {
  /** The name of the method, decoded. */
  readonly method: string;
  /** The method as written: `"g"`, 20, `":userRating"`. */
  readonly methodCode: Code;
  /** The id of a peer connection (`"PC_0"`), or null for events that do not belong to one. */
  readonly scope: string | null;
  /**
   * The value as written: statistics and session descriptions are still compressed (see `StatsDecompressor` and
   * `DescriptionDecompressor`).
   */
  readonly value: unknown;
  /** Further elements: correlation and object ids, `{rtcstatsLocation}`. */
  readonly extra: readonly unknown[];
  /** Milliseconds since the previous event, or since the epoch. Negative if the client's clock was set back. */
  readonly delta: number;
  /** Milliseconds since the epoch, by the client's clock. */
  readonly time: number;
  /** Line number in the file, starting with 1 (the head). */
  readonly line: number;
  /** The changes in the value of a getStats event, if they have been read. Valid until the next event. */
  readonly stats?: StatsDelta;
}

/** An event without its position in the dump. */
export type EventContent = Omit<DumpEvent, 'time' | 'line' | 'stats'>;

/**
 * A larger delta (in milliseconds) is a time since the epoch, which clients send after every connect. Read as a time it
 * is in 1973; read as a delta it is more than three years.
 */
const ABSOLUTE_DELTA = 1e11;

/** Whether the delta is a time since the epoch. */
export function isTime(delta: number): boolean {
  return delta > ABSOLUTE_DELTA;
}

/** The time of an event, in milliseconds since the epoch, from that of the event before it. */
export function timeAfter(time: number, delta: number): number {
  return isTime(delta) ? delta : time + delta;
}

/** Converts deltas to times and times to deltas. Use one instance per dump. */
export class EventClock {
  #time = 0;

  /** Returns the time of the next event, in milliseconds since the epoch. */
  advance(delta: number): number {
    this.#time = timeAfter(this.#time, delta);
    return this.#time;
  }

  /**
   * Returns the delta from which `advance` computes `time`: the difference, or the time itself if the difference would
   * be read as a time.
   */
  deltaTo(time: number): number {
    const delta = time - this.#time;
    return isTime(delta) ? time : delta;
  }
}

/**
 * Decodes the JSON value of a line; undefined if it is not an event. Clients may omit value and scope, so only the
 * method and the delta are required.
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
