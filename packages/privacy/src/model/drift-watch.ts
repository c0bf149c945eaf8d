import { statsPropertyName } from '@rtcstats-server/dump';
import type { PathPart } from '../json/rewrite.ts';
import { type Drift, DriftTally, type JsonType } from './drift.ts';
import { EVENT_NAMES, isKnownProperty, STATS_PROPERTIES } from './known-names.ts';

/** Names from clients that are looked at in one session, and how many characters of one; the rest is `?`. */
const MAX_NAMES = 64;
const NAME = /^:?[\p{L}\p{N}_$-][\p{L}\p{N}_$.:-]{0,63}$/u;
const UNNAMED = '?';
/** Sightings that one message may add. */
const MAX_SIGHTINGS = 64;

/** What members of the value are looked up in; `nothing`: they are not looked at. */
type Model = 'nothing' | 'reports' | 'properties';

/**
 * Notices what the event model does not know while the event rewriter reads an event. Lines that the scanner knows never come here. What is
 * inside of something unknown is not looked at: it would only be more of the same, and its names may be anything.
 */
export class DriftWatch {
  readonly #clean: (name: string) => string;
  readonly #isExpected: (event: string) => boolean;
  readonly #tally = new DriftTally();
  /** By the client's name: what it is called here. */
  readonly #names = new Map<string, string>();
  #sightings: [path: string, type: JsonType][] = [];
  #more = 0;
  #event = '';
  #isUnknown = false;
  #model: Model = 'nothing';
  /** Where the unknown property stands that was met last: how deep, and its name. */
  #depth = 0;
  #within: string | undefined;

  /**
   * @param clean what the anonymizer leaves of a name
   * @param isExpected whether an event that the protocol lacks is one that the operator has named
   */
  constructor(clean: (name: string) => string, isExpected: (event: string) => boolean) {
    this.#clean = clean;
    this.#isExpected = isExpected;
  }

  /**
   * An event begins. Those of applications are unknown, for nobody but the operator can say what is in them: each is one entry, whatever
   * its properties, until the policy names it in `customEvents`. `identity` has a rule for whatever is in it.
   */
  begin(event: string): void {
    this.discard();
    this.#event = event;
    this.#isUnknown = !EVENT_NAMES.has(event) && !this.#isExpected(event);
    this.#within = undefined;
    if (event === 'getStats') this.#model = 'reports';
    else this.#model = EVENT_NAMES.has(event) && event !== 'identity' ? 'properties' : 'nothing';
  }

  /** The event's value begins, with this character. */
  value(first: number): void {
    if (this.#isUnknown) this.#see('', first);
  }

  /** A property, in the object that `path` leads to, whose value begins with the character `first`. */
  member(key: string, path: readonly PathPart[], first: number): void {
    if (this.#model === 'nothing') return;
    if (this.#model === 'reports') {
      // `[2, id]`. What is deeper are dictionaries of numbers, by names that a browser may choose.
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

  /** The event is kept. */
  settle(): void {
    if (this.#sightings.length === 0) return;
    const event = EVENT_NAMES.has(this.#event) ? this.#event : this.#nameOf(this.#event);
    for (const [path, type] of this.#sightings) this.#tally.add(event, path, type);
    this.#tally.addMore(this.#more);
    this.discard();
  }

  /** It is not, or nothing that was read belongs to an event. */
  discard(): void {
    if (this.#sightings.length > 0) this.#sightings = [];
    this.#more = 0;
    this.#model = 'nothing';
    this.#isUnknown = false;
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
    // A copy: engines keep the whole message in memory for a part of it.
    this.#names.set([...name].join(''), shown);
    return shown;
  }
}

/** The type of a JSON value by its first character. */
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
