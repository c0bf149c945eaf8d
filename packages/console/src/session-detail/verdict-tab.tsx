import {
  type AnalysisDocument,
  DETECTORS,
  isProblem,
  type Observation,
  type Severity,
} from '@rtcstats-server/insights';
import { type ReactNode, useContext } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { formatDuration, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Fact, Loading, type Tone } from '../ui/parts.tsx';

/** Intervals and reasons that are shown; further ones add little. */
const MAX_INTERVALS = 5;
const MAX_REASONS = 5;
const TONES: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'plain',
  info: 'plain',
};
const DIRECTIONS = { in: 'inbound', out: 'outbound', both: 'both directions' } as const;

/** How good the call was, and what went wrong. The worker computes it from the dump. */
export function VerdictTab(): ReactNode {
  const analysis = useAsk('analysis');
  const { done } = useContext(RecordingContext);
  if (analysis === undefined) {
    return (
      <Loading>{done ? 'Loading…' : 'The verdict appears when the call is over and its dump has been read.'}</Loading>
    );
  }
  const problems = analysis.observations.filter(isProblem);
  const minor = analysis.observations.filter((observation) => !isProblem(observation));
  return (
    <>
      <Boundary>
        <ScoresCard analysis={analysis} problems={problems.length} />
      </Boundary>
      {problems.map((problem, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change, and observations have no id
        <Boundary key={at}>
          <ProblemCard problem={problem} />
        </Boundary>
      ))}
      <Boundary>
        {minor.length > 0 && (
          <Card title="Minor observations">
            <dl className="facts">
              {minor.map((observation, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
                <Fact key={at} name={observation.name}>
                  <Badge>{observation.severity}</Badge> {placeOf(observation)}, {whenOf(observation)}
                </Fact>
              ))}
            </dl>
          </Card>
        )}
        {analysis.notJudged.length > 0 && (
          <Card title="Not judged">
            <dl className="facts">
              {analysis.notJudged.map(({ what, why }) => (
                <Fact key={`${what} ${why}`} name={what}>
                  {why}
                </Fact>
              ))}
            </dl>
          </Card>
        )}
      </Boundary>
    </>
  );
}

function ScoresCard({
  analysis,
  problems,
}: {
  readonly analysis: AnalysisDocument;
  readonly problems: number;
}): ReactNode {
  const { experience, audio, video, connectivity, reasons } = analysis.scores;
  const lowered = reasons.filter(({ score }) => score === 'experience').slice(0, MAX_REASONS);
  return (
    <Card title="Verdict">
      <p>
        <strong data-verdict>{sentenceOf(experience, problems)}</strong>
      </p>
      {experience !== null && (
        <dl className="facts">
          <Fact name="Experience">{experience} of 100</Fact>
          {audio !== null && <Fact name="Audio">{audio} of 4.5</Fact>}
          {video !== null && <Fact name="Video">{video} of 5</Fact>}
          {connectivity !== null && <Fact name="Connectivity">{connectivity} of 5</Fact>}
          {lowered.length > 0 && (
            <Fact name="Lowered by">
              {lowered.map(({ name, cost }) => `${name} (${formatPlural(Math.round(cost), 'point')})`).join(', ')}
            </Fact>
          )}
        </dl>
      )}
    </Card>
  );
}

function sentenceOf(experience: number | null, problems: number): string {
  if (problems > 0) return `${formatPlural(problems, 'problem')} found, the most severe first.`;
  if (experience === null) return 'There was no call to judge.';
  return experience === 0 ? 'The call never connected, and no cause was found.' : 'A good call: no problem was found.';
}

function ProblemCard({ problem }: { readonly problem: Observation }): ReactNode {
  const { name, severity, evidence } = problem;
  const definition = DETECTORS.find((detector) => detector.definition.name === name)?.definition;
  const numbers = Object.entries(evidence).map(([key, value]) => `${key} ${value}`);
  return (
    <Card title={name} aside={<Badge tone={TONES[severity]}>{severity}</Badge>}>
      {definition !== undefined && <p>{definition.meaning}</p>}
      <dl className="facts">
        {definition !== undefined && <Fact name="What to do">{definition.advice}</Fact>}
        <Fact name="When">{whenOf(problem)}</Fact>
        <Fact name="Where">{placeOf(problem)}</Fact>
        {numbers.length > 0 && <Fact name="Measured">{numbers.join(', ')}</Fact>}
      </dl>
    </Card>
  );
}

function placeOf({ direction, scope }: Observation): string {
  const side = direction === null ? '' : `${DIRECTIONS[direction]}, `;
  if (scope.type === 'client') return `${side}client`;
  if (scope.type === 'connection') return `${side}connection ${scope.connection}`;
  return `${side}track ${scope.track}${scope.connection === undefined ? '' : ` of ${scope.connection}`}`;
}

function whenOf({ intervals }: Observation): string {
  const shown = intervals
    .slice(0, MAX_INTERVALS)
    .map(([from, to]) => (to > from ? `${formatTime(from)} for ${formatDuration(to - from)}` : formatTime(from)));
  return intervals.length > MAX_INTERVALS
    ? `${shown.join('; ')}; ${intervals.length - MAX_INTERVALS} more`
    : shown.join('; ');
}
