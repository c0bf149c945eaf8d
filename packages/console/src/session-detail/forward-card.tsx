import type { SessionDetail } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { Badge, Button, Problem } from '../ui/parts.tsx';
import { ScoresList } from './scores-list.tsx';

/** Shows whether the dump was forwarded, and forwards it on request if forwarding is enabled. */
export function ForwardCard({
  session,
  onChange,
}: {
  readonly session: SessionDetail;
  readonly onChange: () => void;
}): ReactNode {
  const { value: forwarding } = useAnswer(api.deliveries, 'deliveries');
  const [error, setError] = useState<Error>();
  const [delivery] = session.deliveries;
  if (forwarding === undefined || (!forwarding.enabled && delivery === undefined)) return null;
  const forward = (): void => {
    setError(undefined);
    api.forward(session.id).then(onChange, setError);
  };
  const canForward = forwarding.enabled && (delivery === undefined || ['failed', 'refused'].includes(delivery.state));
  return (
    <Card
      title="Forwarding"
      aside={
        canForward && (
          <Button icon="out" onClick={forward}>
            {delivery === undefined ? 'Forward now' : 'Try again'}
          </Button>
        )
      }
    >
      {error && <Problem error={error} />}
      {delivery === undefined ? (
        <p className="soft">Not forwarded. No forwarding rule matched this session.</p>
      ) : (
        <p className="row">
          <Badge tone={delivery.state === 'delivered' ? 'good' : 'plain'}>{delivery.state}</Badge>
          <span className="soft">triggered by {delivery.by}</span>
          {delivery.url !== null && (
            <a href={delivery.url} rel="noreferrer" target="_blank">
              Open at the target
            </a>
          )}
        </p>
      )}
      {delivery !== undefined && <ScoresList analysis={delivery.analysis} />}
    </Card>
  );
}
