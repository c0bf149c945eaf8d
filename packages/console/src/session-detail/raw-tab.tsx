import type { Session } from '@rtcstats-server/api';
import { type ReactNode, useContext, useState } from 'react';
import { dumpUrl, liveUrl } from '../api/client.ts';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { NO_RANGE, type Range, VirtualLines } from '../ui/virtual-lines.tsx';

const ROW = 22;
const PAGE = 80;

/** The text of the dump as it is stored. */
export function RawTab({ session }: { readonly session: Session }): ReactNode {
  const { id, state } = session;
  const { summary } = useContext(RecordingContext);
  const count = summary?.lines ?? 0;
  const [range, setRange] = useState(NO_RANGE);
  const line = useLines(range, count);
  return (
    <Card
      flush
      title={`${formatPlural(count, 'line')}, ${formatBytes(summary?.bytes ?? 0)}`}
      aside={
        <a className="button" href={state === 'recording' ? liveUrl(id) : dumpUrl(id)} download={`${id}.txt`}>
          <Icon name="download" size={16} /> Download
        </a>
      }
    >
      <VirtualLines
        count={count}
        rowHeight={ROW}
        label="Lines of the dump"
        onRange={setRange}
        row={(index) => (
          <div className="raw-line">
            <span className="raw-number">{index + 1}</span>
            <code>{line(index) ?? ''}</code>
          </div>
        )}
      />
    </Card>
  );
}

function useLines({ first, last }: Range, count: number): (index: number) => string | undefined {
  const from = Math.floor(first / PAGE) * PAGE;
  const to = Math.min(count, (Math.floor(last / PAGE) + 1) * PAGE);
  // Ask for at least two lines, because a single line is returned in full, whatever its length.
  const lines = useAsk('lines', from + 1, Math.max(2, to - from));
  return (index) => lines?.[index - from];
}
