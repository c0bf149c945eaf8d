import type { Session } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { Link } from '../routing/router.tsx';
import { formatDay, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Button, Card, Problem } from '../ui/parts.tsx';

/** Dumps in which the verifier found something. They stay here until somebody has looked. */
export function QuarantineCard(props: {
  readonly sessions: readonly Session[];
  readonly onChange: () => void;
}): ReactNode {
  const { sessions, onChange } = props;
  const [asked, setAsked] = useState<string>();
  const [error, setError] = useState<Error>();
  const remove = (id: string): void => {
    setAsked(undefined);
    api.delete(id).then(onChange, setError);
  };
  const release = async (id: string): Promise<void> => {
    setError(undefined);
    try {
      const { clean, total } = await api.verify(id);
      if (!clean) throw new Error(`The verifier still has ${formatPlural(total, 'finding')}: it stays here.`);
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
        <p className="soft">
          Empty. A dump in which the verifier finds something personal is kept here, and nowhere else.
        </p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Session</th>
                <th>Browser</th>
                <th>Found</th>
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
                    {asked === id ? (
                      <span className="row row-end">
                        <Button kind="danger" icon="trash" onClick={() => remove(id)}>
                          Delete it
                        </Button>
                        <Button onClick={() => setAsked(undefined)}>Keep it</Button>
                      </span>
                    ) : (
                      <span className="row row-end">
                        <Button icon="shield" onClick={() => void release(id)}>
                          Release if clean now
                        </Button>
                        <Button kind="danger" icon="trash" onClick={() => setAsked(id)}>
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
