import type { DriftEntry } from '@rtcstats-server/privacy';
import { type ReactNode, useState } from 'react';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Badge } from '../ui/parts.tsx';
import type { RecentSummary } from './recent.ts';
import { canDecide, DECISIONS, type Decision, entryKey, reviewSettings } from './review-settings.ts';

const MAX_SHOWN = 50;

/**
 * The review queue: events and properties that the event model does not know. The operator decides on each, and copies
 * the settings into the configuration; the console changes nothing itself.
 */
export function ReviewCard({ summary }: { readonly summary: RecentSummary }): ReactNode {
  const { entries, more } = summary.drift;
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision>>(new Map());
  const sorted = [...entries].sort((a, b) => b.count - a.count).slice(0, MAX_SHOWN);
  const settings = reviewSettings(sorted, decisions);
  const decide = (entry: DriftEntry, decision: Decision | ''): void => {
    const changed = new Map(decisions);
    if (decision === '') changed.delete(entryKey(entry));
    else changed.set(entryKey(entry), decision);
    setDecisions(changed);
  };
  return (
    <Card
      title="Unknown events and properties"
      flush={sorted.length > 0}
      aside={<Badge>{entries.length === 0 ? 'none' : `${formatCount(entries.length)} to review`}</Badge>}
    >
      {sorted.length === 0 ? (
        <p className="soft">The gateway knows all events and properties in the latest sessions.</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Event</th>
                <th>Path</th>
                <th>Type</th>
                <th className="number">Count</th>
                <th>Decision</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((entry) => (
                <Row
                  key={entryKey(entry)}
                  entry={entry}
                  decision={decisions.get(entryKey(entry)) ?? ''}
                  decide={(decision) => decide(entry, decision)}
                />
              ))}
            </tbody>
          </table>
          {more > 0 && <p className="faint more">{formatPlural(more, 'more occurrence')} under other names.</p>}
          {settings !== '' && <Settings text={settings} />}
        </div>
      )}
    </Card>
  );
}

interface RowProps {
  readonly entry: DriftEntry;
  readonly decision: Decision | '';
  decide(decision: Decision | ''): void;
}

function Row({ entry, decision, decide }: RowProps): ReactNode {
  const { event, path, type, count } = entry;
  return (
    <tr>
      <td className="mono wrap">{event}</td>
      <td className="mono wrap">{path === '' ? 'the event itself' : path}</td>
      <td>{type}</td>
      <td className="number">{formatCount(count)}</td>
      <td>
        {canDecide(entry) && (
          <select
            className="input"
            aria-label={`Decision on ${event} ${path}`}
            value={decision}
            onChange={(change) => decide(change.target.value as Decision | '')}
          >
            <option value="">undecided</option>
            {DECISIONS.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        )}
      </td>
    </tr>
  );
}

function Settings({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="more">
      <p className="soft">
        Add this to the configuration. Kept events are still scanned; existing keys of the same name have to be merged.
      </p>
      <pre className="mono">{text}</pre>
      <CopyButton text={text}>Copy</CopyButton>
    </div>
  );
}
