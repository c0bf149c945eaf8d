import { type ReactNode, useContext, useEffect, useRef } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Card } from '../ui/card.tsx';
import { Button } from '../ui/parts.tsx';
import { lineName } from './line-name.ts';
import { prettyLine, readableEvent } from './readable.ts';

/** One event in full, formatted. With `isRaw`, numbers of methods and properties are shown as they are stored. */
export function EventDetail(props: {
  readonly line: number;
  readonly isRaw?: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { line, isRaw = false, onClose } = props;
  const { summary } = useContext(RecordingContext);
  const text = useAsk('eventText', line);
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the card grows when the text arrives
  useEffect(() => {
    // Returns nothing: newer versions of Chromium return a promise from scrollIntoView, which React takes for a
    // clean-up.
    void place.current?.scrollIntoView({ block: 'nearest' });
  }, [line, text]);
  return (
    <div ref={place}>
      <Card
        title={`${lineName(summary) === 'line' ? 'Line' : 'Event'} ${line}`}
        aside={
          <Button kind="quiet" icon="cross" onClick={onClose}>
            Close
          </Button>
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
        <pre className="code code-wrap" tabIndex={0}>
          {text === undefined ? '…' : isRaw ? prettyLine(text) : readableEvent(text)}
        </pre>
      </Card>
    </div>
  );
}
