/**
 * Finds and replaces personal data in one text. The role of the text decides first: a class that owns the role (such as
 * a device label) judges the text as a whole. Otherwise all classes search the text, then every decoded view of it (see
 * text/view.ts), and report spans. Overlapping spans are merged so that nothing of either stays readable. Operator
 * rules run before and after the classes, because a class may keep a part that a rule has to replace. Most texts are
 * technical words, so cheap checks come first: `isTechnicalWord`, the cache of harmless texts, and the features that
 * each class needs.
 *
 *   text, role --> owned by a class? ----------------> whole() ------------------.
 *       | no                                                                      |
 *       v                                                                         v
 *   features --> classes.find(text) --> decode --> classes.find(view) ...    operator rules
 *                       |                               |                         |
 *                       `------------- spans -----------'--> merge --> apply <----'
 */

import type { PathPart } from '../json/visitor.ts';
import type { Role } from '../model/roles.ts';
import { BLANK, type OperatorRules } from '../policy/operator-rules.ts';
import { DATA_CLASSES, type DataClass, type RedactionName } from '../policy/policy.ts';
import { hasEscapedLines, withRealLines } from '../text/escaped-lines.ts';
import { ESCAPE, featuresOf, hasAny } from '../text/features.ts';
import { HarmlessTexts } from '../text/harmless-texts.ts';
import type { View } from '../text/reading.ts';
import { SessionMemory } from '../text/session-memory.ts';
import { applySpans, mergeSpans, type Report, type Span } from '../text/span.ts';
import { withoutSyslogEscapes, withSyslogEscapes } from '../text/syslog.ts';
import { mayReadOtherwise, otherViews } from '../text/view.ts';
import type { TextClass } from './text-class.ts';

/**
 * Texts of these characters, and UUIDs, cannot match any class by their form. Exceptions: a path is always personal,
 * and the version of a browser may be written with underscores.
 */
const WORD = /^[A-Za-z0-9_/]*$/;
/** Texts that match WORD but still have to be searched. */
const SUSPICIOUS = /\d[/_]\d|\d{12}|\w{20}|x[0-9a-f]{12}|fffe|[0-9a-f]{2}_[0-9a-f]{2}_[0-9a-f]{2}_|\/(?:home|Users)\//i;
const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})$/i;
const BEGINS_DESCRIPTION = /^v=0\\/;
const ALWAYS = [0];
const UNREADABLE = '[unreadable]';
/** What the sessions with the same list of classes share: its harmless texts, and the classes that own a role. */
const SHARED = new WeakMap<
  readonly TextClass[],
  { harmless: HarmlessTexts; owners: Map<Role, readonly TextClass[]> }
>();

/** The classes and rules to apply. */
export interface Rules {
  readonly classes: readonly TextClass[];
  /** Null if the operator has no rules. */
  readonly operatorRules: OperatorRules | null;
}

/** Applies the classes and operator rules to the texts of one session. */
export class Redactor {
  readonly #classes: readonly TextClass[];
  readonly #memory: SessionMemory;
  readonly #operatorRules: OperatorRules | null;
  readonly #harmless: HarmlessTexts;
  /** Role -> the classes that may judge its texts as a whole, in order. */
  readonly #owners: Map<Role, readonly TextClass[]>;
  readonly #count: (name: RedactionName) => void;
  readonly #report: Report;
  #spans: Span[] = [];
  /** The class that is running, and the view that its positions refer to. */
  #class: RedactionName = DATA_CLASSES[0];
  #view: View | undefined;

  /** `count` is called once per replacement. */
  constructor(rules: Rules, memory: SessionMemory, count: (name: RedactionName) => void) {
    this.#classes = rules.classes;
    this.#operatorRules = rules.operatorRules;
    this.#memory = memory;
    const shared = SHARED.get(rules.classes) ?? { harmless: new HarmlessTexts(), owners: new Map() };
    SHARED.set(rules.classes, shared);
    this.#harmless = shared.harmless;
    this.#owners = shared.owners;
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

  /** Whether there are operator rules. They must see every text, so there is no fast path. */
  get hasOperatorRules(): boolean {
    return this.#operatorRules !== null;
  }

  /**
   * Replaces personal data in `text`. Returns the same string if there is none. `event` and `path` tell operator rules
   * where the text is; without `path`, it has no location.
   */
  redact(text: string, role: Role, event = '', path?: readonly PathPart[]): string {
    const restored = withoutSyslogEscapes(text);
    if (restored !== undefined) return withSyslogEscapes(this.redact(restored, role, event, path));
    if (text.includes('\\') && hasEscapedLines(text)) {
      const inner = role === 'text' && BEGINS_DESCRIPTION.test(text) ? 'sdp' : role;
      return withRealLines(text, (lines) => this.redact(lines, inner, event, path));
    }
    // Spans left over from a text on which a class threw must not be applied to this one.
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
      // Texts are not cached while relays are known: the address of a relay here may be a user's address in another
      // session.
      this.#harmless.add(text, role);
    }
    return this.#replaced(text, event, path);
  }

  #isHarmless(text: string, role: Role): boolean {
    if (role === 'path') return false;
    if (role !== 'userAgent' && text.length < 3) return true;
    const isKnown = (role !== 'userAgent' && isTechnicalWord(text)) || this.#harmless.has(text, role);
    return isKnown && !this.#memory.hasTermIn(text);
  }

  /** Applies the operator rules to a value that a class has judged as a whole. */
  #ruled(text: string, event: string, path: readonly PathPart[] | undefined): string {
    this.#lookForRules(text, event, path);
    return this.#replaced(text, event, path);
  }

  #replaced(text: string, event: string, path: readonly PathPart[] | undefined): string {
    if (this.#spans.length === 0) return text;
    const clean = this.#applied(text);
    if (this.#operatorRules === null) return clean;
    // The wider span of a class may keep a part that a rule has to replace, such as a network.
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

  /** The replacement by the class that owns the role; undefined if no class does. */
  #whole(text: string, role: Role): string | undefined {
    let owners = this.#owners.get(role);
    if (owners === undefined) {
      owners = this.#classes.filter(({ whole }) => whole?.[role] !== undefined);
      this.#owners.set(role, owners);
    }
    for (const { name, whole } of owners) {
      const clean = whole![role]!(text, this.#memory);
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
        // Do not replace parts of longer words.
        if (isWord(text, at - 1) || isWord(text, at + term.length)) continue;
        this.#class = name;
        this.#report(at, at + term.length, replacement);
      }
    }
  }
}

function isTechnicalWord(text: string): boolean {
  return WORD.test(text) ? !SUSPICIOUS.test(text) : UUID.test(text);
}

/** The text with replacements blanked, so that rules do not match them. */
function withoutReplacements(text: string): string {
  return text.replace(REPLACEMENT, (replacement) => BLANK.repeat(replacement.length));
}

const REPLACEMENT = /\[[a-z][a-z -]*\]|[a-z][a-z0-9]{0,31}-[0-9a-f]{10}/g;

/** Decides between overlapping spans. Rules (index -1) have priority, because they express what the operator wants. */
function priority(name: RedactionName): number {
  return DATA_CLASSES.indexOf(name as DataClass);
}

function isWord(text: string, index: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(index));
}

/** Whether one of the classes finds something in a text that stands alone. */
export function isPersonal(text: string, classes: readonly TextClass[]): boolean {
  const rules = { classes, operatorRules: null };
  return new Redactor(rules, new SessionMemory(), () => {}).redact(text, 'text') !== text;
}
