import type { ReactNode } from 'react';
import { formatDate, formatPlural, formatTime } from '../ui/format.ts';
import type { Slot } from './recent.ts';

/** A column for each stretch of time: clean below, quarantined on top. */
export function VerifiedBars({ slots }: { readonly slots: readonly Slot[] }): ReactNode {
  const first = slots[0];
  const last = slots.at(-1);
  if (first === undefined || last === undefined) return <p className="soft">None of them is finished yet.</p>;
  const most = Math.max(...slots.map(({ clean, quarantined }) => clean + quarantined));
  return (
    <figure className="verified">
      <div
        className="verified-bars"
        role="img"
        aria-label={`Sessions verified from ${formatDate(first.from)} to ${formatDate(last.from)}, at most ${most} in a column`}
      >
        {slots.map(({ from, clean, quarantined }) => (
          <span
            key={from}
            className="verified-slot"
            title={`${formatDate(from)}, ${formatTime(from)}: ${formatPlural(clean, 'clean', 'clean')}, ${quarantined} quarantined`}
          >
            {quarantined > 0 && <span className="verified-bad" style={{ height: `${(quarantined / most) * 100}%` }} />}
            {clean > 0 && <span className="verified-good" style={{ height: `${(clean / most) * 100}%` }} />}
          </span>
        ))}
      </div>
      <figcaption className="faint">
        <span>
          {formatDate(first.from)}, {formatTime(first.from)}
        </span>
        {slots.length > 1 && (
          <span>
            {formatDate(last.from)}, {formatTime(last.from)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
