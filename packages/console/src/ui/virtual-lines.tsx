import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

/** Rows on screen, with the overscan; both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}
/** Initial value, before the first call of `onRange`. */
export const NO_RANGE: Range = { first: 0, last: 0 };

/** A virtual list: only visible rows are in the DOM. All rows have the same height. */
export function VirtualLines(props: {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  /** Called with the visible rows when they change, to load their content. */
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
  useEffect(() => {
    onRange({ first, last });
  }, [onRange, first, last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
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
