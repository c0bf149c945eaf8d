/**
 * One kind of thing that the event model does not know: an event, or a property of a known event. Never contains
 * values. The names come from clients, so they are anonymized, and limited in length and number.
 */
export interface DriftEntry {
  /** The event's name; `?` if it is too long or has unusual characters. */
  readonly event: string;
  /**
   * Path in the event's value: property names joined by dots, as in the paths of operator rules. `*` stands for a name
   * chosen by the client, such as a report's id; list indexes are omitted. Empty if the event itself is unknown; its
   * content is not checked.
   */
  readonly path: string;
  /** Type of the value. */
  readonly type: JsonType;
  /** Number of occurrences. */
  readonly count: number;
}

/** Things that the event model does not know, in one session or in many. */
export interface Drift {
  /** In order of first occurrence. */
  readonly entries: readonly DriftEntry[];
  /** Occurrences that were not recorded because the limit of entries was reached. */
  readonly more: number;
}

/** The type of a JSON value. */
export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/** No drift at all. */
export const NO_DRIFT: Drift = Object.freeze({ entries: Object.freeze([]), more: 0 });

/** Entries per session. A new release of a browser usually adds a few. */
const SESSION_ENTRIES = 32;

/** Adds up drift, for one session or over many, with a limited number of entries. */
export class DriftTally {
  readonly #limit: number;
  readonly #entries = new Map<string, { -readonly [K in keyof DriftEntry]: DriftEntry[K] }>();
  #more = 0;

  /** @param limit number of entries; occurrences beyond it are counted in `more` */
  constructor(limit: number = SESSION_ENTRIES) {
    this.#limit = limit;
  }

  /** Whether the limit of entries is reached. */
  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  /** Counts `count` occurrences. */
  add(event: string, path: string, type: JsonType, count = 1): void {
    const key = `${event}\n${path}\n${type}`;
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.count += count;
    else if (this.isFull) this.#more += count;
    else this.#entries.set(key, { event, path, type, count });
  }

  /** Adds the counts of another tally. */
  addAll({ entries, more }: Drift): void {
    for (const { event, path, type, count } of entries) this.add(event, path, type, count);
    this.addMore(more);
  }

  /** Counts occurrences that another tally did not record. */
  addMore(count: number): void {
    this.#more += count;
  }

  /** A copy of the current counts. */
  result(): Drift {
    return { entries: [...this.#entries.values()].map((entry) => ({ ...entry })), more: this.#more };
  }
}
