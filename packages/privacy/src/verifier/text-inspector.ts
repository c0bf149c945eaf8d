import type { Finding } from '../finding.ts';
import type { Policy } from '../policy.ts';
import { shapeOf } from './characters.ts';
import type { Detector, Hit, Place } from './detector.ts';
import { activeDetectors, allDetectors } from './detectors.ts';
import { excerptOf } from './excerpt.ts';
import { JsonWalk } from './json-walk.ts';
import { mayBeUnusual, peelLayer } from './layers.ts';

/** Findings that are kept; the rest is only counted. */
const KEPT = 100;
/** A property name that can be shown in a path; longer ones, and those with many digits, may be data. */
const PLAIN_NAME = /^(?!.*\d{6})[A-Za-z_$\d][\w$-]{0,31}$/;

/** Shows the texts of a line to every detector, layer by layer, and writes down what they find. */
export class TextInspector {
  readonly findings: Finding[] = [];
  total = 0;
  readonly #detectors: readonly Detector[];
  readonly #numeric: readonly Detector[];
  readonly #all: readonly Detector[];
  readonly #visit = (text: string, walk: JsonWalk): void => this.#inspect(text, walk);
  #line = 0;
  #plain = false;
  /** A text of many lines, and the line that `#counted` characters of it reach to. */
  #document = '';
  #counted = 0;

  constructor(policy: Policy) {
    this.#detectors = activeDetectors(policy);
    this.#numeric = this.#detectors.filter((detector) => detector.readsNumbers === true);
    this.#all = allDetectors(policy);
  }

  /** One line of `bytes` bytes: a JSON text, or else whatever it is. `event` is its name where the line itself has none. */
  inspectLine(text: string, line: number, bytes: number, event?: string): void {
    this.#line = line;
    this.#plain = !mayBeUnusual(text, bytes);
    const mark = this.total;
    const kept = this.findings.length;
    if (new JsonWalk(this.#visit, undefined, event).walk(text)) return;
    // Torn or foreign: forget what was seen of it as JSON and search all of it as text.
    this.total = mark;
    this.findings.length = kept;
    this.#inspectText(text, TEXT_PLACE, undefined);
  }

  /** A whole file that is one JSON text; false, and nothing found, if it is not. */
  inspectDocument(text: string): boolean {
    this.#line = 1;
    this.#plain = false;
    this.#document = text;
    this.#counted = 0;
    const done = new JsonWalk(this.#visit).walk(text);
    this.#document = '';
    if (!done) {
      this.total = 0;
      this.findings.length = 0;
    }
    return done;
  }

  #inspect(text: string, walk: JsonWalk): void {
    if (walk.kind === 'number') {
      this.#inspectNumber(text, walk);
      return;
    }
    if (walk.kind === 'value' && mayBeJson(text)) {
      const mark = this.total;
      const kept = this.findings.length;
      if (new JsonWalk(this.#visit, walk).walk(text)) return;
      this.total = mark;
      this.findings.length = kept;
    }
    this.#inspectText(text, walk, walk);
  }

  /** Looks at the text and at every layer under it. What an upper layer showed already is not counted again. */
  #inspectText(text: string, place: Place, walk: JsonWalk | undefined): void {
    let seen: Set<string> | undefined;
    let current: string | undefined = text;
    for (let layer = 0; current !== undefined; layer++) {
      const shape = shapeOf(current);
      for (const detector of this.#detectors) {
        for (const hit of detector.find(current, place, layer, shape)) {
          const value = `${detector.class}:${current.slice(hit.start, hit.end)}`;
          if (layer > 0 && seen?.has(value)) continue;
          seen ??= new Set();
          seen.add(value);
          this.#report(detector, current, hit, place, walk, layer);
        }
      }
      current = peelLayer(current, shape, this.#plain && layer === 0);
    }
  }

  #inspectNumber(text: string, walk: JsonWalk): void {
    for (const detector of this.#numeric) {
      for (const hit of detector.find(text, walk, 0, shapeOf(text))) this.#report(detector, text, hit, walk, walk, 0);
    }
  }

  #report(detector: Detector, text: string, hit: Hit, place: Place, walk: JsonWalk | undefined, layer: number): void {
    this.total++;
    if (this.findings.length >= KEPT) return;
    const others = this.#all.flatMap((other) => other.find(text, place, layer, shapeOf(text)));
    this.findings.push({
      class: detector.class,
      line: this.#lineOf(walk),
      path: walk?.path((name) => this.#isShown(name)) ?? '$',
      excerpt: excerptOf(text, hit, others),
    });
  }

  #lineOf(walk: JsonWalk | undefined): number {
    if (this.#document === '' || walk === undefined) return this.#line;
    for (let at = this.#document.indexOf('\n', this.#counted); at >= 0 && at < walk.position; ) {
      this.#line++;
      this.#counted = at + 1;
      at = this.#document.indexOf('\n', this.#counted);
    }
    return this.#line;
  }

  #isShown(name: string): boolean {
    return (
      PLAIN_NAME.test(name) &&
      this.#all.every((detector) => detector.find(name, TEXT_PLACE, 0, shapeOf(name)).length === 0)
    );
  }
}

const TEXT_PLACE: Place = {
  kind: 'text',
  event: undefined,
  name: undefined,
  index: -1,
  first: undefined,
  depth: 0,
  within: () => false,
};

function mayBeJson(text: string): boolean {
  const first = text.trimStart().charCodeAt(0);
  return first === 123 || first === 91 || first === 34;
}
