import type { SubjectOverviewBody } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { useHasRole } from '../api/access.ts';
import { Link } from '../routing/router.tsx';
import { formatDate, formatPlural, formatTime } from '../ui/format.ts';
import { StateBadge } from '../ui/session-state.tsx';

/** A longer list is closed at first. */
const MAX_OPEN = 10;

/** The sessions that were found. */
export function SessionList({ found: { newest, sessions } }: { readonly found: SubjectOverviewBody }): ReactNode {
  const canOpen = useHasRole('read');
  return (
    <details open={newest.length <= MAX_OPEN}>
      <summary>
        {newest.length < sessions ? `The newest ${newest.length} sessions` : formatPlural(sessions, 'session')}
      </summary>
      <table className="table stacked">
        <thead>
          <tr>
            <th>Began</th>
            <th>Session</th>
            <th>State</th>
            <th>Gateway</th>
            <th>Key epoch</th>
          </tr>
        </thead>
        <tbody>
          {newest.map(({ id, startedAt, state, host, keyId }) => (
            <tr key={id}>
              <td className="stacked-title">
                {formatDate(startedAt)} {formatTime(startedAt)}
              </td>
              <td className="mono" data-name="Session">
                {canOpen ? <Link to={`/sessions/${encodeURIComponent(id)}`}>{id}</Link> : id}
              </td>
              <td data-name="State">
                <StateBadge state={state} />
              </td>
              <td data-name="Gateway">{host}</td>
              <td data-name="Key epoch">{keyId ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
