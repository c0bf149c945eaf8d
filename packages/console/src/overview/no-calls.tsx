import type { Overview } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { FirstSteps } from '../session-list/first-steps.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount } from '../ui/format.ts';
import { Empty, Loading, Problem } from '../ui/parts.tsx';
import { sessionsPath } from './drill-down.ts';

const POLL_MS = 3000;

/** Shown instead of figures: the first steps if the installation is new, otherwise why there may be no calls. */
export function NoCalls({ overview }: { readonly overview: Overview }): ReactNode {
  const { value, error, reload } = useAnswer(() => api.sessions({ limit: 1 }), 'any', POLL_MS);
  if (error) return <Problem error={error} retry={reload} />;
  if (value === undefined) return <Loading />;
  if (value.sessions.length === 0) {
    return (
      <Card flush>
        <FirstSteps />
      </Card>
    );
  }
  const before = overview.previous?.total.calls ?? 0;
  return (
    <Card>
      <Empty title="No calls in this time">
        A session is counted some seconds after it is over, when its dump was analyzed (<code>insights.enabled</code>).
        {before > 0 && ` The time before had ${formatCount(before)}.`} Choose a longer time, or look at{' '}
        <Link to={sessionsPath(overview)}>the sessions of this time</Link> or <Link to="/sessions">all sessions</Link>.
      </Empty>
    </Card>
  );
}
