import {
  CALL_VERDICTS,
  MEDIA_ROUTES,
  NETWORK_TYPES,
  SESSION_SORTS,
  SESSION_STATES,
  SEVERITIES,
  type SessionQuery,
} from '@rtcstats-server/api';

/** Path of the session list. */
const LIST_PATH = '/sessions';
/** Periods that the filter offers, up to now. */
export const PERIODS = {
  hour: { name: 'last hour', milliseconds: 3_600_000 },
  day: { name: 'last 24 hours', milliseconds: 86_400_000 },
  week: { name: 'last 7 days', milliseconds: 7 * 86_400_000 },
  month: { name: 'last 30 days', milliseconds: 30 * 86_400_000 },
} as const;
/** Limit of the API. A longer name is no observation, so nothing is found either way. */
const MAX_OBSERVATION_LENGTH = 64;
/** Limits of the API, for which the same goes. */
const MAX_COUNTRY_LENGTH = 8;
const MAX_OS_LENGTH = 128;
/** Bands of the experience score that the filter offers, `[lowest, highest]`, best first. The overview has the same. */
export const SCORE_BANDS = [
  [80, 100],
  [60, 79],
  [40, 59],
  [20, 39],
  [0, 19],
] as const;
/** Value of the query parameter `period`. */
export type Period = keyof typeof PERIODS;

/**
 * Reads the filters of the session list from the query string of the page, to which the search term was added. Unknown
 * or invalid values are ignored.
 *
 * @param now milliseconds since the epoch, the end of a `period`
 */
export function readQuery(search: string, now: number): SessionQuery {
  const given = new URLSearchParams(search);
  const text = (name: string): string | undefined => given.get(name)?.trim() || undefined;
  const oneOf = <T extends string>(name: string, known: readonly T[]): T | undefined =>
    known.find((value) => value === given.get(name));
  const period = PERIODS[given.get('period') as Period] as (typeof PERIODS)[Period] | undefined;
  const from = parseTime(text('from')) ?? (period && new Date(now - period.milliseconds).toISOString());
  const query: Record<string, string | number | undefined> = {
    search: text('search'),
    origin: text('origin'),
    browser: text('browser'),
    country: text('country')?.slice(0, MAX_COUNTRY_LENGTH),
    os: text('os')?.slice(0, MAX_OS_LENGTH),
    network: oneOf('network', NETWORK_TYPES),
    route: oneOf('route', MEDIA_ROUTES),
    state: oneOf('state', SESSION_STATES),
    verdict: oneOf('verdict', CALL_VERDICTS),
    observation: text('observation')?.slice(0, MAX_OBSERVATION_LENGTH),
    severity: oneOf('severity', SEVERITIES),
    minScore: parseScore(text('minScore')),
    maxScore: parseScore(text('maxScore')),
    sort: oneOf('sort', SESSION_SORTS),
    from,
    to: parseTime(text('to')),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as SessionQuery;
}

/** Converts the local time of an input field to ISO 8601 in UTC; undefined if it is not a valid time. */
function parseTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A whole number of points, 0 to 100; undefined if it is not one. */
function parseScore(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : undefined;
}

/** A time as the field `datetime-local` takes it: local time, without a zone. Empty if it is not a valid time. */
export function fieldTime(text: string | null): string {
  const time = new Date(text ?? '');
  if (Number.isNaN(time.getTime())) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** URL of the session list with some filters changed. An empty value removes a filter. */
export function withFilters(search: string, changes: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? LIST_PATH : `${LIST_PATH}?${text}`;
}

/** The same with one filter. */
export function withFilter(search: string, name: string, value: string): string {
  return withFilters(search, { [name]: value });
}

/**
 * Takes names of users, conferences and sessions out of the query of a link, because a URL with them would stay in the
 * history of the browser. The field of the page searches for them instead.
 *
 * @returns the URL without them and the first of them; undefined if there are none
 */
export function takeTerm(search: string): { readonly to: string; readonly term: string } | undefined {
  const parameters = new URLSearchParams(search);
  const names = ['search', 'user', 'conference', 'session'].filter((name) => parameters.has(name));
  if (names.length === 0) return undefined;
  return {
    to: withFilters(search, Object.fromEntries(names.map((name) => [name, '']))),
    term: names.map((name) => parameters.get(name)!.trim()).find((term) => term !== '') ?? '',
  };
}
