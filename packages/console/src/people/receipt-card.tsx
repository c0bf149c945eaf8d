import type { ErasureReceipt } from '@rtcstats-server/api';
import { type ReactNode, useEffect, useRef } from 'react';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatCount, formatDate, formatPlural, formatTime } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Fact } from '../ui/parts.tsx';
import { KINDS, OUTCOMES, placeName, sessionsText } from './subject-text.ts';

/** What an erasure removed from which place, and what it waits for. Nothing in it names the person. */
export function ReceiptCard(props: { readonly receipt: ErasureReceipt; readonly close: () => void }): ReactNode {
  const { receipt, close } = props;
  const { id, kind, subject, requestedAt, finishedAt, by, waitsFor } = receipt;
  const content = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new receipt gets the focus
  useEffect(() => content.current?.focus(), [id]);
  return (
    <Card
      title="Receipt of the erasure"
      aside={
        <span role="status">
          <FinishedBadge receipt={receipt} />
        </span>
      }
    >
      <div className="found" ref={content} tabIndex={-1}>
        <dl className="facts">
          <Fact name="Receipt">
            <span className="mono">{id}</span>
          </Fact>
          <Fact name="What">{KINDS[kind]}</Fact>
          <Fact name="Keyed hash of the name">
            <span className="mono">{subject}</span>
          </Fact>
          <Fact name="Requested">
            {formatDate(requestedAt)} {formatTime(requestedAt)} by {by}
          </Fact>
          <Fact name="Finished">{finishedAt ? `${formatDate(finishedAt)} ${formatTime(finishedAt)}` : 'not yet'}</Fact>
          <Fact name="Sessions">{sessionsText(receipt)}</Fact>
        </dl>
        <Places receipt={receipt} />
        {Object.entries(waitsFor).map(([what, count]) => (
          <p key={what} className="held">
            <Icon name="warning" />
            <span>
              {formatPlural(count, 'session waits', 'sessions wait')} for {what}. The gateway tries again until nothing
              is left.
            </span>
          </p>
        ))}
        <div className="row">
          <CopyButton text={JSON.stringify(receipt, undefined, 2)}>Copy receipt</CopyButton>
          <Button onClick={close}>Close</Button>
        </div>
      </div>
    </Card>
  );
}

export function FinishedBadge({ receipt }: { readonly receipt: ErasureReceipt }): ReactNode {
  if (receipt.finishedAt === null) return <Badge tone="warn">pending</Badge>;
  return (
    <Badge tone="good">
      <Icon name="check" size={14} /> finished
    </Badge>
  );
}

function Places({ receipt }: { readonly receipt: ErasureReceipt }): ReactNode {
  const places = Object.entries(receipt.places);
  if (places.length === 0) return <p className="soft">Nothing was stored in any place.</p>;
  return (
    <table className="table stacked">
      <thead>
        <tr>
          <th>Place</th>
          {OUTCOMES.map((outcome) => (
            <th key={outcome} className="number">
              {outcome}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {places.map(([name, outcomes]) => (
          <tr key={name}>
            <td className="stacked-title">{placeName(name)}</td>
            {OUTCOMES.map((outcome) => (
              <td key={outcome} className={outcomes[outcome] ? 'number' : 'number nothing'} data-name={outcome}>
                {outcomes[outcome] ? formatCount(outcomes[outcome]) : '–'}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
