import { CALL_VERDICTS, SESSION_SORTS, SESSION_STATES, SEVERITIES, type SessionQuery } from '@rtcstats-server/api';

/** Periods that the filter offers, up to now. */
export const PERIODS = {
  hour: { name: 'last hour', milliseconds: 3_600_000 },
  day: { name: 'last 24 hours', milliseconds: 86_400_000 },
  week: { name: 'last 7 days', milliseconds: 7 * 86_400_000 },
  month: { name: 'last 30 days', milliseconds: 30 * 86_400_000 },
} as const;
/** Limit of the API. A longer name is no observation, so nothing is found either way. */
const MAX_OBSERVATION_LENGTH = 64;
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
  const query: Record<string, string | undefined> = {
    search: text('search'),
    origin: text('origin'),
    browser: text('browser'),
    state: oneOf('state', SESSION_STATES),
    verdict: oneOf('verdict', CALL_VERDICTS),
    observation: text('observation')?.slice(0, MAX_OBSERVATION_LENGTH),
    severity: oneOf('severity', SEVERITIES),
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

/** URL of the session list with one filter changed. An empty value removes the filter. */
export function withFilter(search: string, name: string, value: string): string {
  const parameters = new URLSearchParams(search);
  if (value === '') parameters.delete(name);
  else parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? '/' : `/?${text}`;
}
