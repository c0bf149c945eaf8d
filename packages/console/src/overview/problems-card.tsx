import type { Overview, OverviewProblem } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount, formatShare } from '../ui/format.ts';
import { drillDown } from './drill-down.ts';
import { pointsText, shareText } from './shares.ts';

/** Problems that are shown; the rest is in the breakdown by problem. */
const MAX_SHOWN = 8;

/** The most frequent problems, each with a link to the sessions that have it. */
export function ProblemsCard({ overview }: { readonly overview: Overview }): ReactNode {
  const { problems, total, minimumGroup } = overview;
  const shown = problems.slice(0, MAX_SHOWN);
  const highest = shown[0]?.calls ?? 1;
  return (
    <Card title="Top problems">
      {shown.length === 0 && (
        <p className="soft">
          No problem was found in {formatCount(minimumGroup)} or more of {formatCount(total.judged)} judged calls.
        </p>
      )}
      <ul className="problems">
        {shown.map((problem) => (
          <li key={problem.name}>
            <span className="problem-name">
              <ProblemLink problem={problem} overview={overview} />
            </span>
            <span className="bar-track" aria-hidden="true">
              <span className="bar" style={{ width: `${Math.max(1.5, (problem.calls / highest) * 100)}%` }} />
            </span>
            <span>{shareText(problem.share, problem.calls, total.judged)}</span>
            <span className="faint">{beforeText(problem, overview)}</span>
          </li>
        ))}
      </ul>
      {shown.length > 0 && <p className="faint">Share of the judged calls; a call can have several problems.</p>}
    </Card>
  );
}

function ProblemLink({
  problem: { name },
  overview,
}: {
  readonly problem: OverviewProblem;
  readonly overview: Overview;
}): ReactNode {
  const link = drillDown('observation', name, overview);
  return link === undefined ? name : <Link to={link.to}>{name}</Link>;
}

function beforeText({ share, previousShare }: OverviewProblem, { previous, minimumGroup }: Overview): string {
  if (previous === null || previous.total.calls === 0) return '';
  const points = pointsText(share, previousShare);
  if (points === undefined || previousShare === null) return `before: in fewer than ${formatCount(minimumGroup)} calls`;
  return `${points}${points === 'the same' ? ' as' : ' than'} before: ${formatShare(previousShare)}`;
}
