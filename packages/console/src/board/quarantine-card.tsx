import type { Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatDay, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Button, Problem } from '../ui/parts.tsx';

/** Dumps with verifier findings. They stay here until an operator releases or deletes them. */
export function QuarantineCard(props: {
  readonly sessions: readonly Session[];
  readonly onChange: () => void;
}): ReactNode {
  const { sessions, onChange } = props;
  const [confirming, setConfirming] = useState<string>();
  const [error, setError] = useState<Error>();
  const remove = (id: string): void => {
    setConfirming(undefined);
    api.delete(id).then(onChange, setError);
  };
  const release = async (id: string): Promise<void> => {
    setError(undefined);
    try {
      const { clean, total } = await api.verify(id);
      if (!clean)
        throw new Error(`The verifier still reports ${formatPlural(total, 'finding')}. The dump was not released.`);
      await api.release(id);
      onChange();
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  return (
    <Card title="Quarantine" flush={sessions.length > 0}>
      {error && <Problem error={error} />}
      {sessions.length === 0 ? (
        <p className="soft">Empty. A dump in which the verifier finds personal data stays here and is not forwarded.</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Session</th>
                <th>Browser</th>
                <th>Findings</th>
                <th>
                  <span className="hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map(({ id, startedAt, userAgent, receipt }) => (
                <tr key={id}>
                  <td>
                    <Link to={`/sessions/${id}/privacy`}>
                      {formatDay(startedAt)} {formatTime(startedAt)}
                    </Link>
                  </td>
                  <td>{browserName(userAgent)}</td>
                  <td>
                    <Badge tone="bad">{formatPlural(receipt.findings, 'finding')}</Badge>
                  </td>
                  <td className="number">
                    {confirming === id ? (
                      <span className="row row-end">
                        <Button kind="danger" icon="trash" onClick={() => remove(id)}>
                          Delete permanently
                        </Button>
                        <Button onClick={() => setConfirming(undefined)}>Cancel</Button>
                      </span>
                    ) : (
                      <span className="row row-end">
                        <Button icon="shield" onClick={() => void release(id)}>
                          Verify and release
                        </Button>
                        <Button kind="danger" icon="trash" onClick={() => setConfirming(id)}>
                          Delete…
                        </Button>
                      </span>
                    )}
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
