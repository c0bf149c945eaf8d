import type { AuditCheckpoint, AuditVerification } from '@rtcstats-server/api';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatCount, formatDate, formatPlural, formatTime } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Fact, Loading, Problem } from '../ui/parts.tsx';
import { comparedText, problemText } from './verification-text.ts';

const POLL_MS = 30_000;
/** A log of at most this size is verified when the page opens; reading a larger one takes seconds. */
const MAX_AT_OPENING = 20_000;

/** The last checkpoint, to be kept elsewhere, and whether the log fits it and those before. */
export function ProofCard(): ReactNode {
  const { value: log, error, reload } = useAnswer(() => api.audit({ limit: 1 }), 'checkpoint', POLL_MS);
  const { result, failure, isBusy, verify } = useVerification(log?.size);
  return (
    <Card
      title="Proof that nothing was changed"
      aside={
        <span className="row">
          <span role="status">
            <State result={result} isBusy={isBusy} />
          </span>
          <Button icon="shield" onClick={() => verify()} disabled={isBusy}>
            Verify now
          </Button>
        </span>
      }
    >
      {error && <Problem error={error} retry={reload} />}
      {failure && <Problem error={failure} />}
      {log === undefined && !error && <Loading />}
      <div className="proof">
        {result?.problems.map(({ message }) => (
          <Problem key={message} error={new Error(problemText(message))} />
        ))}
        {result && <p className="soft">{comparedText(result)}</p>}
        {log !== undefined &&
          (log.checkpoint === null ? (
            <p className="soft">
              No checkpoint yet. The gateway signs the first one within a minute after the first entry.
            </p>
          ) : (
            <Checkpoint checkpoint={log.checkpoint} size={log.size} />
          ))}
        {log !== undefined && <Compare isBusy={isBusy} compare={verify} />}
      </div>
    </Card>
  );
}

/** Verifies a log when it is first known, and on request. */
function useVerification(size: number | undefined) {
  const [result, setResult] = useState<AuditVerification>();
  const [failure, setFailure] = useState<Error>();
  const [isBusy, setIsBusy] = useState(false);
  const verify = async (checkpoint?: string): Promise<void> => {
    setIsBusy(true);
    setFailure(undefined);
    try {
      setResult(await api.verifyAudit(checkpoint));
    } catch (thrown) {
      setResult(undefined);
      setFailure(thrown as Error);
    }
    setIsBusy(false);
  };
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current || size === undefined || size > MAX_AT_OPENING) return;
    hasBegun.current = true;
    void verify();
  });
  return { result, failure, isBusy, verify: (checkpoint?: string) => void verify(checkpoint) };
}

function State(props: { readonly result: AuditVerification | undefined; readonly isBusy: boolean }): ReactNode {
  const { result, isBusy } = props;
  if (isBusy) return <Badge>verifying…</Badge>;
  if (result === undefined) return <Badge>not verified yet</Badge>;
  if (!result.verified) return <Badge tone="bad">{formatPlural(result.problems.length, 'problem')}</Badge>;
  return (
    <Badge tone="good">
      <Icon name="check" size={14} /> verified {formatTime(result.verifiedAt)}
    </Badge>
  );
}

function Checkpoint({ checkpoint, size }: { readonly checkpoint: AuditCheckpoint; readonly size: number }): ReactNode {
  const { size: signedSize, root, signedAt, publicKey, note } = checkpoint;
  return (
    <>
      <dl className="facts proof-facts">
        <Fact name="Entries in the log">{formatCount(size)}</Fact>
        <Fact name="Last checkpoint">
          {formatPlural(signedSize, 'entry', 'entries')}, signed {formatDate(signedAt)} {formatTime(signedAt)}
        </Fact>
        <Fact name="Root hash">
          <span className="mono">{root}</span>
        </Fact>
        <Fact name="Public key">
          <span className="mono">{publicKey}</span>
        </Fact>
      </dl>
      <div className="row">
        <CopyButton text={note}>Copy checkpoint</CopyButton>
        <CopyButton text={publicKey}>Copy public key</CopyButton>
        <span className="soft">
          Keep both on another machine: only a copy elsewhere proves that nothing was cut off by somebody who can change
          the catalog and the data directory.
        </span>
      </div>
    </>
  );
}

function Compare(props: { readonly isBusy: boolean; readonly compare: (checkpoint: string) => void }): ReactNode {
  const [text, setText] = useState('');
  const id = useId();
  return (
    <details>
      <summary>Compare with a checkpoint that was kept elsewhere</summary>
      <form
        className="proof-check"
        onSubmit={(event) => {
          event.preventDefault();
          // Mail programs and editors drop the newline at the end, which is part of the note.
          props.compare(`${text.trim()}\n`);
        }}
      >
        <div className="field">
          <label htmlFor={id}>Checkpoint</label>
          <textarea
            id={id}
            className="input mono"
            rows={5}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit" disabled={props.isBusy || text.trim() === ''}>
          Compare
        </Button>
      </form>
    </details>
  );
}
