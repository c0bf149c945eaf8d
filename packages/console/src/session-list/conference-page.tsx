import type { Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import type { ReactNode } from 'react';
import { api, dumpUrl } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Plot } from '../plots/plot.tsx';
import { RecordingContext, useAsk, useOpenRecording } from '../recording/use-recording.ts';
import { Link } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatDate, formatDuration, formatPlural, formatTime } from '../ui/format.ts';
import { Empty, Loading, Problem } from '../ui/parts.tsx';
import { StateBadge } from '../ui/session-state.tsx';
import { lengthOf, useNow } from './sessions-table.tsx';
import { Unsigned } from './unsigned.tsx';

const MAX_COUNT = 50;
/** Sessions with plots. Each needs its own worker; more of them would compete for the same CPU cores. */
const MAX_PLOTTED = 6;
const COMPARED = ['outgoing', 'incoming', 'loss', 'rtt'];
const POLL_MS = 5000;

/** The sessions of one conference on a common time axis, with plots side by side. */
export function ConferencePage({ name }: { readonly name: string }): ReactNode {
  useTitle(`Conference ${name}`);
  const { value, error, reload } = useAnswer(() => api.sessions({ conference: name, limit: MAX_COUNT }), name, POLL_MS);
  const sessions = [...(value?.sessions ?? [])].reverse();
  const claimed = sessions.find(({ signed }) => !signed.includes('conference'));
  const now = useNow(sessions.some(({ endedAt }) => endedAt === null));
  const from = Math.min(...sessions.map(({ startedAt }) => Date.parse(startedAt)));
  const to = Math.max(...sessions.map((session) => Date.parse(session.startedAt) + lengthOf(session, now)), from + 1);
  const plotted = sessions.filter(({ state }) => state === 'stored' || state === 'quarantined').slice(-MAX_PLOTTED);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="crumbs">
            <Link to="/">Sessions</Link> <span aria-hidden="true">/</span> conference
          </p>
          <h1>
            {name}
            {claimed && <Unsigned session={claimed} field="conference" />}
          </h1>
          {sessions.length > 0 && (
            <p>
              {formatPlural(sessions.length, 'session')}, from {formatDate(from)}, {formatTime(from)} for{' '}
              {formatDuration(to - from)}
            </p>
          )}
        </div>
      </header>
      {error && <Problem error={error} retry={reload} />}
      {value === undefined && !error && <Loading />}
      {value !== undefined && sessions.length === 0 && (
        <Card>
          <Empty title="No sessions in this conference" />
        </Card>
      )}
      {sessions.length > 0 && (
        <Card title="Sessions over time">
          <ul className="spans">
            {sessions.map((session) => (
              <SpanRow key={session.id} session={session} from={from} to={to} now={now} />
            ))}
          </ul>
        </Card>
      )}
      {plotted.length > 0 && (
        <div className="compare">
          {plotted.map((session) => (
            <Boundary key={session.id}>
              <Compared session={session} />
            </Boundary>
          ))}
        </div>
      )}
    </div>
  );
}

function SpanRow(props: {
  readonly session: Session;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}): ReactNode {
  const { session, from, to, now } = props;
  const start = ((Date.parse(session.startedAt) - from) / (to - from)) * 100;
  const width = (lengthOf(session, now) / (to - from)) * 100;
  return (
    <li className="span-row">
      <Link to={`/sessions/${session.id}`} className="clip">
        {session.user ?? session.id}
        <Unsigned session={session} field="user" />
      </Link>
      <span className="faint clip">{browserName(session.userAgent)}</span>
      <span className="span-track" title={formatDuration(lengthOf(session, now))}>
        <span
          className={session.state === 'recording' ? 'span-bar span-bar-live' : 'span-bar'}
          style={{ left: `min(${start}%, 100% - 4px)`, width: `${width}%` }}
        />
      </span>
      <StateBadge state={session.state} />
    </li>
  );
}

function Compared({ session }: { readonly session: Session }): ReactNode {
  const opened = useOpenRecording(dumpUrl(session.id));
  return (
    <RecordingContext value={opened}>
      <Card
        title={
          <Link to={`/sessions/${session.id}`}>
            {session.user ?? session.id.slice(0, 13)}
            <Unsigned session={session} field="user" />
          </Link>
        }
      >
        {opened.error && <Problem error={opened.error} />}
        {opened.summary?.connections.slice(0, 2).map(({ scope }) => (
          <ComparedConnection key={scope} scope={scope} />
        ))}
      </Card>
    </RecordingContext>
  );
}

function ComparedConnection({ scope }: { readonly scope: string }): ReactNode {
  const charts = useAsk('charts', scope)?.filter(({ id }) => COMPARED.some((name) => id.endsWith(`/${name}`)));
  return (
    <>
      <h3 className="faint">{scope}</h3>
      {charts?.map((chart) => (
        <Plot key={chart.id} chart={chart} group="conference" />
      ))}
    </>
  );
}
