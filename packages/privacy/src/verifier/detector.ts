import type { DataClass } from '../policy/policy.ts';

/** A stretch of a text, `end` exclusive, that is something personal. */
export interface Hit {
  readonly start: number;
  readonly end: number;
}

/** Where in a dump a text stands. Valid only while the detector runs: the walk goes on with the same object. */
export interface Place {
  /** `key` of an object, string `value`, `number` as written, or `text` of a line that is no JSON. */
  readonly kind: 'key' | 'value' | 'number' | 'text';
  /** The event's name, numbers resolved; `metadata` for the second line of a dump; undefined where there is none. */
  readonly event: string | undefined;
  /** The nearest property name, numbers of getStats resolved; for a `key`, the name of the property that holds its object. */
  readonly name: string | undefined;
  /** Position in the enclosing array, -1 in an object or at the top. */
  readonly index: number;
  /** The first element of the enclosing array if that is a string: tracks are `[kind, id, label, …]`. */
  readonly first: string | undefined;
  /** How many arrays and objects enclose it, in its own JSON text. */
  readonly depth: number;
  /** Whether a property of this name encloses it, at any height. */
  within(name: string): boolean;
}

/** Finds one class of data. Keeps no state between calls. */
export interface Detector {
  readonly class: DataClass;
  /** The triggers of which one must be pulled for `find` to find anything. */
  readonly triggers: number;
  /** Every stretch of a decoded text that is of the class and not allowed, in order, without overlaps. */
  find(text: string, place: Place, triggers: number): readonly Hit[];
  /** Whether `judge` wants to see values of properties of this name; '' for elements of an array that no property holds. */
  judges?(name: string): boolean;
  /** Whether a whole value, as it stands in the JSON, is of the class because of its place. Numbers come as they are written. */
  judge?(text: string, place: Place): boolean;
}

export const NONE: readonly Hit[] = Object.freeze([]);

/** Hits in order, overlapping and touching ones made one. */
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
