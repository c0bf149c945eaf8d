import type { ConnectionSummary, StatName } from '@rtcstats-server/insights';
import { type ReactNode, useContext, useState } from 'react';
import { Plot } from '../plots/plot.tsx';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Empty, Loading } from '../ui/parts.tsx';

/** Plots of the usual statistics of each connection, and of any other statistic that the user searches for. */
export function PlotsTab(): ReactNode {
  const { summary, done } = useContext(RecordingContext);
  const [extra, setExtra] = useState<readonly StatName[]>([]);
  const connections = summary?.connections.filter(({ samples }) => samples > 0) ?? [];
  if (connections.length === 0) {
    if (!done) return <Loading />;
    return (
      <Card>
        <Empty title="No statistics in this dump">See the tabs Events, SDP and Media.</Empty>
      </Card>
    );
  }
  return (
    <>
      <Boundary>
        <StatSearch
          onChoose={(stat) =>
            setExtra((chosen) => (chosen.some((other) => sameStat(other, stat)) ? chosen : [stat, ...chosen]))
          }
        />
      </Boundary>
      {extra.length > 0 && (
        <div className="plots">
          {extra.map((stat) => (
            <Boundary key={`${stat.scope} ${stat.report} ${stat.name}`}>
              <ExtraPlot stat={stat} onClose={() => setExtra((chosen) => chosen.filter((other) => other !== stat))} />
            </Boundary>
          ))}
        </div>
      )}
      {connections.map((connection) => (
        <Boundary key={connection.scope}>
          <ConnectionPlots connection={connection} />
        </Boundary>
      ))}
      <p className="faint">Drag across a plot to zoom all plots. Double-click to reset.</p>
    </>
  );
}

function ConnectionPlots({ connection }: { readonly connection: ConnectionSummary }): ReactNode {
  const charts = useAsk('charts', connection.scope);
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
        <div className="plots">
          {charts.map((chart) => (
            <Card key={chart.id}>
              <Plot chart={chart} group="session" />
            </Card>
          ))}
        </div>
      )}
    </section>
  );
}

function ExtraPlot({ stat, onClose }: { readonly stat: StatName; readonly onClose: () => void }): ReactNode {
  const chart = useAsk('chart', stat.scope, stat.report, stat.name);
  return (
    <Card
      aside={
        <Button kind="quiet" icon="cross" onClick={onClose}>
          Remove
        </Button>
      }
      title={stat.scope}
    >
      {chart ? <Plot chart={chart} group="session" /> : <Loading />}
    </Card>
  );
}

const MAX_FOUND = 60;

function StatSearch({ onChoose }: { readonly onChoose: (stat: StatName) => void }): ReactNode {
  const [text, setText] = useState('');
  const found = useAsk('statNames', text, text === '' ? 0 : MAX_FOUND);
  return (
    <div className="stat-search">
      <label className="field field-search">
        <span>Plot any other statistic</span>
        <span className="input input-search">
          <Icon name="search" size={16} />
          <input
            type="search"
            value={text}
            placeholder="jitterBuffer, bytesSent/s, PC_0 outbound qpSum …"
            onChange={(event) => setText(event.target.value)}
          />
        </span>
      </label>
      {text !== '' && found !== undefined && (
        <ul className="stat-found" aria-label="Matching statistics">
          {found.length === 0 && <li className="faint">No matching statistics</li>}
          {found.map((stat) => (
            <li key={`${stat.scope} ${stat.report} ${stat.name}`}>
              <button type="button" className="stat-choice" onClick={() => onChoose(stat)}>
                <strong>{stat.name}</strong>
                <span className="faint">
                  {stat.scope} · {stat.type} {stat.report}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function sameStat(a: StatName, b: StatName): boolean {
  return a.scope === b.scope && a.report === b.report && a.name === b.name;
}
