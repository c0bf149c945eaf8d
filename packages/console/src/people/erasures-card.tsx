import type { ErasurePage, ErasureReceipt } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import type { Answer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { formatCount, formatDate, formatTime } from '../ui/format.ts';
import { Button, Empty, Loading, Problem } from '../ui/parts.tsx';
import { FinishedBadge } from './receipt-card.tsx';
import { KINDS } from './subject-text.ts';

/** The receipts of earlier erasures, newest first. */
export function ErasuresCard(props: {
  readonly answer: Answer<ErasurePage>;
  readonly show: (receipt: ErasureReceipt) => void;
}): ReactNode {
  const { answer, show } = props;
  const { value: page, error, reload } = answer;
  const erasures = page?.erasures ?? [];
  return (
    <Card title="Erasures" flush={erasures.length > 0}>
      {error && <Problem error={error} retry={reload} />}
      {page === undefined && !error && <Loading />}
      {page !== undefined && erasures.length === 0 && (
        <Empty title="No erasures yet">
          Each erasure leaves a receipt here that names nobody. To prove later that somebody was erased, erase the same
          name once more: it changes nothing and shows the same receipt.
        </Empty>
      )}
      {erasures.length > 0 && <Receipts erasures={erasures} show={show} />}
      {page?.nextCursor && <p className="faint panel-text">The newest {formatCount(erasures.length)}.</p>}
    </Card>
  );
}

function Receipts(props: {
  readonly erasures: readonly ErasureReceipt[];
  readonly show: (receipt: ErasureReceipt) => void;
}): ReactNode {
  const { erasures, show } = props;
  return (
    <table className="table stacked">
      <thead>
        <tr>
          <th>Requested</th>
          <th>What</th>
          <th>By</th>
          <th className="number">Sessions</th>
          <th>State</th>
          <th>
            <span className="hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {erasures.map((receipt) => (
          <tr key={receipt.id}>
            <td className="stacked-title">
              {formatDate(receipt.requestedAt)} {formatTime(receipt.requestedAt)}
            </td>
            <td data-name="What">{KINDS[receipt.kind]}</td>
            <td data-name="By">{receipt.by}</td>
            <td className="number" data-name="Sessions">
              {formatCount(receipt.sessions)}
            </td>
            <td data-name="State">
              <FinishedBadge receipt={receipt} />
            </td>
            <td className="number">
              <Button onClick={() => show(receipt)}>Show receipt</Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
