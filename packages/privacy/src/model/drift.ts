/**
 * What the event model does not know, by kind: an event, or a property of a known event. Never a value. Names come from clients, so
 * they went through the anonymizer, and are short and few.
 */
export interface DriftEntry {
  /** The event's name; `?` for one that is too long, or has other characters than names have. */
  readonly event: string;
  /**
   * Where in the event's value: the names that lead there, joined by dots as in the paths of an operator's rule, `*` for a name that is the
   * client's own such as a report's id; positions in lists do not count. Empty when the event itself is unknown: what is in it is not looked at.
   */
  readonly path: string;
  /** Of the value that stands there. */
  readonly type: JsonType;
  /** How often it occurred. */
  readonly count: number;
}

export interface Drift {
  /** In the order in which they came first. */
  readonly entries: readonly DriftEntry[];
  /** Occurrences beyond the most entries that are kept. */
  readonly more: number;
}

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

export const NO_DRIFT: Drift = Object.freeze({ entries: Object.freeze([]), more: 0 });

/** Entries a session; a browser's new release brings a handful. */
const SESSION_ENTRIES = 32;

/** Adds drift up, with a bound to the number of entries: for one session, or over many. */
export class DriftTally {
  readonly #limit: number;
  readonly #entries = new Map<string, { -readonly [K in keyof DriftEntry]: DriftEntry[K] }>();
  #more = 0;

  /** @param limit entries; what does not fit is counted in `more` */
  constructor(limit: number = SESSION_ENTRIES) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  add(event: string, path: string, type: JsonType, count = 1): void {
    const key = `${event}\n${path}\n${type}`;
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.count += count;
    else if (this.isFull) this.#more += count;
    else this.#entries.set(key, { event, path, type, count });
  }

  /** What another tally has counted. */
  addAll({ entries, more }: Drift): void {
    for (const { event, path, type, count } of entries) this.add(event, path, type, count);
    this.addMore(more);
  }

  addMore(count: number): void {
    this.#more += count;
  }

  result(): Drift {
    return { entries: [...this.#entries.values()].map((entry) => ({ ...entry })), more: this.#more };
  }
}
