import type { Overview, OverviewFigures } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { Link } from '../routing/router.tsx';
import { formatCount, formatPlural, formatShare, formatValue } from '../ui/format.ts';
import { sessionsPath } from './drill-down.ts';
import { badText, changeText, growthText, pointsText, shareText } from './shares.ts';

/** The main figures of a range, each with the counts behind it and the change since the range before. */
export function Figures({ overview }: { readonly overview: Overview }): ReactNode {
  const { total, previous } = overview;
  const before = previous === null || previous.total.calls === 0 ? undefined : previous.total;
  const { verdicts, judged } = total;
  const link = (verdict: 'bad' | 'failed' | 'notJudged', text: string): ReactNode =>
    verdicts[verdict] === 0 ? text : <Link to={sessionsPath(overview, { verdict })}>{text}</Link>;
  return (
    <dl className="figures">
      <Figure
        name="Calls"
        value={formatCount(total.calls)}
        change={before && since(growthText(total.calls, before.calls), formatCount(before.calls))}
      >
        {formatCount(judged)} judged, {link('notJudged', `${formatCount(verdicts.notJudged)} not judged`)}
      </Figure>
      <Figure
        name="Bad calls"
        value={shareOrDash(total.badShare)}
        change={before && since(pointsText(total.badShare, before.badShare), badText(before))}
      >
        {formatCount(verdicts.bad + verdicts.failed)} of {formatPlural(judged, 'judged call')}:{' '}
        {link('bad', `${formatCount(verdicts.bad)} bad`)}, {link('failed', `${formatCount(verdicts.failed)} failed`)}
      </Figure>
      <Figure
        name="Setup failures"
        value={shareOrDash(total.setupFailureShare)}
        change={
          before &&
          since(
            pointsText(total.setupFailureShare, before.setupFailureShare),
            shareText(before.setupFailureShare, before.setupFailures, before.judged),
          )
        }
      >
        {link('failed', formatPlural(total.setupFailures, 'call'))} of {formatCount(judged)} judged never came about
      </Figure>
      <Figure
        name="Experience"
        value={total.medianExperience === null ? '–' : `${formatValue(total.medianExperience)} of 100`}
        change={before && since(experienceChange(total, before), `${before.medianExperience ?? '–'} of 100`)}
      >
        median of {formatPlural(judged, 'judged call')}
      </Figure>
      <Figure
        name="Time to first media"
        value={setupText(total.medianSetupMs)}
        change={before && since(setupChange(total, before), setupText(before.medianSetupMs))}
      >
        median of the calls with media; 1 of 20 took more than {setupText(total.slowSetupMs)}
      </Figure>
    </dl>
  );
}

function Figure(props: {
  readonly name: string;
  readonly value: string;
  readonly change: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="card figure">
      <dt>{props.name}</dt>
      <dd>
        <strong>{props.value}</strong>
        <p>{props.children}</p>
        {props.change !== undefined && <p className="faint">{props.change}</p>}
      </dd>
    </div>
  );
}

/** `2.1 points more than before: 8 % (4 of 50)`. */
function since(change: string | undefined, before: string): string {
  if (change === undefined) return `before: ${before}`;
  return change.endsWith('the same') ? `${change} as before: ${before}` : `${change} than before: ${before}`;
}

function shareOrDash(share: number | null): string {
  return share === null ? '–' : formatShare(share);
}

function experienceChange(now: OverviewFigures, before: OverviewFigures): string | undefined {
  if (now.medianExperience === null || before.medianExperience === null) return undefined;
  return changeText(Math.round(now.medianExperience - before.medianExperience), 'point');
}

/** The gateway knows these times to within 2 %. */
function setupChange(now: OverviewFigures, before: OverviewFigures): string | undefined {
  if (now.medianSetupMs === null || before.medianSetupMs === null || before.medianSetupMs === 0) return undefined;
  const percent = Math.round((now.medianSetupMs / before.medianSetupMs - 1) * 100);
  if (Math.abs(percent) <= 4) return 'about the same';
  return `${formatCount(Math.abs(percent))} % ${percent > 0 ? 'longer' : 'shorter'}`;
}

function setupText(milliseconds: number | null): string {
  if (milliseconds === null) return '–';
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
