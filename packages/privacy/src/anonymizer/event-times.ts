/**
 * The last element of an event is its delta: the milliseconds since the event before it, or since the epoch for the
 * first event after a connect. An event that is dropped takes its delta with it, and every later event would seem to
 * have happened too early. So the deltas of dropped events are added to that of the next event that is kept.
 */

import { concatenate, isTime, timeAfter } from '@rtcstats-server/dump';
import { decodeUtf8 } from '../bytes/decode.ts';
import type { CleanLine } from '../model/line.ts';

/**
 * The number at the end of a dropped message may be anything, such as a telephone number. It counts as its delta only
 * if it can be one: up to a day, or a time between 2001 and 2049.
 */
const MAX_DELTA = 24 * 60 * 60 * 1000;
const MIN_TIME = 1e12;
const MAX_TIME = 2.5e12;
/** Bytes at the end of an event that contain its delta: a number of up to 25 characters, and white space around it. */
export const DELTA_BYTES = 64;
const DELTA = /,[ \t\r]{0,16}(-?\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?)[ \t\r]{0,16}\][ \t\r]{0,16}$/d;
const BYTES = new TextDecoder('latin1');
const ENCODER = new TextEncoder();
/** Sums are rounded to a millionth of a millisecond; the clocks of browsers are coarser. */
const FRACTIONS = 1e6;

/** A change of the number between `from` and `to` (exclusive), counted in bytes from the start of the line. */
export interface DeltaChange {
  readonly from: number;
  readonly to: number;
  readonly delta: string;
}

/** The state between two events, to go on in another thread. */
export interface EventTimesState {
  /** The deltas of the events dropped since the last event that was kept; a time since the epoch if one had that. */
  readonly pending: number;
  readonly hasKept: boolean;
  readonly start: number | undefined;
  readonly isFromStart: boolean;
}

/** Keeps the times of one session's events as they were when events are dropped. Call it for every event, in order. */
export class EventTimes {
  #pending = 0;
  #hasKept = false;
  #start: number | undefined;
  #isFromStart = false;

  /**
   * Sets when the session started, in milliseconds since the epoch. The first event that is kept gets this time if the
   * client sent none since the epoch.
   */
  startAt(time: number): void {
    this.#start ??= time;
  }

  /** Whether the next event that is kept may need another delta. */
  get mayChange(): boolean {
    return !this.#hasKept || this.#pending !== 0;
  }

  /** Whether the times are counted from the session's start, because the client sent no time since the epoch. */
  get isFromStart(): boolean {
    return this.#isFromStart;
  }

  /**
   * Takes the delta of an event that was dropped. Bytes that do not end like an event have none.
   *
   * @param event the event, or its end
   */
  dropped(event: Uint8Array): void {
    const delta = deltaOf(event)?.value;
    if (delta !== undefined && mayBeDelta(delta)) this.#pending = later(this.#pending, delta);
  }

  /** The delta of an event that is kept, if it must change; most events keep theirs. */
  kept(event: Uint8Array): DeltaChange | undefined {
    if (!this.mayChange) return undefined;
    const isFirst = !this.#hasKept;
    const pending = this.#pending;
    this.#hasKept = true;
    this.#pending = 0;
    const delta = deltaOf(event);
    if (delta === undefined) return undefined;
    let value = pending === 0 ? delta.value : later(pending, delta.value);
    // A sum this long would be read as a time.
    if (isTime(value) && !isTime(pending)) value = delta.value;
    if (isFirst && !isTime(value) && this.#start !== undefined) {
      this.#isFromStart = true;
      value = later(this.#start, value);
    }
    return value === delta.value ? undefined : { from: delta.from, to: delta.to, delta: String(value) };
  }

  /** The line of an event that is kept, with the delta that it needs; `line` itself if it needs no other. */
  keptLine(line: CleanLine): CleanLine {
    const change = this.kept(line);
    if (change === undefined) return line;
    const parts = [line.subarray(0, change.from), ENCODER.encode(change.delta), line.subarray(change.to)];
    return concatenate(parts, line.length + change.delta.length - (change.to - change.from)) as Uint8Array as CleanLine;
  }

  /**
   * `kept` for an event of which the text was rewritten to `text`; undefined if it was not, and stands in `original`.
   * Returns the text with the delta that it needs; undefined if it needs no other.
   */
  keptText(text: string | undefined, original: Uint8Array): string | undefined {
    if (!this.mayChange) return undefined;
    const line = text === undefined ? original : ENCODER.encode(text);
    const change = this.kept(line);
    if (change === undefined) return undefined;
    const given = text ?? decodeUtf8(line);
    // Characters may be of several bytes, but not from the delta on.
    const shift = given.length - line.length;
    return given.slice(0, shift + change.from) + change.delta + given.slice(shift + change.to);
  }

  get state(): EventTimesState {
    return {
      pending: this.#pending,
      hasKept: this.#hasKept,
      start: this.#start,
      isFromStart: this.#isFromStart,
    };
  }

  restore(state: EventTimesState): void {
    this.#pending = state.pending;
    this.#hasKept = state.hasKept;
    this.#start = state.start;
    this.#isFromStart = state.isFromStart;
  }
}

/** The time `delta` after `time`, without the digits that binary fractions add. */
function later(time: number, delta: number): number {
  const sum = timeAfter(time, delta);
  return Number.isInteger(sum) ? sum : Math.round(sum * FRACTIONS) / FRACTIONS;
}

function mayBeDelta(value: number): boolean {
  return Math.abs(value) <= MAX_DELTA || (value >= MIN_TIME && value <= MAX_TIME);
}

function deltaOf(
  event: Uint8Array,
): { readonly value: number; readonly from: number; readonly to: number } | undefined {
  const offset = Math.max(0, event.length - DELTA_BYTES);
  const match = DELTA.exec(BYTES.decode(event.subarray(offset)));
  if (match === null) return undefined;
  const [from, to] = match.indices![1]!;
  return { value: Number(match[1]), from: offset + from, to: offset + to };
}
