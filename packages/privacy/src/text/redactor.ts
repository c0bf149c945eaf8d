import type { TextClass } from '../classes/text-class.ts';
import type { Role } from '../events/roles.ts';
import { DATA_CLASSES, type DataClass } from '../policy.ts';
import { applySpans, mergeSpans, type Report, type Span } from './span.ts';
import { decodedViews, hasEscapes, type View } from './view.ts';

/** Texts made of these cannot hold anything that the classes look for by its form. */
const BARREN = /^[A-Za-z0-9_/]*$/;
const UNREADABLE = '[unreadable]';

/** Runs the classes over texts. One a session. */
export class Redactor {
  readonly #classes: readonly TextClass[];
  readonly #count: (name: DataClass) => void;
  readonly #report: Report;
  #spans: Span[] = [];
  /** What runs right now: whose spans come in, and from which reading of the text. */
  #class: DataClass = DATA_CLASSES[0];
  #view: View | undefined;

  /** `count` is called once for each replacement. */
  constructor(classes: readonly TextClass[], count: (name: DataClass) => void) {
    this.#classes = classes;
    this.#count = count;
    this.#report = (start, end, replacement) => {
      const origin = this.#view?.origin;
      this.#spans.push({
        start: origin === undefined ? start : origin[start]!,
        end: origin === undefined ? end : origin[end]!,
        replacement,
        class: this.#class,
      });
    };
  }

  /** Replaces what the classes find in `text` and in its other readings. Returns the same string when that is nothing. */
  redact(text: string, role: Role): string {
    if (text.length < 3 || BARREN.test(text)) return text;
    this.#look(text, role);
    if (hasEscapes(text)) {
      const views = decodedViews(text);
      if (views === null) {
        this.#spans = [];
        return UNREADABLE;
      }
      for (const view of views) {
        this.#view = view;
        this.#look(view.text, role);
      }
      this.#view = undefined;
    }
    if (this.#spans.length === 0) return text;
    const merged = mergeSpans(this.#spans, priority);
    this.#spans = [];
    for (const span of merged) this.#count(span.class);
    return applySpans(text, merged);
  }

  #look(text: string, role: Role): void {
    for (const textClass of this.#classes) {
      this.#class = textClass.name;
      textClass.find(text, role, this.#report);
    }
  }
}

/** Which class decides where two overlap. */
function priority(name: DataClass): number {
  return DATA_CLASSES.indexOf(name);
}
