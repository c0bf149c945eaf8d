import { type ReactNode, useMemo } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Bars } from '../ui/bars.tsx';
import { formatCount, formatName, formatPlural } from '../ui/format.ts';
import { Badge, Card, Empty, Loading, Problem } from '../ui/parts.tsx';
import { CanaryCard } from './canary-card.tsx';
import { EgressCard } from './egress-card.tsx';
import { PolicyInForce } from './policy-in-force.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { type RecentSummary, summarize } from './recent.ts';
import { VerifiedBars } from './verified-bars.tsx';

const RECENT = 1000;
const POLL_MS = 30_000;

/** Whether the data is safe, on one page. */
export function BoardPage(): ReactNode {
  const { value: policy } = useAnswer(api.policy, 'policy');
  const { value: recent, error, reload } = useAnswer(() => api.sessions({ limit: RECENT }), 'recent', POLL_MS);
  const quarantine = useAnswer(() => api.sessions({ state: 'quarantined', limit: 50 }), 'quarantine', POLL_MS);
  const summary = useMemo(() => recent && summarize(recent.sessions), [recent]);
  const kept = quarantine.value?.sessions;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Privacy</h1>
          <p>What is removed, that nothing is left, and what leaves this gateway.</p>
        </div>
        {kept !== undefined &&
          (kept.length === 0 ? (
            <Badge tone="good">nothing in quarantine</Badge>
          ) : (
            <Badge tone="bad">
              {formatCount(kept.length)}
              {quarantine.value?.nextCursor ? ' and more' : ''} in quarantine
            </Badge>
          ))}
      </header>
      {error && <Problem error={error} retry={reload} />}
      {summary === undefined ? !error && <Loading /> : <Recent summary={summary} />}
      {kept !== undefined && <QuarantineCard sessions={kept} onChange={quarantine.reload} />}
      {policy && <PolicyInForce policy={policy} />}
      <EgressCard />
      {summary && <DriftCard summary={summary} />}
      <CanaryCard />
    </div>
  );
}

function Recent({ summary }: { readonly summary: RecentSummary }): ReactNode {
  const { sessions, clean, quarantined, redactions, dropped, slots } = summary;
  const lost = Object.entries(dropped).filter(([, count]) => count > 0);
  if (sessions === 0) {
    return (
      <Card>
        <Empty title="No sessions yet">
          What was verified and replaced stands here as soon as the first one is over.
        </Empty>
      </Card>
    );
  }
  return (
    <div className="columns">
      <Card
        title="Verified"
        aside={
          <span className="row">
            <Badge tone="good">{formatCount(clean)} clean</Badge>
            {quarantined > 0 && <Badge tone="bad">{formatCount(quarantined)} quarantined</Badge>}
          </span>
        }
      >
        <VerifiedBars slots={slots} />
        <p className="faint">The latest {formatPlural(sessions, 'session')}, by the time at which each began.</p>
      </Card>
      <Card title="Replaced in them">
        <Bars
          counts={Object.entries(redactions).map(([name, count]) => [formatName(name), count])}
          empty="Nothing personal was in them."
        />
        {lost.length > 0 && (
          <p className="faint">
            Messages not kept: {lost.map(([reason, count]) => `${formatCount(count)} ${formatName(reason)}`).join(', ')}
          </p>
        )}
      </Card>
    </div>
  );
}

function DriftCard({ summary }: { readonly summary: RecentSummary }): ReactNode {
  const { entries, more } = summary.drift;
  const sorted = [...entries].sort((a, b) => b.count - a.count).slice(0, 50);
  return (
    <Card
      title="New to this gateway"
      flush={sorted.length > 0}
      aside={<Badge>{entries.length === 0 ? 'nothing new' : formatPlural(entries.length, 'name')}</Badge>}
    >
      {sorted.length === 0 ? (
        <p className="soft">
          Every event and property of the latest sessions is one that it knows. What is new is scanned as free text.
        </p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Event</th>
                <th>Place in it</th>
                <th>Type</th>
                <th className="number">Seen</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map(({ event, path, type, count }) => (
                <tr key={`${event} ${path} ${type}`}>
                  <td className="mono wrap">{event}</td>
                  <td className="mono wrap">{path === '' ? 'the event itself' : path}</td>
                  <td>{type}</td>
                  <td className="number">{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {more > 0 && <p className="faint more">Seen {formatCount(more)} times more under other names.</p>}
        </div>
      )}
    </Card>
  );
}
