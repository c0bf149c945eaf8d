import type { SessionDetail } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { EventsTab } from './events-tab.tsx';
import { IceTab } from './ice-tab.tsx';
import { MediaTab } from './media-tab.tsx';
import { PlotsTab } from './plots-tab.tsx';
import { PrivacyTab } from './privacy-tab.tsx';
import { RawTab } from './raw-tab.tsx';
import { SdpTab } from './sdp-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { VerdictTab } from './verdict-tab.tsx';

/** What every tab gets. Tabs read the dump itself with `useAsk`. */
export interface TabProps {
  readonly session: SessionDetail;
  /** Loads the session again. */
  readonly onChange: () => void;
}

/** A view of a session. */
export interface SessionTab {
  /** The last segment of its URL. */
  readonly id: string;
  readonly name: string;
  /** Whether it shows the dump, so that it has to wait until there is one. */
  readonly needsDump: boolean;
  readonly view: (props: TabProps) => ReactNode;
}

/** The tabs of the session page, in order. */
export const SESSION_TABS: readonly [SessionTab, ...SessionTab[]] = [
  { id: 'verdict', name: 'Verdict', needsDump: true, view: ({ session }) => <VerdictTab session={session} /> },
  { id: 'plots', name: 'Plots', needsDump: true, view: ({ session }) => <PlotsTab id={session.id} /> },
  { id: 'timeline', name: 'Timeline', needsDump: true, view: () => <TimelineTab /> },
  { id: 'ice', name: 'ICE', needsDump: true, view: () => <IceTab /> },
  { id: 'sdp', name: 'SDP', needsDump: true, view: () => <SdpTab /> },
  { id: 'media', name: 'Media', needsDump: true, view: () => <MediaTab /> },
  { id: 'events', name: 'Events', needsDump: true, view: () => <EventsTab /> },
  { id: 'raw', name: 'Raw', needsDump: true, view: ({ session }) => <RawTab session={session} /> },
  { id: 'privacy', name: 'Privacy', needsDump: false, view: (props) => <PrivacyTab {...props} /> },
];

/**
 * The tab that is shown if the URL names none: the verdict. A call that is being recorded has none yet, so its plots
 * are shown.
 */
export function firstTab(isRecording: boolean): SessionTab {
  const [first] = SESSION_TABS;
  return (isRecording ? SESSION_TABS.find(({ id }) => id === 'plots') : undefined) ?? first;
}
