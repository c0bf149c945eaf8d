import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditListQuery } from '@rtcstats-server/api';
import { PERIODS, type Period } from '../session-list/query.ts';

const PATH = '/audit';

/**
 * Reads the filters of the audit page from its query string. Unknown or invalid values are ignored.
 *
 * @param now milliseconds since the epoch, the end of a `period`
 */
export function readAuditQuery(search: string, now: number): AuditListQuery {
  const given = new URLSearchParams(search);
  const period = PERIODS[given.get('period') as Period] as (typeof PERIODS)[Period] | undefined;
  const time = Date.parse(given.get('since') ?? '');
  const since = Number.isNaN(time) ? period && now - period.milliseconds : time;
  const action = AUDIT_ACTIONS.find((name) => name === given.get('action'));
  const outcome = AUDIT_OUTCOMES.find((name) => name === given.get('outcome'));
  const actor = given.get('actor')?.trim() ?? '';
  return {
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(actor !== '' && { actor }),
  };
}

/** URL of the audit page with some filters changed. An empty value removes a filter. */
export function withAuditFilters(search: string, changes: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters.size === 0 ? PATH : `${PATH}?${parameters}`;
}
