import type { PathPart } from '../json/rewrite.ts';
import type { Role } from '../model/roles.ts';
import { BLANK, type OperatorRules } from '../policy/operator-rules.ts';
import { DATA_CLASSES, type DataClass, type RedactionName } from '../policy/policy.ts';
import { ESCAPE, featuresOf, hasAny } from '../text/features.ts';
import { HarmlessTexts } from '../text/harmless-texts.ts';
import type { View } from '../text/reading.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import { applySpans, mergeSpans, type Report, type Span } from '../text/span.ts';
import { mayReadOtherwise, otherViews } from '../text/view.ts';
import type { TextClass } from './text-class.ts';

/**
 * Texts made of these, and UUIDs, cannot hold anything that the classes look for by its form; but a path is personal whatever it is made of, and a
 * browser's version may be written with underscores.
 */
const WORD = /^[A-Za-z0-9_/]*$/;
/** Unless there is one of these in them. */
const TELLING = /\d[/_]\d|\d{12}|\w{20}|[0-9a-f]{2}_[0-9a-f]{2}_[0-9a-f]{2}_|\/(?:home|Users)\//i;
const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})$/i;
const ALWAYS = [0];
const UNREADABLE = '[unreadable]';
/** By the classes that found nothing in them. */
const HARMLESS = new WeakMap<readonly TextClass[], HarmlessTexts>();

/** What a policy looks for. */
export interface Rules {
  readonly classes: readonly TextClass[];
  /** Null: the operator has none. */
  readonly operatorRules: OperatorRules | null;
}

/** Runs the classes and the operator's rules over texts. One a session. */
export class Redactor {
  readonly #classes: readonly TextClass[];
  readonly #memory: SessionMemory;
  readonly #operatorRules: OperatorRules | null;
  readonly #harmless: HarmlessTexts;
  readonly #count: (name: RedactionName) => void;
  readonly #report: Report;
  #spans: Span[] = [];
  /** What runs right now: whose spans come in, and from which reading of the text. */
  #class: RedactionName = DATA_CLASSES[0];
  #view: View | undefined;

  /** `count` is called once for each replacement. */
  constructor(rules: Rules, memory: SessionMemory, count: (name: RedactionName) => void) {
    this.#classes = rules.classes;
    this.#operatorRules = rules.operatorRules;
    this.#memory = memory;
    this.#harmless = HARMLESS.get(rules.classes) ?? new HarmlessTexts();
    HARMLESS.set(rules.classes, this.#harmless);
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

  /** Whether there are rules of the operator's, to which any text may be of interest, the most technical one too. */
  get hasOperatorRules(): boolean {
    return this.#operatorRules !== null;
  }

  /**
   * Replaces what the classes and rules find in `text` and in its other readings. Returns the same string when that is nothing.
   * `event` and `path` say where it stands; no path: nowhere in particular.
   */
  redact(text: string, role: Role, event = '', path?: readonly PathPart[]): string {
    // What a text left behind on which a class failed must not be put into another.
    if (this.#spans.length > 0) this.#spans = [];
    this.#view = undefined;
    if (role !== 'text') {
      const whole = this.#whole(text, role);
      if (whole !== undefined) return this.#operatorRules === null ? whole : this.#ruled(whole, event, path);
    }
    if (this.#operatorRules !== null) this.#lookForRules(text, event, path);
    else if (this.#isHarmless(text, role)) return text;
    const features = featuresOf(text);
    this.#look(text, role, features);
    if ((features & ESCAPE) !== 0 && mayReadOtherwise(text)) {
      const views = otherViews(text);
      if (views === null) {
        this.#spans = [];
        this.#count('unreadable');
        return UNREADABLE;
      }
      for (const view of views) {
        this.#view = view;
        this.#look(view.text, role, featuresOf(view.text));
        this.#lookForRules(view.text, event, path);
      }
      this.#view = undefined;
    } else if (this.#spans.length === 0 && this.#operatorRules === null && this.#memory.relays.size === 0) {
      // What is a relay's address here may be a user's in another session.
      this.#harmless.add(text, role);
    }
    return this.#replaced(text, event, path);
  }

  #isHarmless(text: string, role: Role): boolean {
    if (role === 'path') return false;
    if (role !== 'userAgent' && text.length < 3) return true;
    const isKnown = (role !== 'userAgent' && isBarren(text)) || this.#harmless.has(text, role);
    return isKnown && !this.#memory.hasTermIn(text);
  }

  /** A value that a class has judged as a whole, with what the rules want of it. */
  #ruled(text: string, event: string, path: readonly PathPart[] | undefined): string {
    this.#lookForRules(text, event, path);
    return this.#replaced(text, event, path);
  }

  #replaced(text: string, event: string, path: readonly PathPart[] | undefined): string {
    if (this.#spans.length === 0) return text;
    const clean = this.#applied(text);
    if (this.#operatorRules === null) return clean;
    // Where a class had the wider stretch, it may have left some of what a rule wants gone, such as a network.
    this.#lookForRules(withoutReplacements(clean), event, path);
    return this.#applied(clean);
  }

  #applied(text: string): string {
    if (this.#spans.length === 0) return text;
    const merged = mergeSpans(this.#spans, priority);
    this.#spans = [];
    for (const span of merged) this.#count(span.class);
    return applySpans(text, merged);
  }

  /** What the class that owns the role makes of the value; undefined when none does. */
  #whole(text: string, role: Role): string | undefined {
    for (const { name, whole } of this.#classes) {
      const clean = whole?.[role]?.(text, this.#memory);
      if (clean === undefined) continue;
      if (clean !== text) this.#count(name);
      return clean;
    }
    return undefined;
  }

  #lookForRules(text: string, event: string, path: readonly PathPart[] | undefined): void {
    this.#operatorRules?.find(text, event, path, (name, start, end, replacement) => {
      this.#class = name;
      this.#report(start, end, replacement);
    });
  }

  #look(text: string, role: Role, features: number): void {
    for (const textClass of this.#classes) {
      if (textClass.find === undefined || !hasAny(features, textClass.needs ?? ALWAYS)) continue;
      this.#class = textClass.name;
      textClass.find(text, role, this.#report, this.#memory);
    }
    for (const [term, { class: name, replacement }] of this.#memory.termsIn(text)) {
      for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
        // Part of a longer word is another word.
        if (isWord(text, at - 1) || isWord(text, at + term.length)) continue;
        this.#class = name;
        this.#report(at, at + term.length, replacement);
      }
    }
  }
}

function isBarren(text: string): boolean {
  return WORD.test(text) ? !TELLING.test(text) : UUID.test(text);
}

/** The text with what replaced something blotted out: there is nothing more to be found in that. */
function withoutReplacements(text: string): string {
  return text.replace(REPLACEMENT, (replacement) => BLANK.repeat(replacement.length));
}

const REPLACEMENT = /\[[a-z][a-z -]*\]|[a-z][a-z0-9]*-[0-9a-f]{10}/g;

/** Which class decides where two overlap. Rules come first: their operator knows what is meant. */
function priority(name: RedactionName): number {
  return DATA_CLASSES.indexOf(name as DataClass);
}

function isWord(text: string, index: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(index));
}
