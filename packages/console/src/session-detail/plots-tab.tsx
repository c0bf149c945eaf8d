import {
  type Chart,
  type ConnectionSummary,
  isProblem,
  type Observation,
  type StatName,
} from '@rtcstats-server/insights';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Band } from '../plots/bands.ts';
import { Plot } from '../plots/plot.tsx';
import { isFlatZero } from '../plots/plot-values.ts';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { setParameters, useZoom } from '../routing/parameters.ts';
import { useLocation } from '../routing/router.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatPlural } from '../ui/format.ts';
import { Badge, Button, Empty, Loading } from '../ui/parts.tsx';
import { MarkBar } from './mark-bar.tsx';
import { concerns } from './marks.ts';
import { StatSearch } from './stat-search.tsx';

type Stat = Omit<StatName, 'type'>;

/** The observations whose intervals the plots mark. */
const MarkedContext = createContext<readonly Observation[]>([]);

/** Plots of the usual statistics of each connection, and of any other statistic that the user searches for. */
export function PlotsTab({ id }: { readonly id: string }): ReactNode {
  const { summary, done } = useContext(RecordingContext);
  const { searchParams } = useLocation();
  const extra = searchParams.getAll('stat').flatMap(statOf);
  const mark = searchParams.get('mark');
  const [marked, setMarked] = useState<readonly Observation[]>([]);
  const markBar = mark !== null && (
    <Boundary>
      <MarkBar id={id} mark={mark} onMarked={setMarked} />
    </Boundary>
  );
  const setExtra = (stats: readonly Stat[]): void => setParameters({ stat: stats.map(textOf) });
  const connections = summary?.connections.filter(({ samples }) => samples > 0) ?? [];
  if (connections.length === 0) {
    if (!done) return <Loading>No statistics so far…</Loading>;
    return (
      <>
        {markBar}
        <Card>
          <Empty title="No statistics in this dump">See the tabs Events, SDP and Media.</Empty>
        </Card>
      </>
    );
  }
  return (
    <MarkedContext value={marked}>
      {markBar}
      <Boundary>
        <StatSearch
          onChoose={(stat) => {
            if (!extra.some((other) => textOf(other) === textOf(stat))) setExtra([stat, ...extra]);
          }}
        />
      </Boundary>
      {extra.length > 0 && (
        <div className="plots">
          {extra.map((stat) => (
            <Boundary key={textOf(stat)}>
              <ExtraPlot stat={stat} onClose={() => setExtra(extra.filter((other) => other !== stat))} />
            </Boundary>
          ))}
        </div>
      )}
      {connections.map((connection) => (
        <Boundary key={connection.scope}>
          <ConnectionPlots connection={connection} />
        </Boundary>
      ))}
      <p className="faint">
        Drag across a plot to zoom all plots, double-click to reset. With the keyboard: arrow keys move the cursor, +
        and − zoom, Escape resets. Dashed vertical lines are events: state changes, mutes, ICE restarts and events of
        the application. A band is an interval of an observation that the verdict links to.
      </p>
    </MarkedContext>
  );
}

/** A chosen statistic in the URL. JSON, because scopes, ids and names can contain any character. */
function textOf({ scope, report, name }: Stat): string {
  return JSON.stringify([scope, report, name]);
}

function statOf(text: string): Stat[] {
  try {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string')) return [];
    const [scope, report, name] = parts as [string, string, string];
    return [{ scope, report, name }];
  } catch {
    return [];
  }
}

/** The bands to draw in the plots of a connection. */
function useBands(scope: string): readonly Band[] {
  const marked = useContext(MarkedContext);
  return useMemo(
    () =>
      marked
        .filter((observation) => concerns(observation, scope))
        .flatMap(({ name, severity, intervals }) => {
          const tone = severity === 'medium' ? 'warn' : isProblem({ severity }) ? 'bad' : 'accent';
          return intervals.map(([from, to]): Band => ({ from, to, label: name, tone }));
        }),
    [marked, scope],
  );
}

function ConnectionPlots({ connection }: { readonly connection: ConnectionSummary }): ReactNode {
  const charts = useAsk('charts', connection.scope);
  const isFlat = new Map(charts?.map((chart) => [chart, isFlatZero(chart)]));
  const flat = charts?.filter((chart) => isFlat.get(chart)) ?? [];
  return (
    <section className="connection" aria-label={`Plots of ${connection.scope}`}>
      <header className="row">
        <h2>{connection.scope}</h2>
        {connection.state && <Badge>{connection.state}</Badge>}
        {connection.network && <Badge tone="accent">{connection.network}</Badge>}
      </header>
      {charts === undefined ? (
        <Loading />
      ) : (
        <Plots scope={connection.scope} charts={charts.filter((chart) => !isFlat.get(chart))} />
      )}
      {flat.length > 0 && (
        <details className="flat-plots">
          <summary>
            {formatPlural(flat.length, 'plot')} with nothing but zero: {flat.map(({ title }) => title).join(', ')}
          </summary>
          <Plots scope={connection.scope} charts={flat} />
        </details>
      )}
    </section>
  );
}

function Plots({ scope, charts }: { readonly scope: string; readonly charts: readonly Chart[] }): ReactNode {
  const markers = useAsk('markers', scope);
  const bands = useBands(scope);
  const [zoom, onZoom] = useZoom();
  return (
    <div className="plots">
      {charts.map((chart) => (
        <Card key={chart.id}>
          <Plot chart={chart} group="session" markers={markers} bands={bands} zoom={zoom} onZoom={onZoom} />
        </Card>
      ))}
    </div>
  );
}

function ExtraPlot({ stat, onClose }: { readonly stat: Stat; readonly onClose: () => void }): ReactNode {
  const { done } = useContext(RecordingContext);
  const chart = useAsk('chart', stat.scope, stat.report, stat.name);
  const markers = useAsk('markers', stat.scope);
  const bands = useBands(stat.scope);
  const [zoom, onZoom] = useZoom();
  return (
    <Card
      aside={
        <Button kind="quiet" icon="cross" onClick={onClose}>
          Remove
        </Button>
      }
      title={stat.scope}
    >
      {chart ? (
        <Plot chart={chart} group="session" markers={markers} bands={bands} zoom={zoom} onZoom={onZoom} />
      ) : done && markers !== undefined ? (
        <p className="soft">
          {stat.name} of {stat.report} is not in this dump.
        </p>
      ) : (
        <Loading />
      )}
    </Card>
  );
}
