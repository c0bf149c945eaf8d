import { statsPropertyName } from '@rtcstats-server/dump';
import { RE2JS } from 're2js';
import type { PathPart } from '../json/visitor.ts';
import { isPseudonym, type Pseudonyms } from '../pseudonyms/pseudonym.ts';
import type { PolicyRule } from './policy.ts';

/**
 * Maximum number of instructions of a compiled pattern: matching time is proportional to it and to the length of the
 * text.
 */
const MAX_PROGRAM = 2000;

/** Placeholder for text that is already replaced, which rules must not match. */
export const BLANK = '\0';
const ONLY_BLANKS = /^\0+$/;

/** Called with each match of a rule and its replacement. */
export type RuleReport = (name: `rule:${string}`, start: number, end: number, replacement: string) => void;

/**
 * Compiles a pattern in RE2 syntax, which matches in linear time.
 *
 * @throws {Error} whose message says what is wrong with the pattern
 */
export function compilePattern(pattern: string): RE2JS {
  const compiled = RE2JS.compile(pattern);
  if (compiled.programSize() > MAX_PROGRAM)
    throw new Error('it is too large; use a shorter pattern or smaller repetition counts');
  if (compiled.matches('')) throw new Error('it matches the empty text');
  return compiled;
}

interface CompiledRule {
  readonly name: `rule:${string}`;
  readonly pattern: RE2JS;
  readonly group: 0 | 1;
  readonly events: ReadonlySet<string>;
  readonly paths: readonly (readonly string[])[];
  replace(text: string): string;
  /** Whether `text` is a replacement made by this rule. */
  isOwn(text: string): boolean;
}

/** The operator's rules, compiled. Shared by all sessions. */
export class OperatorRules {
  readonly #rules: readonly CompiledRule[];

  constructor(rules: readonly PolicyRule[], pseudonyms: Pseudonyms) {
    this.#rules = rules.map((rule) => compileRule(rule, pseudonyms));
  }

  /**
   * Reports the matches of the rules in a text.
   *
   * @param event name of the event's method; '' for the metadata and for texts of the catalog
   * @param path location of the text in the event; undefined for a key, which has none
   */
  find(text: string, event: string, path: readonly PathPart[] | undefined, report: RuleReport): void {
    for (const rule of this.#rules) {
      if (rule.events.size > 0 && !rule.events.has(event)) continue;
      if (rule.paths.length > 0 && (path === undefined || !leadsTo(path, event, rule.paths))) continue;
      const matcher = rule.pattern.matcher(text);
      while (matcher.find()) {
        const group = rule.group === 1 && matcher.start(1) >= 0 ? 1 : 0;
        const start = matcher.start(group);
        const end = matcher.end(group);
        const found = text.slice(start, end);
        // Do not replace replacements.
        if (found === '' || isPseudonym(found) || rule.isOwn(found) || ONLY_BLANKS.test(found)) continue;
        const replacement = rule.replace(found);
        if (replacement !== found) report(rule.name, start, end, replacement);
      }
    }
  }
}

function compileRule(rule: PolicyRule, pseudonyms: Pseudonyms): CompiledRule {
  const pattern = compilePattern(rule.pattern);
  const kind = rule.name.replaceAll('-', '');
  const replace = {
    redact: () => `[${rule.name}]`,
    remove: () => '',
    pseudonymize: (text: string) => pseudonyms.of(kind, text, `rule:${rule.name}`),
  }[rule.method];
  return {
    name: `rule:${rule.name}`,
    pattern,
    group: pattern.groupCount() > 0 ? 1 : 0,
    events: new Set(rule.events),
    paths: rule.paths.map((path) => path.split('.')),
    replace,
    isOwn: (text) => text.startsWith(`${kind}-`) && /^[0-9a-f]{10}$/.test(text.slice(kind.length + 1)),
  };
}

/** Whether the property names in the path end with those of one of `paths`. List indexes are ignored. */
function leadsTo(way: readonly PathPart[], event: string, paths: readonly (readonly string[])[]): boolean {
  const names = way.filter((part) => typeof part === 'string');
  return paths.some((path) => {
    const first = names.length - path.length;
    return first >= 0 && path.every((part, index) => part === '*' || part === nameAt(names, first + index, event));
  });
}

/** In statistics, properties are sent as numeric codes. */
function nameAt(names: readonly string[], index: number, event: string): string {
  const name = names[index]!;
  return event === 'getStats' && index === names.length - 1 ? statsPropertyName(name) : name;
}
