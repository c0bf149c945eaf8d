import type { Change, Changes } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatPlural } from '../ui/format.ts';
import { Badge, Loading, Problem } from '../ui/parts.tsx';
import {
  changeLink,
  changeSubject,
  changesSummary,
  differenceText,
  notComparedText,
  pText,
  sideText,
} from './change-text.ts';
import { queryOf, type Settings } from './settings.ts';

const POLL_MS = 30_000;
/** Changes that the gateway is asked for. */
const MAX_CHANGES = 20;

/** What got worse or better than in the time before, the least likely to be chance first. */
export function ChangesCard({ settings }: { readonly settings: Settings }): ReactNode {
  return (
    <Card title="What changed" flush>
      <LoadedChanges settings={settings} />
    </Card>
  );
}

/** Loads inside the card, so that the button that reloads a panel asks again. */
function LoadedChanges({ settings }: { readonly settings: Settings }): ReactNode {
  const { range, since, until } = settings;
  const { value, error, reload } = useAnswer(
    async () => {
      const query = queryOf(settings, Date.now());
      if (typeof query === 'string') return undefined;
      const { from, to } = query;
      return await api.changes({ ...(from && { from }), ...(to && { to }), limit: MAX_CHANGES });
    },
    [range, since, until].join(),
    POLL_MS,
  );
  if (error) return <Problem error={error} retry={reload} />;
  return value === undefined ? <Loading /> : <ShownChanges changes={value} />;
}

function ShownChanges({ changes }: { readonly changes: Changes }): ReactNode {
  const significant = changes.changes.filter((change) => change.significant);
  const others = changes.changes.filter((change) => !change.significant);
  const notCompared = notComparedText(changes);
  return (
    <>
      <p className="soft panel-text">{changesSummary(changes)}</p>
      {significant.length > 0 && <ChangesTable of={significant} changes={changes} />}
      {changes.significant > significant.length && (
        <p className="faint panel-text">{formatPlural(changes.significant - significant.length, 'more change')}.</p>
      )}
      {others.length > 0 && (
        <details className="panel-details">
          <summary>{formatPlural(others.length, 'more difference')} that can be chance, the least likely first</summary>
          <ChangesTable of={others} changes={changes} />
        </details>
      )}
      {notCompared !== '' && <p className="faint panel-text">{notCompared}</p>}
    </>
  );
}

function ChangesTable({ of, changes }: { readonly of: readonly Change[]; readonly changes: Changes }): ReactNode {
  return (
    <div className="table-wrap">
      <table className="table groups">
        <thead>
          <tr>
            <th>What</th>
            <th className="number">Before, of judged</th>
            <th className="number">Now, of judged</th>
            <th className="number">Difference (95 % interval)</th>
            <th className="number">Corrected p-value</th>
            <th>Worst first</th>
          </tr>
        </thead>
        <tbody>
          {of.map((change) => (
            <Row key={`${changeSubject(change)} ${change.measure}`} change={change} changes={changes} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ change, changes }: { readonly change: Change; readonly changes: Changes }): ReactNode {
  const { significant, difference, before, after, adjustedPValue } = change;
  const subject = changeSubject(change);
  const link = changeLink(change, changes.after);
  return (
    <tr>
      <td className="group-name">
        <span>
          {significant && <Badge tone={difference > 0 ? 'bad' : 'good'}>{difference > 0 ? 'worse' : 'better'}</Badge>}
          {significant && ' '}
          {subject}
        </span>
      </td>
      <td className="number" data-name="Before">
        {sideText(before, changes.minimumGroup)}
      </td>
      <td className="number" data-name="Now">
        {sideText(after, changes.minimumGroup)}
      </td>
      <td className="number" data-name="Difference">
        {differenceText(change)}
      </td>
      <td className="number" data-name="Corrected p-value">
        {pText(adjustedPValue)}
      </td>
      <td data-name="Worst first">
        {link === undefined ? (
          '–'
        ) : (
          <Link to={link.to}>
            {link.what}
            <span className="hidden"> of {subject}</span>
          </Link>
        )}
      </td>
    </tr>
  );
}
