import type { ListedSession } from '@rtcstats-server/api';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { dumpUrl } from '../api/client.ts';
import { Plot } from '../plots/plot.tsx';
import { isFlatZero } from '../plots/plot-values.ts';
import { RecordingContext, useAsk, useOpenRecording } from '../recording/use-recording.ts';
import { type Span, useZoom } from '../routing/parameters.ts';
import { Link } from '../routing/router.tsx';
import { Unsigned } from '../session-list/unsigned.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatPlural } from '../ui/format.ts';
import { Problem } from '../ui/parts.tsx';
import { aroundAll, fitsOneAxis } from './calls.ts';

const COMPARED = ['outgoing', 'incoming', 'loss', 'rtt'];
const MAX_CONNECTIONS = 2;

/** Plots of sessions side by side, by the clocks of the clients. */
export function ComparedPlots({ sessions }: { readonly sessions: readonly ListedSession[] }): ReactNode {
  const [zoom, onZoom] = useZoom();
  const [recorded, setRecorded] = useState<ReadonlyMap<string, Span>>(new Map());
  const onSpan = useCallback((id: string, span: Span) => setRecorded((before) => new Map(before).set(id, span)), []);
  const spans = sessions.flatMap(({ id }) => recorded.get(id) ?? []);
  // The clock of a client can be wrong by years.
  const common = spans.length > 0 && fitsOneAxis(spans) ? aroundAll(spans) : undefined;
  return (
    <>
      {spans.length > 1 && common === undefined && (
        <p className="soft">
          The times of these clients are too far apart for a common time axis. Each session has its own.
        </p>
      )}
      {sessions.length > 0 && (
        <div className="compare">
          {sessions.map((session) => (
            <Boundary key={session.id}>
              <Compared session={session} range={zoom ?? common} onZoom={onZoom} onSpan={onSpan} />
            </Boundary>
          ))}
        </div>
      )}
    </>
  );
}

interface ComparedProps {
  readonly session: ListedSession;
  /** The time axis of all plots. */
  readonly range: Span | undefined;
  readonly onZoom: (zoom: Span | undefined) => void;
  /** Called when the times in the dump are known. */
  readonly onSpan: (id: string, span: Span) => void;
}

function Compared({ session, range, onZoom, onSpan }: ComparedProps): ReactNode {
  const opened = useOpenRecording(dumpUrl(session.id));
  const { start = Number.NaN, end = Number.NaN } = opened.summary ?? {};
  useEffect(() => {
    if (start < end) onSpan(session.id, { from: start, to: end });
  }, [session.id, start, end, onSpan]);
  const hidden = (opened.summary?.connections.length ?? 0) - MAX_CONNECTIONS;
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
        {opened.summary?.connections.slice(0, MAX_CONNECTIONS).map(({ scope }) => (
          <ComparedConnection key={scope} scope={scope} range={range} onZoom={onZoom} />
        ))}
        {hidden > 0 && (
          <p className="faint">{formatPlural(hidden, 'more connection')} of this session, on its own page.</p>
        )}
      </Card>
    </RecordingContext>
  );
}

function ComparedConnection(props: Pick<ComparedProps, 'range' | 'onZoom'> & { readonly scope: string }): ReactNode {
  const { scope, range, onZoom } = props;
  const markers = useAsk('markers', scope);
  const charts = useAsk('charts', scope)?.filter(({ id }) => COMPARED.some((name) => id.endsWith(`/${name}`)));
  const flat = charts?.filter(isFlatZero) ?? [];
  return (
    <>
      <h3 className="faint">{scope}</h3>
      {flat.length > 0 && <p className="faint">Nothing but zero: {flat.map(({ title }) => title).join(', ')}</p>}
      {charts
        ?.filter((chart) => !flat.includes(chart))
        .map((chart) => (
          <Plot key={chart.id} chart={chart} group="conference" markers={markers} zoom={range} onZoom={onZoom} />
        ))}
    </>
  );
}
