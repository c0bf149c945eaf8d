import type { ConferenceAnalysis } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatDay, formatDuration, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Fact, Loading, Problem } from '../ui/parts.tsx';
import { SEVERITY_TONES } from '../ui/severity.ts';
import { analysesOf, type Call, type Participant } from './calls.ts';
import { type Cause, causeAdvice, causeReason, causeTitle, intervalText, missingText } from './cause-text.ts';
import { displayName } from './display-name.ts';

/** Intervals that are listed; the time axis shows all of them. */
const MAX_INTERVALS = 5;

/** The analysis of the calls of a conference. It is asked for again when another session is finished. */
export function useConferenceAnalysis(name: string | undefined, finished: number) {
  return useAnswer(
    async () => (name === undefined ? undefined : await api.conferenceAnalysis(name)),
    `${name} ${finished}`,
  );
}

/** Where the problems of the shown calls come from, as far as their sessions tell. */
export function CausesCard(props: {
  readonly answer: ReturnType<typeof useConferenceAnalysis>;
  readonly calls: readonly Call[];
  readonly participants: readonly Participant[];
}): ReactNode {
  const { answer, calls, participants } = props;
  const { value, error, reload } = answer;
  return (
    <Card title="Where problems come from">
      {error && <Problem error={error} retry={reload} />}
      {value === undefined && !error && <Loading />}
      {value !== undefined && <Causes analysis={value} calls={calls} participants={participants} />}
    </Card>
  );
}

function Causes(props: {
  readonly analysis: ConferenceAnalysis;
  readonly calls: readonly Call[];
  readonly participants: readonly Participant[];
}): ReactNode {
  const { analysis, calls, participants } = props;
  const analyses = analysesOf(calls, analysis);
  const shown = new Set(calls.flatMap(({ sessions }) => sessions.map(({ id }) => id)));
  const missing = missingText(analysis.missing.filter(({ session }) => shown.has(session)));
  return (
    <>
      {analyses.map((call) => (
        <section key={call.sessions[0]} className="causes">
          {analyses.length > 1 && (
            <h3>
              Call of {formatDay(call.from)}, {formatTime(call.from)}
            </h3>
          )}
          {call.observations.map((cause) => (
            <CauseView
              key={`${cause.name} ${Object.values(cause.scope).join()}`}
              cause={cause}
              participants={participants}
            />
          ))}
          <p className="soft">{comparedText(call)}</p>
          {call.notJudged.length > 0 && (
            <dl className="facts">
              {call.notJudged.map(({ what, why }) => (
                <Fact key={`${what} ${why}`} name={`Not judged: ${what}`}>
                  {why}
                </Fact>
              ))}
            </dl>
          )}
        </section>
      ))}
      {missing !== '' && <p className="soft">{missing}</p>}
      {analyses.length === 0 && missing === '' && (
        <p className="soft">
          {analysis.more
            ? 'These sessions are older than those that the gateway compares.'
            : 'These sessions are stored under another pseudonym of the conference, so they were not compared.'}
        </p>
      )}
    </>
  );
}

/** `4 participants were compared; no common cause was found. Times can be off by 2 s.` */
function comparedText({ participants, observations, clockUncertaintyMs }: ConferenceAnalysis['calls'][number]): string {
  const found = observations.length === 0 ? '; the problems of no participant have a cause that the others show' : '';
  const clocks =
    clockUncertaintyMs === null
      ? 'The clock of no client is known'
      : `Times can be off by ${formatDuration(clockUncertaintyMs)}`;
  return `${formatPlural(participants, 'participant')} in this call${found}. ${clocks}.`;
}

function CauseView({
  cause,
  participants,
}: {
  readonly cause: Cause;
  readonly participants: readonly Participant[];
}): ReactNode {
  const { severity, intervals, scope } = cause;
  const session = participants.find(({ name }) => name === scope.participant)?.sessions.at(-1);
  const more = intervals.length - MAX_INTERVALS;
  return (
    <div className="cause">
      <p className="row">
        <Badge tone={SEVERITY_TONES[severity]}>{severity}</Badge>
        <strong>{causeTitle(cause, (name) => displayName(name, participants))}</strong>
        <span className="faint">{cause.name}</span>
      </p>
      <p>
        {causeReason(cause)} <span className="soft">What to do:</span> {causeAdvice(cause)}
      </p>
      <p className="soft">
        {intervals.slice(0, MAX_INTERVALS).map(intervalText).join('; ')}
        {more > 0 && `; ${formatPlural(more, 'more interval')}`}
        {session !== undefined && (
          <>
            {'. '}
            <Link to={`/sessions/${session.id}`}>Verdict of this participant</Link>
          </>
        )}
      </p>
    </div>
  );
}
