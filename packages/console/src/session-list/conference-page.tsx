import type { Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { api, dumpUrl } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Plot } from '../plots/plot.tsx';
import { isFlatZero } from '../plots/plot-values.ts';
import { RecordingContext, useAsk, useOpenRecording } from '../recording/use-recording.ts';
import { type Span, useZoom } from '../routing/parameters.ts';
import { Link } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatDate, formatDuration, formatPlural, formatTime } from '../ui/format.ts';
import { Button, Empty, Loading, Problem } from '../ui/parts.tsx';
import { StateBadge } from '../ui/session-state.tsx';
import { lengthOf, useNow } from './sessions-table.tsx';
import { Unsigned } from './unsigned.tsx';

const MAX_COUNT = 1000;
/** Sessions whose plots are shown at first. Each needs its own worker, and they compete for the same CPU cores. */
const FIRST_PLOTTED = 6;
const COMPARED = ['outgoing', 'incoming', 'loss', 'rtt'];
const MAX_CONNECTIONS = 2;
/** Sessions of one conference overlap, or follow each other, unless the clock of a client is wrong. */
const MAX_SPREAD = 4;
const SPREAD_ALLOWANCE_MS = 60_000;
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
  const finished = sessions.filter(({ state }) => state === 'stored' || state === 'quarantined');
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const shown = chosen ?? new Set(finished.slice(-FIRST_PLOTTED).map(({ id }) => id));
  const plotted = finished.filter(({ id }) => shown.has(id));
  const [zoom, onZoom] = useZoom();
  const [recorded, setRecorded] = useState<ReadonlyMap<string, Span>>(new Map());
  const onSpan = useCallback((id: string, span: Span) => setRecorded((before) => new Map(before).set(id, span)), []);
  const common = commonSpan(plotted.flatMap(({ id }) => recorded.get(id) ?? []));
  const toggle = (id: string): void => {
    const next = new Set(shown);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <p className="crumbs">
            <Link to="/sessions">Sessions</Link> <span aria-hidden="true">/</span> conference
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
        <Card
          title="Sessions over time"
          aside={
            finished.length > 0 && (
              <span className="row">
                <span className="faint">
                  {plotted.length === finished.length
                    ? `plots of all ${formatPlural(finished.length, 'session')}`
                    : `plots of ${plotted.length} of ${formatPlural(finished.length, 'session')}, ${finished.length - plotted.length} not shown`}
                </span>
                <Button onClick={() => setChosen(new Set(finished.map(({ id }) => id)))}>Plot all</Button>
                <Button onClick={() => setChosen(new Set())}>None</Button>
              </span>
            )
          }
        >
          {value?.nextCursor && (
            <p className="soft">
              Only the latest {formatPlural(sessions.length, 'session')} are listed; there are more.
            </p>
          )}
          <ul className="spans">
            {sessions.map((session) => (
              <SpanRow
                key={session.id}
                session={session}
                from={from}
                to={to}
                now={now}
                plotted={finished.includes(session) ? shown.has(session.id) : undefined}
                onToggle={() => toggle(session.id)}
              />
            ))}
          </ul>
        </Card>
      )}
      {recorded.size > 1 && common === undefined && (
        <p className="soft">
          The times of these clients are too far apart for a common time axis. Each session has its own.
        </p>
      )}
      {plotted.length > 0 && (
        <div className="compare">
          {plotted.map((session) => (
            <Boundary key={session.id}>
              <Compared session={session} range={zoom ?? common} onZoom={onZoom} onSpan={onSpan} />
            </Boundary>
          ))}
        </div>
      )}
    </div>
  );
}

/**
 * The time range of all plots, or undefined if the clocks of the clients are too far apart for a common one: each plot
 * has its own then.
 */
function commonSpan(spans: readonly Span[]): Span | undefined {
  if (spans.length === 0) return undefined;
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  const longest = Math.max(...spans.map((span) => span.to - span.from));
  return to - from > longest * MAX_SPREAD + SPREAD_ALLOWANCE_MS ? undefined : { from, to };
}

function SpanRow(props: {
  readonly session: Session;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Undefined while there is no dump to plot. */
  readonly plotted: boolean | undefined;
  readonly onToggle: () => void;
}): ReactNode {
  const { session, from, to, now, plotted, onToggle } = props;
  const start = ((Date.parse(session.startedAt) - from) / (to - from)) * 100;
  const width = (lengthOf(session, now) / (to - from)) * 100;
  return (
    <li className="span-row">
      <input
        type="checkbox"
        aria-label={`Plot ${session.user ?? session.id}`}
        checked={plotted ?? false}
        disabled={plotted === undefined}
        onChange={onToggle}
      />
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

interface ComparedProps {
  readonly session: Session;
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
