import { RE2JS } from 're2js';
import type { PolicyRule } from '../policy/policy.ts';
import type { Hit, Place } from './detector.ts';

/** Replacements of an anonymizer: redactions and pseudonyms. Rules do not search them. */
const REPLACEMENT = /\[[a-z][a-z -]*\]|[a-z][a-z\d]{0,31}-[\da-f]{10}/g;
const ONLY_BLANKS = /^\0+$/;
/** The suffix of an alias, which keeps keys distinct that became equal by masking. */
const ALIAS = /~\d+$/;

export type RuleName = `rule:${string}`;

interface Check {
  readonly name: RuleName;
  readonly pattern: RE2JS;
  readonly rule: PolicyRule;
  readonly paths: readonly (readonly string[])[];
}

/** Checks that events and metadata of a dump have no match of the operator's rules left. */
export class OperatorRuleChecks {
  readonly #checks: readonly Check[];

  constructor(rules: readonly PolicyRule[]) {
    this.#checks = rules.map((rule) => ({
      name: `rule:${rule.name}`,
      pattern: RE2JS.compile(rule.pattern),
      rule,
      paths: rule.paths.map((path) => path.split('.')),
    }));
  }

  get isEmpty(): boolean {
    return this.#checks.length === 0;
  }

  /**
   * The matches in a text.
   *
   * @param names names of the enclosing properties; undefined for a key
   */
  find(text: string, place: Place, names: readonly string[] | undefined): readonly (readonly [RuleName, Hit])[] {
    const isEventName = place.depth === 1 && place.index === 0;
    // Written by the gateway itself.
    if (isEventName ? text === 'close' : place.event === 'metadata' && place.within('privacy')) return [];
    const event = isEventName || place.event === 'metadata' ? '' : (place.event ?? '');
    const searched = place.kind === 'key' ? text.replace(ALIAS, '') : text;
    return this.#checks
      .filter(({ rule, paths }) => {
        if (rule.events.length > 0 && !rule.events.includes(event)) return false;
        return paths.length === 0 || (names !== undefined && paths.some((path) => endsWith(names, path)));
      })
      .flatMap(({ name, pattern }) => hitsOf(pattern, searched).map((hit) => [name, hit] as const));
  }

  /** All matches of any rule in a text, regardless of its location: these must not be shown in an excerpt. */
  everywhere(text: string): readonly Hit[] {
    return this.#checks.flatMap(({ pattern }) => hitsOf(pattern, text));
  }
}

function hitsOf(pattern: RE2JS, text: string): Hit[] {
  const blanked = text.replace(REPLACEMENT, (left) => '\0'.repeat(left.length));
  const hits: Hit[] = [];
  const matcher = pattern.matcher(blanked);
  while (matcher.find()) {
    const group = pattern.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
    const hit = { start: matcher.start(group), end: matcher.end(group) };
    if (hit.end > hit.start && !ONLY_BLANKS.test(blanked.slice(hit.start, hit.end))) hits.push(hit);
  }
  return hits;
}

function endsWith(names: readonly string[], path: readonly string[]): boolean {
  const first = names.length - path.length;
  return first >= 0 && path.every((part, index) => part === '*' || part === names[first + index]);
}
