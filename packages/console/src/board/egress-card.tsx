import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatCount, formatDay, formatTime } from '../ui/format.ts';
import { Badge, Problem, type Tone } from '../ui/parts.tsx';

const POLL_MS = 10_000;
const TONES: Readonly<Record<string, Tone>> = { delivered: 'good', analysed: 'good', failed: 'bad', begun: 'warn' };

/** The egress ledger: every transfer out of this gateway, with the number of deliveries in each state. */
export function EgressCard(): ReactNode {
  const { value: deliveries } = useAnswer(api.deliveries, 'deliveries', POLL_MS);
  const { value: egress, error, reload } = useAnswer(api.egress, 'egress', POLL_MS);
  if (error) return <Problem error={error} retry={reload} />;
  if (deliveries === undefined || egress === undefined) return null;
  const counts = Object.entries(deliveries.counts);
  const { entries } = egress;
  return (
    <Card
      title="Data that left this gateway"
      flush={entries.length > 0}
      aside={
        <span className="row">
          {deliveries.paused !== null && (
            <Badge tone="warn">paused: {deliveries.paused.code ?? deliveries.paused.status ?? 'no answer'}</Badge>
          )}
          {counts.map(([state, count]) => (
            <Badge key={state} tone={TONES[state] ?? 'plain'}>
              {formatCount(count)} {state}
            </Badge>
          ))}
          {!deliveries.enabled && <Badge tone="good">forwarding is off</Badge>}
        </span>
      }
    >
      {entries.length === 0 ? (
        <p className="soft">None so far. Each transfer is recorded here before its first byte is sent.</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>When</th>
                <th>Session</th>
                <th>To</th>
                <th>Triggered by</th>
                <th className="number">Bytes</th>
                <th>Outcome</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td>
                    {formatDay(entry.startedAt)} {formatTime(entry.startedAt)}
                  </td>
                  <td>
                    <Link to={`/sessions/${entry.sessionId}/privacy`} className="mono">
                      {entry.sessionId.slice(0, 13)}…
                    </Link>
                  </td>
                  <td className="wrap">{entry.target}</td>
                  <td>{entry.by}</td>
                  <td className="number">{formatBytes(entry.bytes)}</td>
                  <td>
                    <Badge tone={TONES[entry.outcome] ?? 'plain'}>
                      {entry.action === 'withdraw' ? `withdrawal: ${entry.outcome}` : entry.outcome}
                    </Badge>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
