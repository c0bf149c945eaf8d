import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { scoresOf } from '../session-detail/scores.ts';
import { Card } from '../ui/card.tsx';
import { formatDay, formatName, formatTime, formatValue } from '../ui/format.ts';

const POLL_MS = 30_000;

/** The latest sessions that rtcstats.com analyzed (`forward.mode: enrich`), with the scores that it sent back. */
export function ScoresCard(): ReactNode {
  const { value } = useAnswer(api.analyzedDeliveries, 'scores', POLL_MS);
  const scored = (value?.deliveries ?? []).filter(({ analysis }) => scoresOf(analysis).length > 0);
  if (scored.length === 0) return null;
  const names = [...new Set(scored.flatMap(({ analysis }) => scoresOf(analysis).map(({ name }) => name)))];
  return (
    <Card title="Scores from rtcstats.com" flush>
      <div className="table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th>Analyzed</th>
              <th>Session</th>
              {names.map((name) => (
                <th key={name} className="number">
                  {formatName(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scored.map(({ sessionId, updatedAt, analysis }) => (
              <tr key={sessionId}>
                <td>
                  {formatDay(updatedAt)} {formatTime(updatedAt)}
                </td>
                <td>
                  <Link to={`/sessions/${sessionId}`} className="mono">
                    {sessionId.slice(0, 13)}…
                  </Link>
                </td>
                {names.map((name) => {
                  const score = scoresOf(analysis).find((one) => one.name === name);
                  return (
                    <td key={name} className="number">
                      {score === undefined ? '–' : formatValue(score.value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
