import type { ReactNode } from 'react';
import { formatCount, formatDate, formatTime } from '../ui/format.ts';
import type { Bucket } from './recent.ts';

/** One stacked bar per bucket: sessions without findings at the bottom, quarantined ones on top. */
export function VerifiedBars({ buckets }: { readonly buckets: readonly Bucket[] }): ReactNode {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return <p className="soft">No session is finished yet.</p>;
  const highest = Math.max(...buckets.map(({ verified, quarantined }) => verified + quarantined));
  return (
    <figure className="verified">
      <div
        className="verified-bars"
        role="img"
        aria-label={`Sessions verified from ${formatDate(first.from)} to ${formatDate(last.from)}, at most ${highest} per bar`}
      >
        {buckets.map(({ from, verified, quarantined }) => (
          <span
            key={from}
            className="verified-slot"
            title={`${formatDate(from)}, ${formatTime(from)}: ${formatCount(verified)} privacy: verified, ${quarantined} quarantined`}
          >
            {quarantined > 0 && (
              <span className="verified-bad" style={{ height: `${(quarantined / highest) * 100}%` }} />
            )}
            {verified > 0 && <span className="verified-good" style={{ height: `${(verified / highest) * 100}%` }} />}
          </span>
        ))}
      </div>
      <figcaption className="faint">
        <span>
          {formatDate(first.from)}, {formatTime(first.from)}
        </span>
        {buckets.length > 1 && (
          <span>
            {formatDate(last.from)}, {formatTime(last.from)}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
