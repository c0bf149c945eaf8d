import { type ReactNode, useMemo } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useTitle } from '../routing/title.ts';
import { Bars } from '../ui/bars.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount, formatName, formatPlural } from '../ui/format.ts';
import { Badge, Empty, Loading, Problem } from '../ui/parts.tsx';
import { CanaryCard } from './canary-card.tsx';
import { EgressCard } from './egress-card.tsx';
import { PolicyInForce } from './policy-in-force.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { type RecentSummary, summarize } from './recent.ts';
import { ReviewCard } from './review-card.tsx';
import { RiskCard } from './risk-card.tsx';
import { ScoresCard } from './scores-card.tsx';
import { VerifiedBars } from './verified-bars.tsx';

const MAX_RECENT = 1000;
const POLL_MS = 30_000;

/** The privacy board: verification results, quarantine, policy in force, egress, drift and the canary. */
export function BoardPage(): ReactNode {
  useTitle('Privacy');
  const { value: recent, error, reload } = useAnswer(() => api.sessions({ limit: MAX_RECENT }), 'recent', POLL_MS);
  const quarantine = useAnswer(() => api.sessions({ state: 'quarantined', limit: 50 }), 'quarantine', POLL_MS);
  const summary = useMemo(() => recent && summarize(recent.sessions), [recent]);
  const inQuarantine = quarantine.value?.sessions;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Privacy</h1>
          <p>What is replaced, what the verifier finds, and what leaves this gateway.</p>
        </div>
        {inQuarantine !== undefined &&
          (inQuarantine.length === 0 ? (
            <Badge>nothing in quarantine</Badge>
          ) : (
            <Badge tone="bad">
              {formatCount(inQuarantine.length)}
              {quarantine.value?.nextCursor ? '+' : ''} in quarantine
            </Badge>
          ))}
      </header>
      {error && <Problem error={error} retry={reload} />}
      <Boundary>{summary === undefined ? !error && <Loading /> : <Recent summary={summary} />}</Boundary>
      <Boundary>
        {inQuarantine !== undefined && <QuarantineCard sessions={inQuarantine} onChange={quarantine.reload} />}
      </Boundary>
      <Boundary>
        <PolicyInForce />
      </Boundary>
      <Boundary>
        <RiskCard />
      </Boundary>
      <Boundary>
        <EgressCard />
      </Boundary>
      <Boundary>
        <ScoresCard />
      </Boundary>
      <Boundary>{summary && <ReviewCard summary={summary} />}</Boundary>
      <Boundary>
        <CanaryCard />
      </Boundary>
    </div>
  );
}

function Recent({ summary }: { readonly summary: RecentSummary }): ReactNode {
  const { sessions, verified, quarantined, redactions, dropped, buckets } = summary;
  const drops = Object.entries(dropped).filter(([, count]) => count > 0);
  if (sessions === 0) {
    return (
      <Card>
        <Empty title="No sessions yet">
          Verification results and replaced values appear here when the first session has ended.
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
            <Badge>{formatCount(verified)} privacy: verified</Badge>
            {quarantined > 0 && <Badge tone="bad">{formatCount(quarantined)} quarantined</Badge>}
          </span>
        }
      >
        <VerifiedBars buckets={buckets} />
        <p className="faint">The latest {formatPlural(sessions, 'session')}, by start time.</p>
      </Card>
      <Card title="Replaced values">
        <Bars
          counts={Object.entries(redactions).map(([name, count]) => [formatName(name), count])}
          empty="No values were replaced in these sessions."
        />
        {drops.length > 0 && (
          <p className="faint">
            Dropped messages: {drops.map(([reason, count]) => `${formatCount(count)} ${formatName(reason)}`).join(', ')}
          </p>
        )}
      </Card>
    </div>
  );
}
