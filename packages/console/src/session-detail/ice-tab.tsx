import type { Candidate, CandidatePair } from '@rtcstats-server/insights';
import { type ReactNode, useContext } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Badge, Empty, Loading, type Tone } from '../ui/parts.tsx';
import { IceSetupView } from './ice-setup.tsx';

/** ICE candidate pairs of each connection, as a diagram and a table. */
export function IceTab(): ReactNode {
  const { summary } = useContext(RecordingContext);
  return summary?.connections.map(({ scope, network }) => (
    <Boundary key={scope}>
      <ConnectionIce scope={scope} network={network} />
    </Boundary>
  ));
}

function ConnectionIce({
  scope,
  network,
}: {
  readonly scope: string;
  readonly network: string | undefined;
}): ReactNode {
  const pairs = useAsk('pairs', scope);
  const head = (
    <header className="row">
      <h2>{scope}</h2>
      {network && <Badge tone="accent">{network}</Badge>}
    </header>
  );
  if (pairs === undefined) return <Loading />;
  if (pairs.length === 0) {
    return (
      <Card>
        {head}
        <IceSetupView scope={scope} />
        <Empty title="No candidate pairs in the statistics" />
      </Card>
    );
  }
  return (
    <section className="connection" aria-label={`ICE of ${scope}`}>
      {head}
      <Card>
        <IceSetupView scope={scope} />
      </Card>
      <Card title="Candidate pairs">
        <PairDiagram pairs={pairs} />
      </Card>
      <Card flush>
        <PairTable pairs={pairs} />
      </Card>
    </section>
  );
}

const TONES: Readonly<Record<string, Tone>> = { succeeded: 'good', failed: 'bad', 'in-progress': 'warn' };

function PairTable({ pairs }: { readonly pairs: readonly CandidatePair[] }): ReactNode {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th>State</th>
            <th>Local</th>
            <th>Remote</th>
            <th className="number">Round trip</th>
            <th className="number">Sent</th>
            <th className="number">Received</th>
            <th className="number">Checks</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => (
            <tr key={pair.id}>
              <td>
                <span className="row">
                  <Badge tone={TONES[pair.state] ?? 'plain'}>{pair.state}</Badge>
                  {pair.selected && <Badge tone="accent">selected</Badge>}
                </span>
              </td>
              <td>
                <CandidateText candidate={pair.local} />
              </td>
              <td>
                <CandidateText candidate={pair.remote} />
              </td>
              <td className="number">
                {pair.roundTripTime === undefined ? '–' : `${Math.round(pair.roundTripTime * 1000)} ms`}
              </td>
              <td className="number">{formatBytes(pair.bytesSent)}</td>
              <td className="number">{formatBytes(pair.bytesReceived)}</td>
              <td className="number">
                {formatCount(pair.responsesReceived)} of {formatCount(pair.requestsSent)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CandidateText({ candidate }: { readonly candidate: Candidate }): ReactNode {
  const { type, protocol, address, addressClass, port, networkType } = candidate;
  return (
    <>
      <strong>{type}</strong> {protocol} <span className="mono">{address === '' ? 'hidden' : address}</span>
      {port !== undefined && <span className="faint"> :{port}</span>}
      {addressClass && <span className="faint"> {addressClass}</span>}
      {networkType && networkType !== 'unknown' && <span className="faint"> {networkType}</span>}
    </>
  );
}

const ROW = 34;
const WIDTH = 860;
const SIDE = 300;

/** Local candidates on the left, remote candidates on the right, one line for each pair. */
function PairDiagram({ pairs }: { readonly pairs: readonly CandidatePair[] }): ReactNode {
  const locals = distinct(pairs.map(({ local }) => local));
  const remotes = distinct(pairs.map(({ remote }) => remote));
  const rows = Math.max(locals.length, remotes.length);
  const y = (of: readonly Candidate[], id: string): number =>
    (of.findIndex((candidate) => candidate.id === id) + 0.5) * ((rows * ROW) / of.length);
  const inPaintOrder = [...pairs].reverse();
  return (
    <div className="table-wrap">
      <svg
        className="ice-picture"
        viewBox={`0 0 ${WIDTH} ${rows * ROW}`}
        width={WIDTH}
        height={rows * ROW}
        role="img"
        aria-label={`${locals.length} local and ${remotes.length} remote candidates, ${pairs.length} pairs`}
      >
        {inPaintOrder.map((pair) => (
          <path
            key={pair.id}
            className={`ice-line ice-${pair.selected ? 'selected' : pair.state}`}
            d={curve(SIDE, y(locals, pair.local.id), WIDTH - SIDE, y(remotes, pair.remote.id))}
          />
        ))}
        {locals.map((candidate) => (
          <Node key={candidate.id} candidate={candidate} x={0} y={y(locals, candidate.id)} />
        ))}
        {remotes.map((candidate) => (
          <Node key={candidate.id} candidate={candidate} x={WIDTH - SIDE} y={y(remotes, candidate.id)} />
        ))}
      </svg>
      <p className="faint row ice-key">
        <span className="ice-swatch ice-swatch-selected" /> selected
        <span className="ice-swatch ice-swatch-succeeded" /> succeeded
        <span className="ice-swatch ice-swatch-failed" /> failed
        <span className="ice-swatch" /> not completed
      </p>
    </div>
  );
}

function Node({
  candidate,
  x,
  y,
}: {
  readonly candidate: Candidate;
  readonly x: number;
  readonly y: number;
}): ReactNode {
  const { type, protocol, address } = candidate;
  const shown = address === '' ? 'hidden' : address.length > 26 ? `${address.slice(0, 25)}…` : address;
  return (
    <g className={`ice-node ice-node-${type}`}>
      <rect x={x + 1} y={y - 13} width={SIDE - 2} height={26} rx={6} />
      <text x={x + 12} y={y + 4}>
        <tspan className="ice-type">{type}</tspan> {protocol} {shown}
      </text>
    </g>
  );
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()];
}
