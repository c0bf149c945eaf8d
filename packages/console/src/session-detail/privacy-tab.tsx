import type { SessionDetail, Verdict } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { Link, navigate } from '../routing/router.tsx';
import { Bars } from '../ui/bars.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount, formatName, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Fact, Problem } from '../ui/parts.tsx';
import { Findings } from './findings.tsx';
import { ForwardCard } from './forward-card.tsx';

/** The receipt of the session, the verdict of the verifier, and what an operator can do with the dump. */
export function PrivacyTab({
  session,
  onChange,
}: {
  readonly session: SessionDetail;
  readonly onChange: () => void;
}): ReactNode {
  const { receipt } = session;
  const isFinished = session.state === 'stored' || session.state === 'quarantined';
  const dropped = Object.entries(receipt.dropped);
  return (
    <>
      <Boundary>
        <VerdictCard session={session} canVerify={isFinished} onChange={onChange} />
      </Boundary>
      <div className="columns">
        <Card title="Replaced values">
          <Bars
            counts={Object.entries(receipt.redactions).map(([name, count]) => [formatName(name), count])}
            empty="No values were replaced."
          />
          {!receipt.complete && isFinished && (
            <p className="faint">
              The gateway stopped before the session ended. Values replaced before that are not counted.
            </p>
          )}
        </Card>
        <Card title="Receipt">
          <dl className="facts">
            <Fact name="Policy">
              <Link to="/privacy">{receipt.policy}</Link>
            </Fact>
            <Fact name="Verified">{receipt.verified ? 'yes' : 'not yet'}</Fact>
            <Fact name="Findings">{formatCount(receipt.findings)}</Fact>
            <Fact name="Dropped messages">
              {dropped.length === 0
                ? 'none'
                : dropped.map(([reason, count]) => `${formatCount(count)} ${formatName(reason)}`).join(', ')}
            </Fact>
            <Fact name="Engine">{receipt.engine ?? '–'}</Fact>
            <Fact name="Pseudonym key">{receipt.keyId ?? '–'}</Fact>
            {receipt.sha256 && (
              <Fact name="SHA-256 of the stored file">
                <span className="mono wrap">{receipt.sha256}</span>
              </Fact>
            )}
          </dl>
        </Card>
      </div>
      <Boundary>{session.state === 'stored' && <ForwardCard session={session} onChange={onChange} />}</Boundary>
      {isFinished && <DeleteSession session={session} onChange={onChange} />}
    </>
  );
}

function VerdictCard(props: {
  readonly session: SessionDetail;
  readonly canVerify: boolean;
  readonly onChange: () => void;
}): ReactNode {
  const { session, canVerify, onChange } = props;
  const [verdict, setVerdict] = useState<Verdict>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const verify = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      setVerdict(await api.verify(session.id));
    } catch (thrown) {
      setError(thrown as Error);
    }
    setBusy(false);
  };
  const total = verdict?.total ?? session.receipt.findings;
  const isVerified = verdict !== undefined || session.receipt.verified;
  return (
    <Card
      title={
        <span className="verdict" role="status">
          {isVerified ? (
            total === 0 ? (
              <Badge>
                <Icon name="check" size={14} /> privacy: verified
              </Badge>
            ) : (
              <Badge tone="bad">
                <Icon name="warning" size={14} /> {formatPlural(total, 'finding')}
              </Badge>
            )
          ) : (
            <Badge>not verified yet</Badge>
          )}
          <span>{headline(isVerified, total)}</span>
        </span>
      }
      aside={
        canVerify && (
          <Button onClick={() => void verify()} disabled={busy} icon="shield">
            {busy ? 'Verifying…' : 'Verify now'}
          </Button>
        )
      }
    >
      {error && <Problem error={error} />}
      {verdict === undefined && total > 0 && <p className="soft">Select “Verify now” to see where they are.</p>}
      {verdict !== undefined && verdict.findings.length > 0 && <Findings verdict={verdict} />}
      {verdict?.clean && session.state === 'quarantined' && (
        <Button kind="primary" icon="check" onClick={() => void api.release(session.id).then(onChange, setError)}>
          Release from quarantine
        </Button>
      )}
      {verdict?.clean && <p className="soft">Verified just now: the verifier read every line and found nothing.</p>}
      {verdict === undefined && total === 0 && isVerified && (
        <p className="soft">
          The verifier read the finished dump before it was stored. It shares no detection code with the anonymizer.
        </p>
      )}
    </Card>
  );
}

function headline(isVerified: boolean, total: number): string {
  if (!isVerified) return 'The dump is not finished';
  return total === 0 ? 'No personal data found by the verifier' : 'The verifier found personal data in this dump';
}

function DeleteSession({
  session,
  onChange,
}: {
  readonly session: SessionDetail;
  readonly onChange: () => void;
}): ReactNode {
  const [confirming, setConfirming] = useState(false);
  const [error, setError] = useState<Error>();
  const remove = (): void => {
    api.delete(session.id).then(
      () => navigate('/sessions'),
      (thrown: Error) => {
        setError(thrown);
        onChange();
      },
    );
  };
  return (
    <Card title="Delete this session">
      {error && <Problem error={error} />}
      {confirming ? (
        <div className="row">
          <span>This deletes the dump and its catalog entry permanently.</span>
          <Button kind="danger" icon="trash" onClick={remove}>
            Delete permanently
          </Button>
          <Button onClick={() => setConfirming(false)}>Cancel</Button>
        </div>
      ) : (
        <Button kind="danger" icon="trash" onClick={() => setConfirming(true)}>
          Delete…
        </Button>
      )}
    </Card>
  );
}
