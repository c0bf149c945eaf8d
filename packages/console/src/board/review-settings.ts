import { type DriftEntry, isApplicationEvent, type RuleMethod } from '@rtcstats-server/privacy';

/** What an operator can decide about an unknown event or property. */
export const DECISIONS = ['keep', 'pseudonymize', 'drop'] as const;
/** One of `DECISIONS`. */
export type Decision = (typeof DECISIONS)[number];

/** Identifies an entry in the review queue. */
export function entryKey({ event, path, type }: DriftEntry): string {
  return `${event} ${path} ${type}`;
}

/** Whether the entry can be decided: names that were masked or shortened cannot be written into a policy. */
export function canDecide({ event, path }: DriftEntry): boolean {
  return event !== '?' && !path.includes('?');
}

/**
 * The settings of `privacy` for the decisions, as YAML. Events of the application go to `customEvents`; `keep` of one
 * means that its texts are scanned, because a review queue must not suggest to store anything raw. Properties of the
 * protocol's events become operator rules; those that are kept need none, because they are scanned anyway. Empty if
 * there is nothing to change.
 */
export function reviewSettings(entries: readonly DriftEntry[], decisions: ReadonlyMap<string, Decision>): string {
  const events: string[] = [];
  const rules: string[] = [];
  for (const entry of entries) {
    const decision = decisions.get(entryKey(entry));
    if (decision === undefined || !canDecide(entry)) continue;
    if (entry.path === '' && isApplicationEvent(entry.event)) {
      events.push(`    ${JSON.stringify(entry.event)}: ${decision === 'keep' ? 'scan' : decision}`);
    } else if (decision !== 'keep' && entry.path !== '') {
      rules.push(...ruleFor(entry, RULE_METHOD[decision], rules.length / LINES_PER_RULE + 1));
    }
  }
  const sections = [
    ...(events.length > 0 ? ['  customEvents:', ...new Set(events)] : []),
    ...(rules.length > 0 ? ['  rules:', ...rules] : []),
  ];
  return sections.length === 0 ? '' : `${['privacy:', ...sections].join('\n')}\n`;
}

const LINES_PER_RULE = 5;
const RULE_METHOD: Readonly<Record<Exclude<Decision, 'keep'>, RuleMethod>> = {
  pseudonymize: 'pseudonymize',
  drop: 'redact',
};

/** Rule names have letters and dashes only. */
function ruleFor({ event, path }: DriftEntry, method: RuleMethod, number: number): string[] {
  const letters = [...String(number)].map((digit) => String.fromCharCode(97 + Number(digit))).join('');
  return [
    `    - name: review-${letters}`,
    `      pattern: '(?s).+'`,
    `      events: [${JSON.stringify(event)}]`,
    `      paths: [${JSON.stringify(path)}]`,
    `      method: ${method}`,
  ];
}
