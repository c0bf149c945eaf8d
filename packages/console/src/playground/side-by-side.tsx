import { memo, type ReactNode } from 'react';
import { formatPlural } from '../ui/format.ts';
import type { ChangedLine } from './anonymize.ts';
import { compareTexts, type Part, shortened } from './text-diff.ts';

/** Original lines on the left, anonymized lines on the right, changes marked on both sides. */
export const SideBySide = memo(function SideBySide(props: {
  readonly lines: readonly ChangedLine[];
  readonly more: number;
}): ReactNode {
  return (
    <>
      <div className="compare-table">
        <div className="compare-head">
          <span />
          <strong>Before</strong>
          <strong>After</strong>
        </div>
        {props.lines.map((line) => (
          <Row key={line.number} line={line} />
        ))}
      </div>
      {props.more > 0 && (
        <p className="faint more">
          {formatPlural(props.more, 'more line')} changed. To see all, run: npx rtcstats-server anonymize FILE
        </p>
      )}
    </>
  );
});

function Row({ line }: { readonly line: ChangedLine }): ReactNode {
  const { number, before, after } = line;
  const parts = after === null ? undefined : compareTexts(before, after);
  return (
    <div className="compare-row">
      <span className="raw-number">{number}</span>
      <code>
        <Parts parts={shortened(parts?.before ?? [{ text: before, changed: true }])} tone="removed" />
      </code>
      <code>
        {parts === undefined ? (
          <em className="soft">dropped</em>
        ) : (
          <Parts parts={shortened(parts.after)} tone="added" />
        )}
      </code>
    </div>
  );
}

function Parts({ parts, tone }: { readonly parts: readonly Part[]; readonly tone: 'removed' | 'added' }): ReactNode {
  return parts.map(({ text, changed }, index) =>
    changed ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts are identified by their position
      <mark key={index} className={`change change-${tone}`}>
        {text}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts are identified by their position
      <span key={index}>{text}</span>
    ),
  );
}
