import { DETECTORS, type Observation } from '@rtcstats-server/insights';
import { type ReactNode, useContext, useEffect, useRef } from 'react';
import { RecordingContext } from '../recording/use-recording.ts';
import { Link, useLocation } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatDuration, formatTime } from '../ui/format.ts';
import { Badge, Fact } from '../ui/parts.tsx';
import { SEVERITY_TONES } from '../ui/severity.ts';
import { evidenceText } from './evidence.ts';
import { markOf, plotsLink, zoomAround } from './marks.ts';

/** Intervals that are listed; the link to the plots marks all of them. */
const MAX_INTERVALS = 5;
const DIRECTIONS = { in: 'inbound', out: 'outbound', both: 'both directions' } as const;

/** A problem of a call: what it means, what to do, and links to its moments in the plots. */
export function ProblemCard({ id, problem }: { readonly id: string; readonly problem: Observation }): ReactNode {
  const { name, severity, evidence } = problem;
  const place = useRef<HTMLDivElement>(null);
  const isMarked = useLocation().searchParams.get('mark') === markOf(problem);
  const definition = DETECTORS.find((detector) => detector.definition.name === name)?.definition;
  // The reader comes back from the plots to where they left.
  useEffect(() => {
    if (isMarked) place.current?.scrollIntoView({ block: 'center' });
  }, [isMarked]);
  const measured = evidenceText(evidence);
  return (
    <div ref={place} className={isMarked ? 'observed observed-marked' : 'observed'}>
      <Card title={name} aside={<Badge tone={SEVERITY_TONES[severity]}>{severity}</Badge>}>
        {definition !== undefined && (
          <>
            <p>{definition.meaning}</p>
            <p>
              <span className="soft">What to do:</span> {definition.advice}
            </p>
          </>
        )}
        <dl className="facts">
          <Fact name="When">
            <Moments id={id} observation={problem} />
          </Fact>
          <Fact name="Where">{placeOf(problem)}</Fact>
          {measured !== '' && <Fact name="Measured">{measured}</Fact>}
        </dl>
      </Card>
    </div>
  );
}

/** The intervals of an observation, each a link to the plots. */
export function Moments({ id, observation }: { readonly id: string; readonly observation: Observation }): ReactNode {
  const { summary } = useContext(RecordingContext);
  const recording = { from: summary?.start ?? -Infinity, to: summary?.end ?? Infinity };
  const { intervals } = observation;
  return (
    <>
      {intervals.slice(0, MAX_INTERVALS).map((interval, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
        <span key={at}>
          {at > 0 && '; '}
          <Link to={plotsLink(id, observation, zoomAround(interval, recording))}>{whenOf(interval)}</Link>
        </span>
      ))}
      {intervals.length > MAX_INTERVALS && (
        <>
          {'; '}
          <Link to={plotsLink(id, observation)}>{intervals.length - MAX_INTERVALS} more</Link>
        </>
      )}
    </>
  );
}

function whenOf([from, to]: readonly [number, number]): string {
  return to > from ? `${formatTime(from)} for ${formatDuration(to - from)}` : formatTime(from);
}

/** Direction, connection and track of an observation. */
export function placeOf({ direction, scope }: Pick<Observation, 'direction' | 'scope'>): string {
  const side = direction === null ? '' : `${DIRECTIONS[direction]}, `;
  if (scope.type === 'client') return `${side}client`;
  if (scope.type === 'connection') return `${side}connection ${scope.connection}`;
  return `${side}track ${scope.track}${scope.connection === undefined ? '' : ` of ${scope.connection}`}`;
}
