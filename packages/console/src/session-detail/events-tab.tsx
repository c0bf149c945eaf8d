import type { EventRow } from '@rtcstats-server/insights';
import { type ReactNode, useContext, useState } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { useChosenEvent } from '../routing/parameters.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatPlural, formatTime } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Empty, Loading } from '../ui/parts.tsx';
import { NO_RANGE, type Range, VirtualLines } from '../ui/virtual-lines.tsx';
import { EventDetail } from './event-detail.tsx';
import { readableLine } from './readable.ts';

const ROW = 34;
/** Rows per request to the worker, so that scrolling does not need one request for each row. */
const PAGE = 60;

/** All events, with filters and the full text of a chosen event. */
export function EventsTab(): ReactNode {
  const { summary } = useContext(RecordingContext);
  const [text, setText] = useState('');
  const [scope, setScope] = useState('*');
  const [stats, setStats] = useState(false);
  const [chosen, setChosen] = useChosenEvent();
  const [isRaw, setRaw] = useState(false);
  const of = scope === '*' ? undefined : scope === '-' ? null : scope;
  const found = useAsk('find', { text, scope: of, stats });
  const [range, setRange] = useState(NO_RANGE);
  const rows = useRows(found ?? NOTHING, range);
  return (
    <>
      <div className="filters">
        <label className="field field-search">
          <span>Event name, or / and text to search in lines</span>
          <span className="input input-search">
            <Icon name="search" size={16} />
            <input
              type="search"
              value={text}
              placeholder="setLocalDescription, /relay …"
              onChange={(event) => setText(event.target.value)}
            />
          </span>
        </label>
        <label className="field">
          <span>Connection</span>
          <select className="input" value={scope} onChange={(event) => setScope(event.target.value)}>
            <option value="*">all</option>
            {summary?.scopes.map((name) => (
              <option key={String(name)} value={name ?? '-'}>
                {name ?? 'page'}
              </option>
            ))}
          </select>
        </label>
        <label className="row check">
          <input type="checkbox" checked={stats} onChange={(event) => setStats(event.target.checked)} />
          Include statistics
        </label>
        <label className="row check">
          <input type="checkbox" checked={isRaw} onChange={(event) => setRaw(event.target.checked)} />
          Raw lines
        </label>
        <span className="faint check">{found === undefined ? '' : formatPlural(found.length, 'event')}</span>
      </div>
      <Card flush>
        {found === undefined ? (
          <Loading />
        ) : found.length === 0 ? (
          <Empty title="No matching events" />
        ) : (
          <VirtualLines
            count={found.length}
            rowHeight={ROW}
            label="Events"
            onRange={setRange}
            row={(index) => <EventButton row={rows(index)} isRaw={isRaw} chosen={chosen} onChoose={setChosen} />}
          />
        )}
      </Card>
      <Boundary key={chosen}>
        {chosen !== undefined && <EventDetail line={chosen} isRaw={isRaw} onClose={() => setChosen(undefined)} />}
      </Boundary>
    </>
  );
}

const NOTHING = new Uint32Array(0);

function useRows(found: Uint32Array, { first, last }: Range): (index: number) => EventRow | undefined {
  const from = Math.floor(first / PAGE) * PAGE;
  const to = Math.min(found.length, (Math.floor(last / PAGE) + 1) * PAGE);
  const rows = useAsk('rows', Array.from(found.subarray(from, to)));
  return (index) => rows?.[index - from];
}

function EventButton(props: {
  readonly row: EventRow | undefined;
  readonly isRaw: boolean;
  readonly chosen: number | undefined;
  readonly onChoose: (line: number) => void;
}): ReactNode {
  const { row, isRaw, chosen, onChoose } = props;
  if (row === undefined) return null;
  return (
    <button type="button" className="event-row" aria-pressed={row.line === chosen} onClick={() => onChoose(row.line)}>
      <span className="event-time">{formatTime(row.time)}</span>
      <span className="event-scope faint">{row.scope ?? 'page'}</span>
      <strong className="clip event-method">{row.method}</strong>
      <code className="clip faint event-text">{isRaw ? row.text : readableLine(row)}</code>
    </button>
  );
}
