import type { Session } from '@rtcstats-server/api';
import { type ReactNode, useContext, useState } from 'react';
import { api, dumpUrl, liveUrl } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { RecordingContext, useOpenRecording } from '../recording/use-recording.ts';
import { keptQuery } from '../routing/parameters.ts';
import { Link, useLocation } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatCount, formatDate, formatTime } from '../ui/format.ts';
import { Empty, Loading, Problem, Tabs } from '../ui/parts.tsx';
import { SessionHead } from './session-head.tsx';
import { firstTab, SESSION_TABS, type SessionTab, type TabProps } from './tabs.tsx';

const POLL_MS = 2000;

/** One session. A session that is being recorded is followed; its state is polled. */
export function SessionPage({ id, tab }: { readonly id: string; readonly tab: string }): ReactNode {
  const [isLive, setLive] = useState(true);
  const { value: session, error, reload } = useAnswer(() => api.session(id), id, isLive ? POLL_MS : undefined);
  const isFinished = session !== undefined && (session.state === 'stored' || session.state === 'quarantined');
  if (isLive && session !== undefined && (isFinished || session.state === 'erased')) setLive(false);
  const isRecording = session?.state === 'recording';
  const opened = useOpenRecording(isFinished ? dumpUrl(id) : isRecording ? liveUrl(id) : undefined, isRecording);
  // Decided once, so that the tab does not change under the reader when the call ends.
  const [first, setFirst] = useState<{ readonly of: string; readonly tab: SessionTab }>();
  if (session?.id === id && first?.of !== id) setFirst({ of: id, tab: firstTab(isRecording) });
  const current = SESSION_TABS.find((known) => known.id === tab) ?? first?.tab ?? firstTab(isRecording);
  const kept = keptQuery(useLocation());
  useTitle(
    session && `${current.name} of the session of ${formatDate(session.startedAt)}, ${formatTime(session.startedAt)}`,
  );
  if (session === undefined) {
    return (
      <div className="page">
        {error ? <Problem error={error} retry={reload} /> : <Loading />}
        {error && (
          <p>
            <Link to="/sessions">Show all sessions</Link>
          </p>
        )}
      </div>
    );
  }
  return (
    <RecordingContext value={opened}>
      <div className="page">
        <Boundary>
          <SessionHead session={session} />
        </Boundary>
        <Tabs
          label="Views of the session"
          current={`/sessions/${id}/${current.id}${kept}`}
          tabs={SESSION_TABS.map(({ id: name, name: text }) => ({ to: `/sessions/${id}/${name}${kept}`, name: text }))}
        />
        <Progress isLive={isRecording} />
        <Boundary kind="tab" key={current.id}>
          <TabView tab={current} session={session} onChange={reload} />
        </Boundary>
      </div>
    </RecordingContext>
  );
}

/** How much of the dump has been read, and whether it is damaged. */
function Progress({ isLive }: { readonly isLive: boolean }): ReactNode {
  const { summary, done, error } = useContext(RecordingContext);
  return (
    <>
      {summary !== undefined && !done && error === undefined && (
        <p className="faint" role="status">
          {isLive ? 'Live, follows the call:' : 'Reading…'} {formatBytes(summary.bytes)}, {formatCount(summary.events)}{' '}
          events so far{isLive && '. The verifier reads the dump when the call is over.'}
        </p>
      )}
      {summary?.damage !== undefined && (
        <Problem error={new Error(`${summary.damage}. The part before the damage is shown.`)} />
      )}
    </>
  );
}

function TabView(props: TabProps & { readonly tab: SessionTab }): ReactNode {
  const { tab, session, onChange } = props;
  const { recording, summary, error } = useContext(RecordingContext);
  if (tab.needsDump) {
    if (recording === undefined) return <NoDump session={session} />;
    if (error !== undefined) return <Problem error={error} />;
    if (summary === undefined) return <Loading>Reading the dump…</Loading>;
  }
  return tab.view({ session, onChange });
}

function NoDump({ session }: { readonly session: Session }): ReactNode {
  const erased = session.state === 'erased';
  return (
    <Card>
      <Empty title={erased ? 'The dump was removed when its time was over' : 'The session is not finished yet'}>
        {erased
          ? 'The setting retention.dumps says how long dumps are kept. The receipt is in the tab Privacy.'
          : 'The client has disconnected. The dump opens here when the verifier has read it.'}
      </Empty>
    </Card>
  );
}
