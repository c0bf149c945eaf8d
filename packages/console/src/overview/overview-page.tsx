import type { Overview } from '@rtcstats-server/api';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { navigate, useLocation } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { formatCount } from '../ui/format.ts';
import { Loading, Problem } from '../ui/parts.tsx';
import { BreakdownCard } from './breakdown-card.tsx';
import { ChangesCard } from './changes-card.tsx';
import { Controls } from './controls.tsx';
import { Figures } from './figures.tsx';
import { NoCalls } from './no-calls.tsx';
import { rangeName } from './periods.ts';
import { ProblemsCard } from './problems-card.tsx';
import { overviewPath, queryOf, readSettings, type Settings } from './settings.ts';
import { TrendCard } from './trend-card.tsx';

/** New calls are counted every few seconds. */
const POLL_MS = 30_000;
const POLL_EMPTY_MS = 3000;

/** Figures over all calls of a time range: how many were bad, why, and where. */
export function OverviewPage(): ReactNode {
  useTitle('Overview');
  const settings = readSettings(useLocation().search);
  const { range, since, until, compares } = settings;
  const [isEmpty, setEmpty] = useState(false);
  const wrong = queryOf(settings, Date.now());
  const { value, error, reload } = useAnswer(
    async () => {
      const query = queryOf(settings, Date.now());
      return typeof query === 'string' ? undefined : await api.overview(query);
    },
    [range, since, until, compares].join(),
    isEmpty ? POLL_EMPTY_MS : POLL_MS,
  );
  useEffect(() => setEmpty(value?.total.calls === 0), [value]);
  const shown = useLatest(value);
  const change = (changes: Partial<Settings>): void =>
    navigate(overviewPath({ ...readSettings(window.location.search), ...changes }));
  const hint = typeof wrong === 'string' ? wrong : undefined;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Overview</h1>
          {shown !== undefined && hint === undefined && <RangeText overview={shown} />}
        </div>
      </header>
      <Controls settings={settings} onChange={change} />
      {hint !== undefined && <p className="soft">{hint}</p>}
      {error && <Problem error={error} retry={reload} />}
      {hint === undefined && !error && shown === undefined && <Loading />}
      {hint === undefined && !error && shown !== undefined && (
        <div className={value === undefined ? 'overview overview-stale' : 'overview'} aria-busy={value === undefined}>
          {shown.total.calls === 0 ? (
            <Boundary>
              <NoCalls overview={shown} />
            </Boundary>
          ) : (
            <Calls overview={shown} settings={settings} onChange={change} />
          )}
        </div>
      )}
    </div>
  );
}

/** The last value while the next one is loading, so that the page does not jump. */
function useLatest(value: Overview | undefined): Overview | undefined {
  const latest = useRef(value);
  if (value !== undefined) latest.current = value;
  return latest.current;
}

function RangeText({ overview }: { readonly overview: Overview }): ReactNode {
  const { from, to, granularity, previous } = overview;
  const isUnfinished = Date.parse(to) > Date.now();
  return (
    <p>
      {rangeName(from, to, granularity)}
      {granularity === 'day' && ', days in UTC'}
      {isUnfinished && `; the last ${granularity} is not over`}
      {previous !== null && `. Compared with ${rangeName(previous.from, previous.to, granularity)}`}
      {previous?.total.calls === 0 && ', which had no calls'}.
    </p>
  );
}

function Calls(props: {
  readonly overview: Overview;
  readonly settings: Settings;
  readonly onChange: (changes: Partial<Settings>) => void;
}): ReactNode {
  const { overview, settings, onChange } = props;
  return (
    <>
      <Boundary>
        <Figures overview={overview} />
      </Boundary>
      <Boundary>
        <TrendCard overview={overview} />
      </Boundary>
      <Boundary>
        <ProblemsCard overview={overview} />
      </Boundary>
      {settings.compares && (
        <Boundary>
          <ChangesCard settings={settings} />
        </Boundary>
      )}
      <Boundary>
        <BreakdownCard settings={settings} onChange={(by) => onChange({ by })} />
      </Boundary>
      <p className="faint">
        A call is an analyzed session. Bad calls are those with the verdict bad or failed; shares are of the judged
        calls.{' '}
        {overview.minimumGroup > 1 &&
          `Groups of fewer than ${formatCount(overview.minimumGroup)} calls (insights.minimumGroup) are part of “other”. `}
        Deleted sessions stay counted, but are not listed.
      </p>
    </>
  );
}
