import type { DataClass } from '../policy/policy.ts';

/** A personal value in a text; `end` is exclusive. */
export interface Hit {
  readonly start: number;
  readonly end: number;
}

/** The location of a text in a dump. Only valid during a detector's call, because the walk reuses the object. */
export interface Place {
  /** A `key` of an object, a string `value`, a `number` as written, or the `text` of a line that is not JSON. */
  readonly kind: 'key' | 'value' | 'number' | 'text';
  /**
   * The name of the event, decoded from its number; `metadata` for the second line of a dump; undefined if there is
   * none.
   */
  readonly event: string | undefined;
  /**
   * The name of the nearest property, with getStats codes decoded; for a `key`, the name of the property that holds its
   * object.
   */
  readonly name: string | undefined;
  /** The name of the property that holds the object of this property; undefined if there is none. */
  readonly holder: string | undefined;
  /** Whether the text is in an event of the application: one that the protocol does not have. */
  readonly isApplication: boolean;
  /** Index in the outermost array: 2 is the value of an event. -1 if the dump is no list of events. */
  readonly element: number;
  /** Index in the enclosing array; -1 in an object or at the top level. */
  readonly index: number;
  /** The first element of the enclosing array if it is a string: tracks are `[kind, id, label, …]`. */
  readonly first: string | undefined;
  /** Number of enclosing arrays and objects in the same JSON text. */
  readonly depth: number;
  /** Whether the JSON text is the content of a string of another one. */
  readonly isNested: boolean;
  /** Whether a property of this name encloses the text, at any level. */
  within(name: string): boolean;
}

/** Detects one class of data. Has no state between calls, except relay addresses. */
export interface Detector {
  readonly class: DataClass;
  /** Bit set of triggers (triggers.ts). `find` is only called if the text pulls one of them. */
  readonly triggers: number;
  /** All values in a decoded text that belong to the class and are not allowed, in order, without overlaps. */
  find(text: string, place: Place, triggers: number): readonly Hit[];
  /**
   * Whether `judge` is called for the values of properties of this name; '' stands for elements of an array that is not
   * in a property.
   */
  judges?(name: string): boolean;
  /** Whether a whole value belongs to the class because of its location. Numbers are passed as written. */
  judge?(text: string, place: Place): boolean;
}

/** A text that is in no JSON text. */
export const TEXT_PLACE: Place = {
  kind: 'text',
  event: undefined,
  name: undefined,
  holder: undefined,
  isApplication: false,
  element: -1,
  index: -1,
  first: undefined,
  depth: 0,
  isNested: false,
  within: () => false,
};

/** No hits. */
export const NONE: readonly Hit[] = Object.freeze([]);

/** Sorts hits and merges overlapping ones. */
export function mergeHits(hits: Hit[]): readonly Hit[] {
  if (hits.length < 2) return hits;
  hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Hit[] = [];
  let last: Hit | undefined;
  for (const hit of hits) {
    if (last !== undefined && hit.start < last.end) {
      last = { start: last.start, end: Math.max(last.end, hit.end) };
      merged[merged.length - 1] = last;
    } else {
      merged.push(hit);
      last = hit;
    }
  }
  return merged;
}
