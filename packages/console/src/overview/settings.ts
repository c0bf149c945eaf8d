import { OVERVIEW_DIMENSIONS, type OverviewDimension, type OverviewQuery } from '@rtcstats-server/api';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Limit of the API. */
const MAX_DAYS = 400;

/** Time ranges that the overview offers: the current hour or day, and those before it. */
export const RANGES = {
  day: { name: 'last 24 hours', unit: HOUR_MS, units: 24 },
  week: { name: 'last 7 days', unit: DAY_MS, units: 7 },
  month: { name: 'last 30 days', unit: DAY_MS, units: 30 },
  quarter: { name: 'last 90 days', unit: DAY_MS, units: 90 },
} as const;
/** Value of the query parameter `range`. `custom`: from `since` to `until`, days in UTC, both included. */
export type RangeName = keyof typeof RANGES | 'custom';

/** Names of the dimensions of the breakdown. */
export const DIMENSION_NAMES: Readonly<Record<OverviewDimension, string>> = {
  browser: 'browser',
  os: 'operating system',
  country: 'country',
  origin: 'origin of the page',
  network: 'network of the client',
  route: 'route of the media',
  score: 'experience score',
  observation: 'problem',
};

/** What the overview shows; part of the URL, so that a link shows the same to somebody else. */
export interface Settings {
  readonly range: RangeName;
  /** Days of a `custom` range, `2026-11-01`; empty if not given. */
  readonly since: string;
  readonly until: string;
  readonly by: OverviewDimension;
  readonly compares: boolean;
}

const DEFAULTS: Settings = { range: 'week', since: '', until: '', by: 'browser', compares: true };
const PARAMETERS = ['range', 'since', 'until', 'by', 'compare'];

/** Reads the settings from the query string of the page. Unknown or invalid values are ignored. */
export function readSettings(search: string): Settings {
  const given = new URLSearchParams(search);
  const names: readonly RangeName[] = ['day', 'week', 'month', 'quarter', 'custom'];
  const range = names.find((name) => name === given.get('range')) ?? DEFAULTS.range;
  const day = (name: string): string => (range === 'custom' ? validDay(given.get(name)) : '');
  return {
    range,
    since: day('since'),
    until: day('until'),
    by: OVERVIEW_DIMENSIONS.find((name) => name === given.get('by')) ?? DEFAULTS.by,
    compares: given.get('compare') !== 'none',
  };
}

function validDay(text: string | null): string {
  const isDay = text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  return isDay ? text : '';
}

/** URL of the overview with these settings. Defaults are left out. */
export function overviewPath({ range, since, until, by, compares }: Settings): string {
  const parameters = new URLSearchParams();
  if (range !== DEFAULTS.range) parameters.set('range', range);
  if (range === 'custom' && since !== '') parameters.set('since', since);
  if (range === 'custom' && until !== '') parameters.set('until', until);
  if (by !== DEFAULTS.by) parameters.set('by', by);
  if (!compares) parameters.set('compare', 'none');
  return parameters.size === 0 ? '/' : `/?${parameters}`;
}

/**
 * The question for the API.
 *
 * @param now milliseconds since the epoch
 * @returns what is missing or wrong, as a sentence, if there is nothing to ask for
 */
export function queryOf({ range, since, until, compares }: Settings, now: number): OverviewQuery | string {
  const compare = compares ? 'previous' : 'none';
  if (range !== 'custom') {
    const { unit, units } = RANGES[range];
    const begin = Math.floor(now / unit) * unit - (units - 1) * unit;
    return { from: new Date(begin).toISOString(), to: new Date(now).toISOString(), compare };
  }
  if (since === '') return 'Choose the first day of the range.';
  const end = until === '' ? now : Date.parse(until) + DAY_MS;
  if (Date.parse(since) >= end) return 'The first day is after the last one.';
  if (end - Date.parse(since) > MAX_DAYS * DAY_MS) return `A range has at most ${MAX_DAYS} days.`;
  return { from: new Date(since).toISOString(), to: new Date(end).toISOString(), compare };
}

/**
 * The session list was the first page in earlier versions.
 *
 * @returns the URL of the list if the query of the first page has a filter of the list
 */
export function listPath(search: string): string | undefined {
  const isOfTheList = [...new URLSearchParams(search).keys()].some((name) => !PARAMETERS.includes(name));
  return isOfTheList ? `/sessions${search}` : undefined;
}
