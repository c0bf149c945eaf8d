import type { Overview } from '@rtcstats-server/api';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { Link } from '../routing/router.tsx';
import { VERDICT_NAMES } from '../ui/call-verdict-text.ts';
import { Card } from '../ui/card.tsx';
import { formatCount, formatPlural, formatShare } from '../ui/format.ts';
import { sessionsPath } from './drill-down.ts';
import { periodLabel, periodLength, periodName } from './periods.ts';
import { badText, shareText } from './shares.ts';
import { countTop, labeledPeriods, linePath, pointOf, shareTop } from './trend-lines.ts';

/** Labels of the axis of time that fit on a phone. */
const MAX_LABELS = 6;
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -7,
  PageDown: 7,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
/** From the bottom of a bar to its top: the worst ones start at the base line, where they are easy to compare. */
const STACKED = ['failed', 'bad', 'degraded', 'good', 'notJudged'] as const;

type Period = Overview['trend'][number];

/** Shares of bad calls and numbers of calls over time. The arrow keys or the pointer choose a period. */
export function TrendCard({ overview }: { readonly overview: Overview }): ReactNode {
  const { trend, granularity } = overview;
  const [chosen, setChosen] = useState<string>();
  const found = trend.findIndex(({ at }) => at === chosen);
  const at = found < 0 ? trend.length - 1 : found;
  const period = trend[at]!;
  const choose = (index: number): void => setChosen(trend[Math.min(Math.max(index, 0), trend.length - 1)]!.at);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(at + step);
  };
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    choose(Math.floor(((event.clientX - left) / width) * trend.length));
  };
  const chart = { overview, at, onPointer };
  return (
    <Card title={granularity === 'day' ? 'Over the days' : 'Over the hours'}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div
        className="trend"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys choose a period
        tabIndex={0}
        aria-label={`${summaryOf(overview)} The arrow keys choose a ${granularity}.`}
        onKeyDown={onKeyDown}
      >
        <SharesChart {...chart} />
        <CallsChart {...chart} />
      </div>
      <p className="trend-readout" aria-live="polite">
        <strong>{periodName(period.at, granularity)}</strong>: {periodText(period)}{' '}
        {period.calls > 0 && <PeriodLink period={period} overview={overview} />}
      </p>
    </Card>
  );
}

function PeriodLink({ period, overview }: { readonly period: Period; readonly overview: Overview }): ReactNode {
  const to = new Date(Date.parse(period.at) + periodLength(overview.granularity)).toISOString();
  return <Link to={sessionsPath({ from: period.at, to })}>Sessions of this {overview.granularity}</Link>;
}

function periodText({ calls, verdicts, judged, setupFailureShare, setupFailures, ...rest }: Period): string {
  if (calls === 0) return 'no calls.';
  const counts = STACKED.toReversed()
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${formatCount(verdicts[verdict])} ${VERDICT_NAMES[verdict]}`);
  const shares =
    judged === 0
      ? 'none was judged'
      : `bad calls ${badText({ verdicts, judged, ...rest })}, setup failures ${shareText(setupFailureShare, setupFailures, judged)}`;
  return `${formatPlural(calls, 'call')} (${counts.join(', ')}); ${shares}.`;
}

function summaryOf({ trend, granularity }: Overview): string {
  const shares = trend.flatMap(({ badShare }) => badShare ?? []);
  const calls = trend.map((period) => period.calls);
  const range = (values: readonly number[], write: (value: number) => string): string =>
    values.length === 0 ? 'not known' : `${write(Math.min(...values))} to ${write(Math.max(...values))}`;
  return (
    `Calls per ${granularity}: ${range(calls, formatCount)}. ` +
    `Share of bad calls per ${granularity}: ${range(shares, formatShare)}.`
  );
}

interface ChartProps {
  readonly overview: Overview;
  /** Index of the chosen period. */
  readonly at: number;
  readonly onPointer: (event: PointerEvent<HTMLElement>) => void;
}

function SharesChart({ overview, at, onPointer }: ChartProps): ReactNode {
  const { trend, previous } = overview;
  const bad = trend.map(({ badShare }) => badShare);
  const failed = trend.map(({ setupFailureShare }) => setupFailureShare);
  const before = previous?.total.badShare ?? null;
  const top = shareTop([...bad, ...failed, before]);
  const level = before === null ? undefined : 100 - (before / top) * 100;
  return (
    <figure className="trend-chart">
      <figcaption className="row">
        <h3>Share of the judged calls</h3>
        <span className="row trend-key faint">
          <span className="key-item">
            <span className="key key-bad" /> bad or failed
          </span>
          {before !== null && (
            <span className="key-item">
              <span className="key key-before" /> before: {formatShare(before)}
            </span>
          )}
          <span className="key-item">
            <span className="key key-failed" /> setup failures
          </span>
        </span>
      </figcaption>
      <Plotted overview={overview} at={at} onPointer={onPointer} top={formatShare(top)} zero="0 %">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {level !== undefined && <path className="line line-before" d={`M0 ${level}H100`} />}
          <path className="line line-failed" d={linePath(failed, top)} />
          <path className="line line-bad" d={linePath(bad, top)} />
        </svg>
        <Dot share={failed[at] ?? null} name="failed" at={at} periods={trend.length} top={top} />
        <Dot share={bad[at] ?? null} name="bad" at={at} periods={trend.length} top={top} />
      </Plotted>
    </figure>
  );
}

function Dot(props: {
  readonly share: number | null;
  readonly name: string;
  readonly at: number;
  readonly periods: number;
  readonly top: number;
}): ReactNode {
  const { share, name, at, periods, top } = props;
  if (share === null) return null;
  const { x, y } = pointOf(share, at, periods, top);
  return <span className={`trend-dot trend-dot-${name}`} style={{ left: `${x}%`, top: `${y}%` }} />;
}

function CallsChart({ overview, at, onPointer }: ChartProps): ReactNode {
  const top = countTop(overview.trend.map(({ calls }) => calls));
  return (
    <figure className="trend-chart">
      <figcaption className="row">
        <h3>Calls per {overview.granularity}</h3>
        <span className="row trend-key faint">
          {STACKED.toReversed().map((verdict) => (
            <span key={verdict} className="key-item">
              <span className={`key stack-${verdict}`} /> {VERDICT_NAMES[verdict]}
            </span>
          ))}
        </span>
      </figcaption>
      <Plotted overview={overview} at={at} onPointer={onPointer} top={formatCount(top)} zero="0">
        <div className="stacks" aria-hidden="true">
          {overview.trend.map(({ at: begin, verdicts }) => (
            <span key={begin} className="stack">
              {STACKED.toReversed().map(
                (verdict) =>
                  verdicts[verdict] > 0 && (
                    <span
                      key={verdict}
                      className={`stack-${verdict}`}
                      style={{ height: `${(verdicts[verdict] / top) * 100}%` }}
                    />
                  ),
              )}
            </span>
          ))}
        </div>
      </Plotted>
    </figure>
  );
}

/** The axes around a chart, and the chosen period. */
function Plotted(
  props: ChartProps & { readonly top: string; readonly zero: string; readonly children: ReactNode },
): ReactNode {
  const { overview, at, onPointer, top, zero, children } = props;
  const { trend, granularity } = overview;
  const periods = trend.length;
  return (
    <div className="plotted" aria-hidden="true">
      <span className="axis-end faint">{top}</span>
      <span className="axis-zero faint">{zero}</span>
      <div className="plotted-area" onPointerMove={onPointer} onPointerDown={onPointer}>
        <span className="trend-chosen" style={{ left: `${(at / periods) * 100}%`, width: `${100 / periods}%` }} />
        {children}
      </div>
      <div className="axis-times">
        {labeledPeriods(periods, MAX_LABELS).map((index) => (
          <span key={index} className="faint" style={{ left: `${((index + 0.5) / periods) * 100}%` }}>
            {periodLabel(trend[index]!.at, granularity)}
          </span>
        ))}
      </div>
    </div>
  );
}
