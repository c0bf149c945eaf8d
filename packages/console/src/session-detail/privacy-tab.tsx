import type { SessionDetail, Verdict } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { Link, navigate } from '../routing/router.tsx';
import { Bars } from '../ui/bars.tsx';
import { formatCount, formatName, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Card, Fact, Problem } from '../ui/parts.tsx';
import { Findings } from './findings.tsx';
import { ForwardCard } from './forward-card.tsx';

/** What was removed from the session, and that nothing is left. */
export function PrivacyTab({
  session,
  onChange,
}: {
  readonly session: SessionDetail;
  readonly onChange: () => void;
}): ReactNode {
  const { receipt } = session;
  const over = session.state === 'stored' || session.state === 'quarantined';
  const dropped = Object.entries(receipt.dropped);
  return (
    <>
      <VerdictCard session={session} canVerify={over} onChange={onChange} />
      <div className="columns">
        <Card title="Replaced while it arrived">
          <Bars
            counts={Object.entries(receipt.redactions).map(([name, count]) => [formatName(name), count])}
            empty="Nothing personal was in it."
          />
          {!receipt.complete && over && (
            <p className="faint">The gateway ended before the session did: what was counted until then is not known.</p>
          )}
        </Card>
        <Card title="Receipt">
          <dl className="facts">
            <Fact name="Policy">
              <Link to="/privacy">{receipt.policy}</Link>
            </Fact>
            <Fact name="Read again by the verifier">{receipt.verified ? 'yes' : 'not yet'}</Fact>
            <Fact name="Findings">{formatCount(receipt.findings)}</Fact>
            <Fact name="Messages not kept">
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
      {session.state === 'stored' && <ForwardCard session={session} onChange={onChange} />}
      {over && <DeleteSession session={session} onChange={onChange} />}
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
  const known = verdict !== undefined || session.receipt.verified;
  return (
    <Card
      title={
        <span className="verdict" role="status">
          {known ? (
            total === 0 ? (
              <Badge tone="good">
                <Icon name="check" size={14} /> clean
              </Badge>
            ) : (
              <Badge tone="bad">
                <Icon name="warning" size={14} /> {formatPlural(total, 'finding')}
              </Badge>
            )
          ) : (
            <Badge>not verified yet</Badge>
          )}
          <span>{headline(known, total)}</span>
        </span>
      }
      aside={
        canVerify && (
          <Button onClick={() => void verify()} disabled={busy} icon="shield">
            {busy ? 'Reading…' : 'Verify now'}
          </Button>
        )
      }
    >
      {error && <Problem error={error} />}
      {verdict === undefined && total > 0 && <p className="soft">Verify now to see where they are.</p>}
      {verdict !== undefined && verdict.findings.length > 0 && <Findings verdict={verdict} />}
      {verdict?.clean && session.state === 'quarantined' && (
        <Button kind="primary" icon="check" onClick={() => void api.release(session.id).then(onChange, setError)}>
          Release from quarantine
        </Button>
      )}
      {verdict?.clean && <p className="soft">Read again just now, line by line: nothing personal is in it.</p>}
      {verdict === undefined && total === 0 && known && (
        <p className="soft">
          The verifier shares no detection code with the anonymizer. It read the finished dump once more before it was
          stored.
        </p>
      )}
    </Card>
  );
}

function headline(known: boolean, total: number): string {
  if (!known) return 'The dump is not finished';
  return total === 0 ? 'Nothing personal is left in this dump' : 'This dump is kept back in quarantine';
}

function DeleteSession({
  session,
  onChange,
}: {
  readonly session: SessionDetail;
  readonly onChange: () => void;
}): ReactNode {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<Error>();
  const remove = (): void => {
    api.delete(session.id).then(
      () => navigate('/'),
      (thrown: Error) => {
        setError(thrown);
        onChange();
      },
    );
  };
  return (
    <Card title="Delete this session">
      {error && <Problem error={error} />}
      {asked ? (
        <div className="row">
          <span>The dump and its entry go for good.</span>
          <Button kind="danger" icon="trash" onClick={remove}>
            Delete it
          </Button>
          <Button onClick={() => setAsked(false)}>Keep it</Button>
        </div>
      ) : (
        <Button kind="danger" icon="trash" onClick={() => setAsked(true)}>
          Delete…
        </Button>
      )}
    </Card>
  );
}
