import type { ConferenceAnalysis, ListedSession } from '@rtcstats-server/api';
import { browserName } from '@rtcstats-server/insights/browser';
import type { ReactNode } from 'react';
import type { Span } from '../routing/parameters.ts';
import { Link } from '../routing/router.tsx';
import { ticksOf } from '../session-detail/ticks.ts';
import { Unsigned } from '../session-list/unsigned.tsx';
import { CallVerdictCell } from '../ui/call-verdict.tsx';
import { VERDICT_NAMES } from '../ui/call-verdict-text.ts';
import { formatDuration, formatTime } from '../ui/format.ts';
import { STATE_NAMES, StateBadge } from '../ui/session-state.tsx';
import { SEVERITY_TONES } from '../ui/severity.ts';
import { type Participant, spanOf } from './calls.ts';
import { type Cause, causeTitle, intervalText } from './cause-text.ts';
import { displayName } from './display-name.ts';

const MAX_TICKS = 5;
/** In percent of the axis: the label is to the right of its tick. */
const MAX_TICK_POSITION = 85;

/** All participants on one time axis, by the clock of the gateway. Bands mark when a cause made its problems. */
export function TimeAxis(props: {
  readonly participants: readonly Participant[];
  readonly analyses: ConferenceAnalysis['calls'];
  readonly span: Span;
  readonly now: number;
  /** Whether the plots of a session are shown; undefined if it has no dump. */
  readonly isPlotted: (session: ListedSession) => boolean | undefined;
  readonly onToggle: (sessions: readonly ListedSession[], isPlotted: boolean) => void;
}): ReactNode {
  const { participants, analyses, span, now, isPlotted, onToggle } = props;
  const causes = analyses.flatMap(({ observations }) => observations);
  const shared = causes.filter(({ scope }) => scope.participant === undefined);
  return (
    <>
      <div className="span-row" aria-hidden="true">
        <span className="span-axis">
          {ticksOf(span, span.from, MAX_TICKS)
            .filter(({ time }) => position(time, span) <= MAX_TICK_POSITION)
            .map(({ time }) => (
              <span key={time} className="axis-tick" style={{ left: `${position(time, span)}%` }}>
                {formatTime(time)}
              </span>
            ))}
        </span>
      </div>
      <ul className="spans">
        {shared.map((cause) => (
          <li key={causeTitle(cause, String)} className="span-row">
            <span />
            <span className="wrap">{causeTitle(cause, String)}</span>
            <span className="faint clip">{cause.name}</span>
            <span className="span-track">
              <CauseBands cause={cause} span={span} title={causeTitle(cause, String)} />
            </span>
          </li>
        ))}
        {participants.map((participant) => (
          <Row
            key={participant.name}
            participant={participant}
            name={displayName(participant.name, participants)}
            causes={causes.filter(({ scope }) => scope.participant === participant.name)}
            span={span}
            now={now}
            isPlotted={isPlotted}
            onToggle={onToggle}
          />
        ))}
      </ul>
      {causes.length > 0 && (
        <p className="faint row span-key">
          <span className="key-item">
            <span className="span-bar" /> session
          </span>
          <span className="key-item">
            <span className="span-cause span-cause-bad" /> bad, severity high or critical
          </span>
          <span className="key-item">
            <span className="span-cause span-cause-warn" /> bad, severity medium
          </span>
          <span>received media above, sent media below</span>
        </p>
      )}
    </>
  );
}

interface RowProps extends Pick<Parameters<typeof TimeAxis>[0], 'span' | 'now' | 'isPlotted' | 'onToggle'> {
  readonly participant: Participant;
  readonly name: string;
  readonly causes: readonly Cause[];
}

function Row({ participant, name, causes, span, now, isPlotted, onToggle }: RowProps): ReactNode {
  const { sessions } = participant;
  const last = sessions.at(-1)!;
  const withDump = sessions.filter((session) => isPlotted(session) !== undefined);
  const plotted = withDump.length > 0 && withDump.every((session) => isPlotted(session));
  return (
    <li className="span-row">
      <input
        type="checkbox"
        aria-label={`Plot ${name}`}
        checked={plotted}
        disabled={withDump.length === 0}
        onChange={() => onToggle(withDump, !plotted)}
      />
      <span className="clip">
        <Link to={`/sessions/${last.id}`}>{name}</Link>
        <Unsigned session={last} field="user" />
      </span>
      <span className="faint clip">{browserName(last.userAgent)}</span>
      <span className="span-track">
        {sessions.map((session) => (
          <SessionBar key={session.id} session={session} span={span} now={now} name={name} />
        ))}
        {causes.map((cause) => (
          <CauseBands key={cause.name} cause={cause} span={span} title={`${cause.name} of ${name}`} />
        ))}
      </span>
      <span className="span-verdict">
        {last.verdict === null ? <StateBadge state={last.state} /> : <CallVerdictCell session={last} />}
        {causes.map((cause) => (
          <span key={cause.name} className="faint clip">
            {cause.name}
          </span>
        ))}
      </span>
    </li>
  );
}

function SessionBar(props: {
  readonly session: ListedSession;
  readonly span: Span;
  readonly now: number;
  readonly name: string;
}): ReactNode {
  const { session, span, now, name } = props;
  const { from, to } = spanOf(session, now);
  const left = position(from, span);
  const state = session.verdict === null ? STATE_NAMES[session.state] : VERDICT_NAMES[session.verdict];
  const text = `${name}, ${formatTime(from)} for ${formatDuration(to - from)}, ${state}`;
  return (
    <Link
      to={`/sessions/${session.id}`}
      className={session.state === 'recording' ? 'span-bar span-bar-live' : 'span-bar'}
      style={{ left: `min(${left}%, 100% - 4px)`, width: `${position(to, span) - left}%` }}
      title={text}
      aria-label={text}
    >
      {''}
    </Link>
  );
}

function CauseBands({
  cause,
  span,
  title,
}: {
  readonly cause: Cause;
  readonly span: Span;
  readonly title: string;
}): ReactNode {
  return cause.intervals.map((interval) => {
    const [from = cause.from, to = from] = interval;
    const left = position(from, span);
    const right = position(to, span);
    return (
      <span
        key={from}
        className={`span-cause span-cause-${SEVERITY_TONES[cause.severity]} ${cause.direction === 'out' ? 'span-cause-out' : ''}`}
        style={{ left: `min(${left}%, 100% - 4px)`, width: `${right - left}%` }}
        title={`${title}, ${intervalText(interval)}`}
      />
    );
  });
}

/** In percent, within the axis. */
function position(time: number, { from, to }: Span): number {
  return Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
}
