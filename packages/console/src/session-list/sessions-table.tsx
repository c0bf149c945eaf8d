import type { ListedSession, Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import { type ReactNode, useEffect, useState } from 'react';
import { Link } from '../routing/router.tsx';
import { CallVerdictCell } from '../ui/call-verdict.tsx';
import { formatBytes, formatCount, formatDay, formatDuration, formatTime } from '../ui/format.ts';
import { StateBadge } from '../ui/session-state.tsx';
import { Unsigned } from './unsigned.tsx';

/** The sessions, one per row. */
export function SessionsTable({
  sessions,
  byScore,
}: {
  readonly sessions: readonly ListedSession[];
  /** Whether they are in the order of their scores instead of their start. */
  readonly byScore: boolean;
}): ReactNode {
  const now = useNow(sessions.some(({ state }) => state === 'recording'));
  return (
    <div className="table-wrap">
      <table className="table sessions-table">
        <thead>
          <tr>
            <th className="when" aria-sort={byScore ? undefined : 'descending'}>
              Started
            </th>
            <th className="score" aria-sort={byScore ? 'ascending' : undefined}>
              Score of 100
            </th>
            <th className="state">State</th>
            <th className="length">Length</th>
            <th>User</th>
            <th>Conference</th>
            <th className="browser">Browser</th>
            <th className="origin">Origin</th>
            <th className="count messages number">Messages</th>
            <th className="count size number">Size</th>
            <th className="count number">Replaced</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id} session={session} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ session, now }: { readonly session: ListedSession; readonly now: number }): ReactNode {
  const { id, state, startedAt, user, conference, userAgent, origin, messages, bytes, receipt } = session;
  const live = state === 'recording';
  const replaced = Object.values(receipt.redactions).reduce((sum, count) => sum + count, 0);
  const counted = (text: string): string => (live ? '…' : text);
  return (
    <tr>
      <td className="when">
        <Link to={`/sessions/${id}`} className="open">
          {formatDay(startedAt)} <span className="soft">{formatTime(startedAt)}</span>
        </Link>
      </td>
      <td className="score">
        <CallVerdictCell session={session} />
      </td>
      <td className="state">
        <StateBadge state={state} />
      </td>
      <td className="length">{formatDuration(lengthOf(session, now))}</td>
      <td>
        <Name>{user}</Name>
        <Unsigned session={session} field="user" />
      </td>
      <td>
        {conference === null ? (
          <Name>{null}</Name>
        ) : (
          <Link
            to={`/conferences/${encodeURIComponent(conference)}`}
            className="clip above"
            title="All sessions of this conference"
          >
            {conference}
          </Link>
        )}
        <Unsigned session={session} field="conference" />
      </td>
      <td>
        <Name full={browserName(userAgent)}>{browserName(userAgent).replace(/ on .*/, '')}</Name>
      </td>
      <td className="optional origin">
        <Name>{origin?.replace(/^https?:\/\//, '') ?? null}</Name>
      </td>
      <td className="count messages number optional">{counted(formatCount(messages))}</td>
      <td className="count size number optional">{counted(formatBytes(bytes))}</td>
      <td className="count number optional">{counted(formatCount(replaced))}</td>
    </tr>
  );
}

function Name({ children, full }: { readonly children: string | null; readonly full?: string }): ReactNode {
  if (children === null) return <span className="faint">–</span>;
  return (
    <span className="clip" title={full ?? children}>
      {children}
    </span>
  );
}

/** Length of a session in milliseconds; up to `now` while it is being recorded. */
export function lengthOf({ startedAt, endedAt }: Session, now: number): number {
  return (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt);
}

/** The current time in milliseconds since the epoch, updated every second while `counting`. */
export function useNow(counting: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!counting) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [counting]);
  return now;
}
