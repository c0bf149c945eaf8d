import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

export interface Range {
  readonly first: number;
  readonly last: number;
}
export const NO_RANGE: Range = { first: 0, last: 0 };

/** A list of any length of which only what is seen is there. Rows have one height. */
export function VirtualLines(props: {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  /** Told which rows are shown, to have what is in them. */
  readonly onRange: (range: Range) => void;
  readonly row: (index: number) => ReactNode;
}): ReactNode {
  const { count, rowHeight, label, onRange, row } = props;
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange({ first, last }), [onRange, first, last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className="virtual" ref={scroller} tabIndex={0} aria-label={label}>
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start, size }) => (
          <div key={index} className="virtual-row" style={{ transform: `translateY(${start}px)`, height: size }}>
            {row(index)}
          </div>
        ))}
      </div>
    </section>
  );
}
