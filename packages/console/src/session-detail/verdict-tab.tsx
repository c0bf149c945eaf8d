import type { SessionDetail } from '@rtcstats-server/api';
import { type AnalysisDocument, type CallVerdict, callVerdict, isProblem } from '@rtcstats-server/insights';
import { type ReactNode, useContext } from 'react';
import { RecordingContext, useAsk } from '../recording/use-recording.ts';
import { Boundary } from '../ui/boundary.tsx';
import { VERDICT_TONES } from '../ui/call-verdict.tsx';
import { verdictText } from '../ui/call-verdict-text.ts';
import { Card } from '../ui/card.tsx';
import { formatPlural } from '../ui/format.ts';
import { Badge, Fact, Loading } from '../ui/parts.tsx';
import { Moments, ProblemCard, placeOf } from './problem-card.tsx';
import { scoresOf } from './scores.ts';
import { ScoresList } from './scores-list.tsx';

/** Reasons that are shown; further ones add little. */
const MAX_REASONS = 5;

/** How good the call was, and what went wrong. The worker computes it from the dump. */
export function VerdictTab({ session }: { readonly session: SessionDetail }): ReactNode {
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
      <Boundary>
        <RtcstatsComCard session={session} />
      </Boundary>
      {problems.map((problem, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change, and observations have no id
        <Boundary key={at}>
          <ProblemCard id={session.id} problem={problem} />
        </Boundary>
      ))}
      <Boundary>
        {minor.length > 0 && (
          <Card title="Minor observations">
            <dl className="facts">
              {minor.map((observation, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
                <Fact key={at} name={observation.name}>
                  <Badge>{observation.severity}</Badge> {placeOf(observation)},{' '}
                  <Moments id={session.id} observation={observation} />
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
  const verdict = callVerdict(analysis);
  return (
    <div className="observed">
      <Card title="Verdict" aside={<Badge tone={VERDICT_TONES[verdict]}>{verdictText(verdict, experience)}</Badge>}>
        <p>
          <strong data-verdict>{sentenceOf(verdict, problems)}</strong>
        </p>
        {experience !== null && (
          <dl className="facts">
            <Fact name="Experience">{experience} of 100</Fact>
            {audio !== null && <Fact name="Audio">{audio} of 4.5</Fact>}
            {video !== null && <Fact name="Video">{video} of 5</Fact>}
            {connectivity !== null && <Fact name="Connectivity">{connectivity} of 5</Fact>}
          </dl>
        )}
        {lowered.length > 0 && (
          <p>
            <span className="soft">Experience lowered by:</span>{' '}
            {lowered.map(({ name, cost }) => `${name} (${formatPlural(Math.round(cost), 'point')})`).join(', ')}
          </p>
        )}
      </Card>
    </div>
  );
}

const SENTENCES: Readonly<Record<CallVerdict, string>> = {
  good: 'A good call: no problem was found.',
  degraded: 'The call was degraded, and no single problem explains it.',
  bad: 'The call was bad, and no single problem explains it.',
  failed: 'The call never connected, and no cause was found.',
  notJudged: 'There was no call to judge.',
};

function sentenceOf(verdict: CallVerdict, problems: number): string {
  return problems > 0 ? `${formatPlural(problems, 'problem')} found, the most severe first.` : SENTENCES[verdict];
}

/** The scores that rtcstats.com gave the dump, if it was forwarded there with `forward.mode: enrich`. */
function RtcstatsComCard({ session }: { readonly session: SessionDetail }): ReactNode {
  const delivery = session.deliveries.find(({ analysis }) => scoresOf(analysis).length > 0);
  if (delivery === undefined) return null;
  return (
    <Card
      title="Verdict of rtcstats.com"
      aside={
        delivery.url !== null && (
          <a href={delivery.url} rel="noreferrer" target="_blank">
            Open at the target
          </a>
        )
      }
    >
      <ScoresList analysis={delivery.analysis} />
    </Card>
  );
}
