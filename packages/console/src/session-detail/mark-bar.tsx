import type { Observation } from '@rtcstats-server/insights';
import { type ReactNode, type RefObject, useContext, useEffect, useRef } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { setParameters } from '../routing/parameters.ts';
import { Link, useLocation } from '../routing/router.tsx';
import { formatPlural } from '../ui/format.ts';
import { Button } from '../ui/parts.tsx';
import { markOf } from './marks.ts';
import { placeOf } from './problem-card.tsx';

/**
 * Says which observation the plots mark, and leads back to the verdict.
 *
 * @param mark the parameter of the URL
 * @param onMarked gets the observations with this mark when the analysis is there. They do not come as a return value,
 *   because an error of the analysis must not take the plots away.
 */
export function MarkBar({
  id,
  mark,
  onMarked,
}: {
  readonly id: string;
  readonly mark: string;
  readonly onMarked: (marked: readonly Observation[]) => void;
}): ReactNode {
  const analysis = useAsk('analysis');
  const { done } = useContext(RecordingContext);
  const { search } = useLocation();
  useEffect(() => {
    onMarked(analysis?.observations.filter((observation) => markOf(observation) === mark) ?? []);
    return () => onMarked([]);
  }, [analysis, mark, onMarked]);
  const place = useRef<HTMLDivElement>(null);
  const isShown = analysis !== undefined || done;
  useLowElementAtTop(place, isShown);
  if (!isShown) return null;
  const found = analysis?.observations.filter((observation) => markOf(observation) === mark) ?? [];
  const [first] = found;
  const count = found.reduce((sum, { intervals }) => sum + intervals.length, 0);
  return (
    <div className="mark-bar" role="status" ref={place}>
      <span>
        {first === undefined ? (
          'The observation in the URL is not in this call.'
        ) : (
          <>
            Marked: <strong>{first.name}</strong>, {placeOf(first)}, {formatPlural(count, 'interval')}
          </>
        )}
      </span>
      <span className="row">
        <Link to={`/sessions/${id}/verdict${search}`} className="button">
          Back to the verdict
        </Link>
        <Button kind="quiet" icon="cross" onClick={() => setParameters({ mark: undefined })}>
          Remove the mark
        </Button>
      </span>
    </div>
  );
}

/** On a phone, the head of the page fills the screen, so that the reader would not see what the link leads to. */
function useLowElementAtTop(place: RefObject<HTMLElement | null>, isShown: boolean): void {
  useEffect(() => {
    const element = isShown ? place.current : null;
    if (element !== null && element.getBoundingClientRect().top > window.innerHeight / 2) element.scrollIntoView();
  }, [place, isShown]);
}
