import type { AuditEntryBody } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { useHasRole } from '../api/access.ts';
import { Link, useLocation } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount, formatDay, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Button, Empty, Loading, Problem } from '../ui/parts.tsx';
import { actionName, detailsText, erasedText, outcomeTone } from './entry-text.ts';
import { AuditFilters } from './filters.tsx';
import { useEntries } from './use-entries.ts';

/** The entries of the log, newest first, with filters. */
export function EntriesCard(): ReactNode {
  const { search } = useLocation();
  const { entries, nextCursor, size, error, loading, reload, more } = useEntries(search);
  return (
    <>
      <AuditFilters search={search} />
      {error && <Problem error={error} retry={reload} />}
      <Card
        title="Entries"
        flush
        aside={
          <Button kind="quiet" onClick={reload} disabled={loading}>
            Refresh
          </Button>
        }
      >
        {entries.length > 0 && <Entries entries={entries} />}
        {loading && entries.length === 0 && <Loading />}
        {!loading && entries.length === 0 && nextCursor === null && <NoEntries isFiltered={search !== ''} />}
        {nextCursor !== undefined && (entries.length > 0 || nextCursor !== null) && (
          <div className="more">
            <span className="faint" role="status">
              {formatPlural(entries.length, 'entry', 'entries')}
              {nextCursor !== null &&
                ` so far; looked at ${formatCount(size - Number(nextCursor))} of ${formatCount(size)}`}
            </span>
            {nextCursor !== null && (
              <Button onClick={more} disabled={loading}>
                Show more
              </Button>
            )}
          </div>
        )}
      </Card>
    </>
  );
}

function NoEntries({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) {
    return (
      <Empty title="No matching entries">
        Remove a filter or choose a longer time. “Who” must be the whole name of a token, <code>command:</code> and the
        user of the system, <code>gateway</code>, <code>retention</code>, <code>local</code> or <code>unknown</code>.
      </Empty>
    );
  }
  return <Empty title="No entries yet">The first one is recorded when the gateway starts.</Empty>;
}

function Entries({ entries }: { readonly entries: readonly AuditEntryBody[] }): ReactNode {
  const canOpen = useHasRole('read');
  return (
    <div className="table-wrap">
      <table className="table stacked audit-entries">
        <thead>
          <tr>
            <th className="number">#</th>
            <th>When</th>
            <th>Who</th>
            <th>What</th>
            <th>Outcome</th>
            <th>About</th>
            <th>Details</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.position}>
              <td className="number faint" data-name="#">
                {formatCount(entry.position)}
              </td>
              <td className="when" data-name="When">
                {formatDay(entry.time)} {formatTime(entry.time)}
              </td>
              <td data-name="Who">{entry.actor}</td>
              <td className="stacked-title" title={entry.action}>
                {actionName(entry.action)}
              </td>
              <td data-name="Outcome">
                <Badge tone={outcomeTone(entry.outcome)}>{entry.outcome}</Badge>
              </td>
              <td className={isAboutNobody(entry) ? 'nothing' : undefined} data-name="About">
                <About entry={entry} canOpen={canOpen} />
              </td>
              <td className={entry.details === null ? 'soft details nothing' : 'soft details'} data-name="Details">
                {detailsText(entry.details) || '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isAboutNobody({ target, persons, erased }: AuditEntryBody): boolean {
  return target === null && persons.length === 0 && erased === 0;
}

/** The target and the people of an entry, as far as they are not erased. */
function About({ entry, canOpen }: { readonly entry: AuditEntryBody; readonly canOpen: boolean }): ReactNode {
  const { target, targetExists, persons } = entry;
  const erased = erasedText(entry);
  if (isAboutNobody(entry)) return '–';
  return (
    <div className="about">
      {target !== null &&
        (targetExists && canOpen ? (
          <Link to={`/sessions/${encodeURIComponent(target)}`} className="mono">
            {target}
          </Link>
        ) : (
          <span className="mono" title={targetExists ? undefined : 'Not in the catalog any more'}>
            {target}
          </span>
        ))}
      {persons.length > 0 && <span className="mono faint">{persons.join(', ')}</span>}
      {erased && <Badge>{erased}</Badge>}
    </div>
  );
}
