import type { ReactNode } from 'react';
import { formatCount } from './format.ts';

/**
 * A bar chart of counts by name, largest first.
 *
 * @param empty text to show if all counts are 0
 */
export function Bars({
  counts,
  empty,
}: {
  readonly counts: readonly (readonly [string, number])[];
  readonly empty: string;
}): ReactNode {
  const sorted = counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  if (sorted.length === 0) return <p className="soft">{empty}</p>;
  const highest = sorted[0]![1];
  return (
    <ul className="bars">
      {sorted.map(([name, count]) => (
        <li key={name}>
          <span>{name}</span>
          <span className="bar-track" aria-hidden="true">
            <span className="bar" style={{ width: `${Math.max(1.5, (count / highest) * 100)}%` }} />
          </span>
          <strong className="number">{formatCount(count)}</strong>
        </li>
      ))}
    </ul>
  );
}
