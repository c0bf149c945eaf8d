import { statsPropertyName } from '@rtcstats-server/dump';
import { EVENT_NAMES } from '../events/event-names.ts';
import type { PathPart } from '../json/visitor.ts';
import { type Drift, DriftTally, type JsonType } from './drift.ts';
import { isKnownProperty, STATS_PROPERTIES } from './known-names.ts';

/** Limits per session on names from clients. Names beyond these limits are reported as `?`. */
const MAX_NAMES = 64;
const NAME = /^:?[\p{L}\p{N}_$-][\p{L}\p{N}_$.:-]{0,63}$/u;
const UNNAMED = '?';
/** Limit per message. */
const MAX_SIGHTINGS = 64;

/** The list of names that members are compared with; `nothing`: members are not checked. */
type Model = 'nothing' | 'reports' | 'properties';

/**
 * Detects events and properties that the event model does not know, while the event rewriter reads an event. Lines that
 * match the scanner's grammar are never passed here. The content of an unknown property is not checked: it would only
 * add more entries, with arbitrary names.
 */
export class DriftWatch {
  readonly #clean: (name: string) => string;
  readonly #isExpected: (event: string) => boolean;
  readonly #tally = new DriftTally();
  /** Name from the client -> name as reported. */
  readonly #names = new Map<string, string>();
  #sightings: [path: string, type: JsonType][] = [];
  #more = 0;
  #event = '';
  #isUnknown = false;
  #model: Model = 'nothing';
  /** Position of the last unknown property: the depth of its object, and its name. */
  #depth = 0;
  #within: string | undefined;

  /**
   * @param clean returns the anonymized form of a name, or '' if it must not be shown
   *
   * @param isExpected whether the operator's policy lists this event
   */
  constructor(clean: (name: string) => string, isExpected: (event: string) => boolean) {
    this.#clean = clean;
    this.#isExpected = isExpected;
  }

  /**
   * Starts an event. Events of applications are unknown, because only the operator can know their content: each is
   * reported as one entry, whatever its properties, until the policy lists it in `customEvents`. Everything in
   * `identity` is treated as personal, so its properties are not checked.
   */
  begin(event: string): void {
    this.discard();
    this.#event = event;
    this.#isUnknown = !EVENT_NAMES.has(event) && !this.#isExpected(event);
    this.#within = undefined;
    if (event === 'getStats') this.#model = 'reports';
    else this.#model = EVENT_NAMES.has(event) && event !== 'identity' ? 'properties' : 'nothing';
  }

  /** Called when the event's value begins, with its first character. */
  value(first: number): void {
    if (this.#isUnknown) this.#see('', first);
  }

  /** Called for a property of the object at `path`; the value of the property begins with the character `first`. */
  member(key: string, path: readonly PathPart[], first: number): void {
    if (this.#model === 'nothing') return;
    if (this.#model === 'reports') {
      // `[2, id]`. Deeper objects are dictionaries of numbers whose names a browser may choose.
      if (path.length !== 2 || path[0] !== 2 || STATS_PROPERTIES.has(key)) return;
      this.#see(`*.${this.#nameOf(statsPropertyName(key))}`, first);
      return;
    }
    if (isKnownProperty(key)) return;
    const depth = path.length;
    if (this.#within !== undefined && depth > this.#depth && path[this.#depth] === this.#within) return;
    this.#depth = depth;
    this.#within = key;
    const names = path.filter((part) => typeof part === 'string').map((name) => (isKnownProperty(name) ? name : '*'));
    this.#see([...names, this.#nameOf(key)].join('.'), first);
  }

  /** Counts what was seen in the event; call it when the event is stored. */
  settle(): void {
    if (this.#sightings.length === 0) return;
    const event = EVENT_NAMES.has(this.#event) ? this.#event : this.#nameOf(this.#event);
    for (const [path, type] of this.#sightings) this.#tally.add(event, path, type);
    this.#tally.addMore(this.#more);
    this.discard();
  }

  /** Forgets what was seen; call it when the event is dropped, or before reading JSON that is not an event. */
  discard(): void {
    if (this.#sightings.length > 0) this.#sightings = [];
    this.#more = 0;
    this.#model = 'nothing';
    this.#isUnknown = false;
  }

  /** Adds what another watch of the same session has seen. */
  add(drift: Drift): void {
    this.#tally.addAll(drift);
  }

  result(): Drift {
    return this.#tally.result();
  }

  #see(path: string, first: number): void {
    if (this.#sightings.length < MAX_SIGHTINGS) this.#sightings.push([path, typeOf(first)]);
    else this.#more++;
  }

  #nameOf(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size >= MAX_NAMES || !NAME.test(name)) return UNNAMED;
    const clean = this.#clean(name);
    const shown = NAME.test(clean) ? clean : UNNAMED;
    // A copy, because a substring keeps the whole message in memory.
    this.#names.set([...name].join(''), shown);
    return shown;
  }
}

/** The type of a JSON value, by its first character. */
function typeOf(first: number): JsonType {
  return BY_FIRST_CHARACTER[String.fromCharCode(first)] ?? 'number';
}

const BY_FIRST_CHARACTER: Readonly<Record<string, JsonType>> = {
  '"': 'string',
  '{': 'object',
  '[': 'array',
  t: 'boolean',
  f: 'boolean',
  n: 'null',
};
