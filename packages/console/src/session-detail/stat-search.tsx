import type { StatName } from '@rtcstats-server/insights';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useAsk } from '../recording/use-recording.ts';
import { Icon } from '../ui/icons.tsx';

const MAX_FOUND = 60;

/** Finds any statistic by its name. The arrow keys move through the results, Escape clears the search. */
export function StatSearch({ onChoose }: { readonly onChoose: (stat: StatName) => void }): ReactNode {
  const [text, setText] = useState('');
  const found = useAsk('statNames', text, text === '' ? 0 : MAX_FOUND);
  const place = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') setText('');
    if (step === undefined) return;
    event.preventDefault();
    const stops = [...(place.current?.querySelectorAll<HTMLElement>('input, .stat-choice') ?? [])];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the field and the buttons inside
    <div className="stat-search" ref={place} onKeyDown={move}>
      <label className="field field-search">
        <span>Plot any other statistic</span>
        <span className="input input-search">
          <Icon name="search" size={16} />
          <input
            type="search"
            value={text}
            placeholder="jitterBuffer, bytesSent/s, PC_0 outbound qpSum …"
            onChange={(event) => setText(event.target.value)}
          />
        </span>
      </label>
      {text !== '' && found !== undefined && (
        <ul className="stat-found" aria-label="Matching statistics">
          {found.length === 0 && <li className="faint">No matching statistics</li>}
          {found.map((stat) => (
            <li key={`${stat.scope} ${stat.report} ${stat.name}`}>
              <button type="button" className="stat-choice" onClick={() => onChoose(stat)}>
                <strong>{stat.name}</strong>
                <span className="faint">
                  {stat.scope} · {stat.type} {stat.report}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
