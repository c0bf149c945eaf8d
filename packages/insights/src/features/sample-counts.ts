/** Limits the ids remembered per connection; later ids are not counted. */
const MAX_IDS = 20_000;
/** The number of samples of a report that webrtc-internals keeps. */
const INTERNALS_SAMPLES = 1000;
/** A report that began earlier (in milliseconds after the connection) can have that number of samples by itself. */
const EARLY_MS = 60_000;

interface Samples {
  readonly firstTime: number;
  /** Samples of the times before, if the report was removed and came back. */
  before: number;
  /** The number of the getStats event at which it appeared; undefined while it is removed. */
  since: number | undefined;
}

/** Counts in how many getStats events of a connection each report occurred. */
export class SampleCounts {
  readonly #samples = new Map<string, Samples>();

  added(id: string, event: number, time: number): void {
    const samples = this.#samples.get(id);
    if (samples !== undefined) samples.since = event;
    else if (this.#samples.size < MAX_IDS) this.#samples.set(id, { firstTime: time, before: 0, since: event });
  }

  removed(id: string, event: number): void {
    const samples = this.#samples.get(id);
    if (samples?.since === undefined) return;
    samples.before += event - samples.since;
    samples.since = undefined;
  }

  /**
   * Whether a report has exactly the number of samples that webrtc-internals keeps, and its first one is late.
   *
   * @param start time of the first event of the connection
   * @param events number of getStats events so far
   */
  hasTruncated(start: number, events: number): boolean {
    for (const { firstTime, before, since } of this.#samples.values()) {
      const count = before + (since === undefined ? 0 : events - since + 1);
      if (count === INTERNALS_SAMPLES && firstTime - start > EARLY_MS) return true;
    }
    return false;
  }
}
