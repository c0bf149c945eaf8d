import { BROWSER_FAMILIES, type OverviewDimension } from '@rtcstats-server/api';

/** Values of every dimension that stand for no single value. */
const NO_VALUES = ['unknown', 'other'];

/** A link to the sessions behind a number. */
export interface DrillDown {
  readonly to: string;
  /** What is listed, for the text of the link: `all Chrome versions`. */
  readonly what: string;
}

interface Range {
  /** ISO 8601 */
  readonly from: string;
  readonly to: string;
}

/** Link to the sessions of a range with some filters of the session list. */
export function sessionsPath({ from, to }: Range, filters: Readonly<Record<string, string>> = {}): string {
  return `/sessions?${new URLSearchParams({ ...filters, from, to })}`;
}

/**
 * Link to the sessions of a group of the breakdown, the worst first. Undefined if the session list has no filter for
 * it: those would be other sessions than the ones that were counted.
 */
export function drillDown(by: OverviewDimension, value: string, range: Range): DrillDown | undefined {
  if (NO_VALUES.includes(value)) return undefined;
  const worst = (filters: Readonly<Record<string, string>>, what: string): DrillDown => ({
    to: sessionsPath(range, { ...filters, sort: 'score' }),
    what,
  });
  switch (by) {
    case 'browser': {
      const family = BROWSER_FAMILIES.find((name) => name !== 'other' && new RegExp(`^${name} \\d+$`).test(value));
      return family && worst({ browser: family }, `all ${family} versions`);
    }
    case 'os':
    case 'country':
    case 'origin':
    case 'network':
    case 'route':
      return worst({ [by]: value }, 'sessions');
    case 'observation':
      return worst({ observation: value, severity: 'medium' }, 'sessions');
    case 'score': {
      const [minScore, maxScore] = value.split('-');
      return minScore && maxScore ? worst({ minScore, maxScore }, 'sessions') : undefined;
    }
  }
}
