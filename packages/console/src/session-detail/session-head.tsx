import type { Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import { type ReactNode, useContext } from 'react';
import { RecordingContext } from '../recording/use-recording.ts';
import { Link } from '../routing/router.tsx';
import { lengthOf, useNow } from '../session-list/sessions-table.tsx';
import { Unsigned } from '../session-list/unsigned.tsx';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatCount, formatDate, formatDuration, formatTime } from '../ui/format.ts';
import { Fact } from '../ui/parts.tsx';
import { StateBadge } from '../ui/session-state.tsx';

/** Title and key facts of a session. */
export function SessionHead({ session }: { readonly session: Session }): ReactNode {
  const { summary } = useContext(RecordingContext);
  const now = useNow(session.endedAt === null);
  const networks = [...new Set(summary?.connections.flatMap(({ network }) => network ?? []) ?? [])];
  const recordedMs = summary !== undefined && summary.events > 0 ? summary.end - summary.start : undefined;
  return (
    <>
      <header className="page-head">
        <div>
          <p className="crumbs">
            <Link to="/sessions">Sessions</Link> <span aria-hidden="true">/</span>{' '}
            <span className="mono">{session.id}</span>
          </p>
          <h1>
            {formatDate(session.startedAt)}, {formatTime(session.startedAt)}
          </h1>
        </div>
        <StateBadge state={session.state} />
      </header>
      <Card>
        <dl className="facts">
          <Fact name="Length">{formatDuration(recordedMs ?? lengthOf(session, now))}</Fact>
          <Fact name="Browser">{browserName(session.userAgent)}</Fact>
          <Fact name="Network">{networks.length === 0 ? '–' : networks.join('; ')}</Fact>
          {session.country && <Fact name="Country">{session.country}</Fact>}
          <Fact name="User">
            {session.user ?? '–'}
            <Unsigned session={session} field="user" />
          </Fact>
          <Fact name="Conference">
            {session.conference === null ? (
              '–'
            ) : (
              <Link to={`/conferences/${encodeURIComponent(session.conference)}`}>{session.conference}</Link>
            )}
            <Unsigned session={session} field="conference" />
          </Fact>
          <Fact name="Origin">{session.origin ?? '–'}</Fact>
          <Fact name="Messages">
            {session.state === 'recording' ? '…' : `${formatCount(session.messages)}, ${formatBytes(session.bytes)}`}
          </Fact>
        </dl>
      </Card>
    </>
  );
}
