import { EventClock } from '@rtcstats-server/dump';

/** The first browsers with WebRTC are from 2011. An earlier time is one of a clock that was never set. */
export const MIN_CALL_TIME = Date.UTC(2011, 0);

/** The end of an event, `…,12]`, which is enough to tell its delta without parsing a line that may be 1 MiB long. */
const DELTA = /,\s{0,8}(-?\d{1,16}(?:\.\d{1,16})?)\s{0,8}\]\s{0,8}$/;
const TAIL_BYTES = 80;

/** Measures the call in an uploaded dump by the times of its events, which are from the client's clock. */
export class CallClock {
  readonly #clock = new EventClock();
  #first = Number.NaN;
  #last = Number.NaN;

  /** Adds the next line; one that is not an event changes nothing. */
  add(line: Uint8Array): void {
    const delta = DELTA.exec(Buffer.from(line.subarray(-TAIL_BYTES)).toString('latin1'))?.[1];
    if (delta === undefined) return;
    const time = this.#clock.advance(Number(delta));
    // Events before the first absolute time have no place on the time line.
    const begins = Number.isNaN(this.#first) || (this.#first < MIN_CALL_TIME && time >= MIN_CALL_TIME);
    if (begins) this.#first = this.#last = time;
    // The client's clock may have been set back in between.
    else this.#last = Math.max(this.#last, time);
  }

  /** Time of the first event in milliseconds since the epoch; undefined if the events do not say it. */
  get start(): number | undefined {
    return this.#first >= MIN_CALL_TIME ? this.#first : undefined;
  }

  /** Milliseconds from the first to the last event; 0 without events. */
  get duration(): number {
    return Number.isNaN(this.#first) ? 0 : this.#last - this.#first;
  }
}
