import type { Session } from '@rtcstats-server/api';
import { type ReactNode, useContext, useState } from 'react';
import { api, dumpUrl } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { RecordingContext, useOpenRecording } from '../recording/use-recording.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Card, Empty, Loading, Problem, Tabs } from '../ui/parts.tsx';
import { EventsTab } from './events-tab.tsx';
import { IceTab } from './ice-tab.tsx';
import { MediaTab } from './media-tab.tsx';
import { PlotsTab } from './plots-tab.tsx';
import { PrivacyTab } from './privacy-tab.tsx';
import { RawTab } from './raw-tab.tsx';
import { SdpTab } from './sdp-tab.tsx';
import { SessionHead } from './session-head.tsx';
import { TimelineTab } from './timeline-tab.tsx';

const POLL_MS = 2000;
const TABS = ['plots', 'timeline', 'ice', 'sdp', 'media', 'events', 'raw', 'privacy'] as const;
type Tab = (typeof TABS)[number];
const NAMES: Readonly<Record<Tab, string>> = {
  plots: 'Plots',
  timeline: 'Timeline',
  ice: 'ICE',
  sdp: 'SDP',
  media: 'Media',
  events: 'Events',
  raw: 'Raw',
  privacy: 'Privacy',
};

/** One session. The dump is opened when the session is finished; until then the state is polled. */
export function SessionPage({ id, tab }: { readonly id: string; readonly tab: string }): ReactNode {
  const [isLive, setLive] = useState(true);
  const { value: session, error, reload } = useAnswer(() => api.session(id), id, isLive ? POLL_MS : undefined);
  const isFinished = session !== undefined && (session.state === 'stored' || session.state === 'quarantined');
  if (isLive && session !== undefined && (isFinished || session.state === 'erased')) setLive(false);
  const opened = useOpenRecording(isFinished ? dumpUrl(id) : undefined);
  if (session === undefined) {
    return <div className="page">{error ? <Problem error={error} retry={reload} /> : <Loading />}</div>;
  }
  const current: Tab = TABS.find((known) => known === tab) ?? 'plots';
  const { summary, done } = opened;
  return (
    <RecordingContext value={opened}>
      <div className="page">
        <SessionHead session={session} />
        <Tabs
          label="Views of the session"
          current={`/sessions/${id}/${current}`}
          tabs={TABS.map((name) => ({ to: `/sessions/${id}/${name}`, name: NAMES[name] }))}
        />
        {summary !== undefined && !done && opened.error === undefined && (
          <p className="faint" role="status">
            Reading… {formatBytes(summary.bytes)}, {formatCount(summary.events)} events so far
          </p>
        )}
        {summary?.damage !== undefined && (
          <Problem error={new Error(`${summary.damage}. The part before the damage is shown.`)} />
        )}
        {current === 'privacy' ? (
          <PrivacyTab session={session} onChange={reload} />
        ) : isFinished ? (
          <Views tab={current} id={id} />
        ) : (
          <NoDump session={session} />
        )}
      </div>
    </RecordingContext>
  );
}

function Views({ tab, id }: { readonly tab: Tab; readonly id: string }): ReactNode {
  const { summary, error } = useContext(RecordingContext);
  if (error !== undefined) return <Problem error={error} />;
  if (summary === undefined) return <Loading>Reading the dump…</Loading>;
  switch (tab) {
    case 'timeline':
      return <TimelineTab />;
    case 'ice':
      return <IceTab />;
    case 'sdp':
      return <SdpTab />;
    case 'media':
      return <MediaTab />;
    case 'events':
      return <EventsTab />;
    case 'raw':
      return <RawTab id={id} />;
    default:
      return <PlotsTab />;
  }
}

function NoDump({ session }: { readonly session: Session }): ReactNode {
  const erased = session.state === 'erased';
  return (
    <Card>
      <Empty title={erased ? 'The dump was erased' : 'The session is not finished yet'}>
        {erased
          ? 'The receipt is still available in the tab Privacy.'
          : 'The dump is anonymized as it arrives. It opens here automatically when the client has disconnected.'}
      </Empty>
    </Card>
  );
}
