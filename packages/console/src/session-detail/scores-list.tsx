import type { ReactNode } from 'react';
import { formatName, formatValue } from '../ui/format.ts';
import { Fact } from '../ui/parts.tsx';
import { scoresOf } from './scores.ts';

/** The scores in an analysis by rtcstats.com; nothing if it has none. */
export function ScoresList({ analysis }: { readonly analysis: unknown }): ReactNode {
  const scores = scoresOf(analysis);
  if (scores.length === 0) return null;
  return (
    <dl className="facts">
      {scores.map(({ name, value }) => (
        <Fact key={name} name={formatName(name)}>
          {formatValue(value)}
        </Fact>
      ))}
    </dl>
  );
}
