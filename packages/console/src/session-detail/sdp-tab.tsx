import { type Description, diffLines, sdpSections } from '@rtcstats-server/insights';
import { type ReactNode, useContext, useState } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Card } from '../ui/card.tsx';
import { formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Empty, Loading } from '../ui/parts.tsx';
import { lineName } from './line-name.ts';

/** Session descriptions by section, compared with the previous description of the same kind. */
export function SdpTab(): ReactNode {
  const all = useAsk('descriptions');
  const counted = lineName(useContext(RecordingContext).summary);
  const [chosen, setChosen] = useState(0);
  const [comparing, setComparing] = useState(true);
  if (all === undefined) return <Loading />;
  const description = all[chosen] ?? all[0];
  if (description === undefined) {
    return (
      <Card>
        <Empty title="No session descriptions in this dump" />
      </Card>
    );
  }
  const before = all
    .slice(0, all.indexOf(description))
    .findLast(
      ({ scope, side, type }) => scope === description.scope && side === description.side && type === description.type,
    );
  return (
    <div className="sdp">
      <Card title="Descriptions">
        <ol className="sdp-list">
          {all.map((one, index) => (
            <li key={one.line}>
              <button
                type="button"
                className="sdp-choice"
                aria-pressed={one === description}
                onClick={() => setChosen(index)}
              >
                <span>
                  <strong>
                    {one.scope} {one.side} {one.type}
                  </strong>
                  <span className="faint">
                    {' '}
                    {counted} {one.line}
                  </span>
                </span>
                <span className="faint">{formatTime(one.time)}</span>
              </button>
            </li>
          ))}
        </ol>
      </Card>
      <Card
        title={`${description.scope}: ${description.side} ${description.type}`}
        aside={
          before && (
            <label className="row">
              <input type="checkbox" checked={comparing} onChange={(event) => setComparing(event.target.checked)} />
              Compare with the previous one
            </label>
          )
        }
      >
        <Sections description={description} before={comparing ? before : undefined} />
      </Card>
    </div>
  );
}

function Sections({
  description,
  before,
}: {
  readonly description: Description;
  readonly before: Description | undefined;
}): ReactNode {
  const sections = sdpSections(description.sdp);
  const old = before && sdpSections(before.sdp);
  return sections.map((section, index) => {
    const lines = old === undefined ? undefined : diffLines(old[index]?.lines ?? [], section.lines);
    const changes = lines?.filter(({ kind }) => kind !== 'same').length ?? 0;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: sections are identified by their position
      <details key={index} className="sdp-section" open={lines === undefined ? index < 2 : changes > 0}>
        <summary>
          <strong>{section.title}</strong> <span className="faint">{formatPlural(section.lines.length, 'line')}</span>{' '}
          {lines !== undefined &&
            (changes === 0 ? <Badge>unchanged</Badge> : <Badge tone="accent">{formatPlural(changes, 'change')}</Badge>)}
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
        <pre className="code" tabIndex={0}>
          {(lines ?? section.lines.map((text) => ({ kind: 'same' as const, text }))).map(({ kind, text }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are identified by their position
            <span key={at} className={`code-line code-${kind}`}>
              {kind === 'added' ? '+ ' : kind === 'removed' ? '− ' : '  '}
              {text}
            </span>
          ))}
        </pre>
      </details>
    );
  });
}
