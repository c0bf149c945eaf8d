import { OVERVIEW_DIMENSIONS, type Overview, type OverviewDimension, type OverviewGroup } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { formatCount, formatPlural } from '../ui/format.ts';
import { Loading, Problem } from '../ui/parts.tsx';
import { drillDown } from './drill-down.ts';
import { DIMENSION_NAMES, queryOf, type Settings } from './settings.ts';
import { badText, pointsText, shareText } from './shares.ts';

const POLL_MS = 30_000;

/** The figures by the values of one dimension, the most calls first. */
export function BreakdownCard(props: {
  readonly settings: Settings;
  readonly onChange: (by: OverviewDimension) => void;
}): ReactNode {
  const { settings, onChange } = props;
  const { by } = settings;
  return (
    <Card
      title={`Calls by ${DIMENSION_NAMES[by]}`}
      flush
      aside={
        <label className="row">
          <span className="faint">Break down by</span>
          <select className="input" value={by} onChange={(event) => onChange(event.target.value as OverviewDimension)}>
            {OVERVIEW_DIMENSIONS.map((name) => (
              <option key={name} value={name}>
                {DIMENSION_NAMES[name]}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Breakdown settings={settings} />
    </Card>
  );
}

/** Loads the figures inside the card, so that the button that reloads a panel asks for them again. */
function Breakdown({ settings }: { readonly settings: Settings }): ReactNode {
  const { range, since, until, compares, by } = settings;
  const { value, error, reload } = useAnswer(
    async () => {
      const query = queryOf(settings, Date.now());
      return typeof query === 'string' ? undefined : await api.overview({ ...query, by });
    },
    [range, since, until, compares, by].join(),
    POLL_MS,
  );
  if (error) return <Problem error={error} retry={reload} />;
  return value === undefined ? <Loading /> : <Groups overview={value} by={by} />;
}

function Groups({ overview, by }: { readonly overview: Overview; readonly by: OverviewDimension }): ReactNode {
  const { breakdown, previous, minimumGroup } = overview;
  const { groups, other } = breakdown ?? { groups: [], other: null };
  const isCompared = previous !== null && previous.total.calls > 0;
  if (groups.length === 0) {
    return (
      <p className="soft panel-text">
        No {DIMENSION_NAMES[by]} has {formatCount(minimumGroup)} calls or more in this time.
      </p>
    );
  }
  return (
    <div className="table-wrap">
      <table className="table groups">
        <thead>
          <tr>
            <th>{DIMENSION_NAMES[by]}</th>
            <th className="number">Calls</th>
            <th className="number">Bad, of judged</th>
            {isCompared && <th className="number">Bad before</th>}
            <th className="number">Setup failures</th>
            <th className="number">Median experience</th>
            <th>Worst first</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Group key={group.value} group={group} by={by} overview={overview} isCompared={isCompared} />
          ))}
          {other !== null && (
            <tr>
              <td className="group-name">other: {formatPlural(other.values, 'value')}</td>
              <Counts figures={other} />
              {isCompared && (
                <td className="number" data-name="Bad before">
                  –
                </td>
              )}
              <td className="number" data-name="Setup failures">
                {shareText(other.setupFailureShare, other.setupFailures, other.judged)}
              </td>
              <td className="number" data-name="Median experience">
                –
              </td>
              <td data-name="Worst first">–</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Counts({
  figures,
}: {
  readonly figures: Parameters<typeof badText>[0] & { readonly calls: number };
}): ReactNode {
  return (
    <>
      <td className="number" data-name="Calls">
        {formatCount(figures.calls)}
      </td>
      <td className="number" data-name="Bad, of judged">
        {badText(figures)}
      </td>
    </>
  );
}

function Group(props: {
  readonly group: OverviewGroup;
  readonly by: OverviewDimension;
  readonly overview: Overview;
  readonly isCompared: boolean;
}): ReactNode {
  const { group, by, overview, isCompared } = props;
  const { value, previous, medianExperience } = group;
  const link = drillDown(by, value, overview);
  const points = pointsText(group.badShare, previous?.badShare ?? null);
  return (
    <tr>
      <td className="group-name">{valueName(by, value)}</td>
      <Counts figures={group} />
      {isCompared && (
        <td className="number" data-name="Bad before">
          <span>
            {previous === null ? '–' : badText(previous)}
            {points !== undefined && <span className="faint change">now {points}</span>}
          </span>
        </td>
      )}
      <td className="number" data-name="Setup failures">
        {shareText(group.setupFailureShare, group.setupFailures, group.judged)}
      </td>
      <td className="number" data-name="Median experience">
        {medianExperience === null ? '–' : `${formatCount(medianExperience)} of 100`}
      </td>
      <td data-name="Worst first">
        {link === undefined ? (
          '–'
        ) : (
          <Link to={link.to}>
            {link.what}
            <span className="hidden"> of {value}</span>
          </Link>
        )}
      </td>
    </tr>
  );
}

function valueName(by: OverviewDimension, value: string): string {
  if (value === 'unknown') return by === 'score' ? 'without a score' : 'not known';
  return by === 'score' ? value.replace('-', ' to ') : value;
}
