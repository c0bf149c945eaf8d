import type { ListedSession } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { setParameters } from '../routing/parameters.ts';
import { Link, useLocation } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { useNow } from '../session-list/sessions-table.tsx';
import { Unsigned } from '../session-list/unsigned.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatDate, formatDuration, formatPlural, formatTime } from '../ui/format.ts';
import { Button, Empty, Loading, Problem } from '../ui/parts.tsx';
import { analysesOf, aroundAll, type Call, callsOf, participantsOf, shownCalls } from './calls.ts';
import { CausesCard, useConferenceAnalysis } from './causes-card.tsx';
import { ComparedPlots } from './compared-plots.tsx';
import { TimeAxis } from './time-axis.tsx';

const MAX_COUNT = 1000;
/** Sessions whose plots are shown at first. Each needs its own worker, and they compete for the same CPU cores. */
const FIRST_PLOTTED = 6;
const POLL_MS = 5000;

/** The participants of a conference on one time axis, where their problems come from, and their plots side by side. */
export function ConferencePage({ name }: { readonly name: string }): ReactNode {
  useTitle(`Conference ${name}`);
  const { value, error, reload } = useAnswer(() => api.sessions({ conference: name, limit: MAX_COUNT }), name, POLL_MS);
  const all = value?.sessions ?? [];
  const claimed = all.find(({ signed }) => !signed.includes('conference'));
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
        </div>
      </header>
      {error && <Problem error={error} retry={reload} />}
      {value === undefined && !error && <Loading />}
      {value !== undefined && all.length === 0 && (
        <Card>
          <Empty title="No sessions in this conference" />
        </Card>
      )}
      {all.length > 0 && <Conference sessions={all} hasMore={value?.nextCursor != null} />}
    </div>
  );
}

function Conference(props: { readonly sessions: readonly ListedSession[]; readonly hasMore: boolean }): ReactNode {
  const { sessions, hasMore } = props;
  const now = useNow(sessions.some(({ endedAt }) => endedAt === null));
  const calls = callsOf(sessions, now);
  const asked = useLocation().searchParams.get('call') ?? undefined;
  const shown = shownCalls(calls, asked);
  const participants = participantsOf(shown);
  const finished = shown.flatMap((call) => call.sessions).filter(hasDump);
  const answer = useConferenceAnalysis(sessions[0]?.conference ?? undefined, sessions.filter(hasDump).length);
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const plottedIds = chosen ?? new Set(finished.slice(-FIRST_PLOTTED).map(({ id }) => id));
  const plotted = finished.filter(({ id }) => plottedIds.has(id));
  const plot = (changed: readonly ListedSession[], isPlotted: boolean): void => {
    const next = new Set(plottedIds);
    for (const { id } of changed) {
      if (isPlotted) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  };
  return (
    <>
      <Boundary>
        <Card
          title="Participants over time"
          aside={calls.length > 1 && <CallChoice calls={calls} shown={shown} onChoose={() => setChosen(undefined)} />}
        >
          <p className="soft">{describe(shown, participants.length)}</p>
          {hasMore && (
            <p className="soft">
              Only the latest {formatPlural(sessions.length, 'session')} are shown; there are more.
            </p>
          )}
          <TimeAxis
            participants={participants}
            analyses={answer.value === undefined ? [] : analysesOf(shown, answer.value)}
            span={aroundAll(shown)}
            now={now}
            isPlotted={(session) => (hasDump(session) ? plottedIds.has(session.id) : undefined)}
            onToggle={plot}
          />
        </Card>
      </Boundary>
      <Boundary>
        <CausesCard answer={answer} calls={shown} participants={participants} />
      </Boundary>
      {finished.length > 0 && (
        <p className="row">
          <span className="faint">
            {plotted.length === finished.length
              ? `Plots of all ${formatPlural(finished.length, 'session')}`
              : `Plots of ${plotted.length} of ${formatPlural(finished.length, 'session')}, ${finished.length - plotted.length} not shown`}
            , by the clocks of the clients
          </span>
          <Button onClick={() => plot(finished, true)}>Plot all</Button>
          <Button onClick={() => plot(finished, false)}>None</Button>
        </p>
      )}
      <Boundary>
        <ComparedPlots sessions={plotted} />
      </Boundary>
    </>
  );
}

function hasDump({ state }: ListedSession): boolean {
  return state === 'stored' || state === 'quarantined';
}

function describe(calls: readonly Call[], participants: number): string {
  const { from, to } = aroundAll(calls);
  const sessions = calls.reduce((sum, call) => sum + call.sessions.length, 0);
  return (
    `${formatPlural(participants, 'participant')} with ${formatPlural(sessions, 'session')}, from ` +
    `${formatDate(from)}, ${formatTime(from)} for ${formatDuration(to - from)}, by the clock of the gateway.`
  );
}

/** Rooms are used again, so a conference can have calls that are days apart. The choice is part of the URL. */
function CallChoice(props: {
  readonly calls: readonly Call[];
  readonly shown: readonly Call[];
  readonly onChoose: () => void;
}): ReactNode {
  const { calls, shown, onChoose } = props;
  return (
    <label className="row call-choice">
      <span className="faint">Call</span>
      <select
        className="input"
        value={shown.length === 1 ? shown[0]!.id : 'all'}
        onChange={(event) => {
          onChoose();
          // The zoom is that of another time.
          setParameters({ call: event.target.value, from: undefined, to: undefined });
        }}
      >
        <option value="all">all {calls.length} calls</option>
        {calls.toReversed().map(({ id, from, to, sessions }) => (
          <option key={id} value={id}>
            {formatDate(from)}, {formatTime(from)} for {formatDuration(to - from)},{' '}
            {formatPlural(sessions.length, 'session')}
          </option>
        ))}
      </select>
    </label>
  );
}
