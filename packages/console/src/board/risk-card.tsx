import type { Risk, RiskAdvice, RiskAttribute, RiskCombination } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { formatCount, formatDay, formatPlural, formatShare, formatTime } from '../ui/format.ts';
import { Badge, Empty, Loading, Problem, WideTable } from '../ui/parts.tsx';

/** The risk that people are singled out by what stays after anonymization, and the settings that would lower it. */
export function RiskCard(): ReactNode {
  const { value: risk, error, reload } = useAnswer(api.risk, 'risk');
  return (
    <Card title="Risk that remains" aside={risk && risk.sessions > 0 && <Everything risk={risk} />}>
      {error && <Problem error={error} retry={reload} />}
      {risk === undefined ? !error && <Loading>Measuring…</Loading> : <Measured risk={risk} />}
    </Card>
  );
}

function Everything({ risk: { combinations, k } }: { readonly risk: Risk }): ReactNode {
  const everything = combinations.find(({ name }) => name === 'everything');
  return everything && <Badge>{`${formatShare(everything.small.share)} in groups of fewer than ${k}`}</Badge>;
}

function Measured({ risk }: { readonly risk: Risk }): ReactNode {
  const { sessions, complete, k, persons, measuredAt, attributes, combinations, advice } = risk;
  if (sessions === 0) {
    return <Empty title="No sessions yet">The risk is measured when the first session is stored.</Empty>;
  }
  const measured = attributes.filter((one) => one.measured);
  return (
    <div className="risk">
      <p className="soft">
        No name and no address is left, but values that stay can together single somebody out. Small groups are those of
        fewer than {k} sessions, or of fewer than {k} people.
      </p>
      <Combinations combinations={combinations} />
      {advice.length > 0 && <Advice advice={advice} />}
      <details>
        <summary>{formatPlural(measured.length, 'attribute')} measured</summary>
        <Attributes attributes={attributes} />
      </details>
      <p className="faint">
        {complete ? 'All stored sessions' : 'The newest stored sessions'} ({formatCount(sessions)}), with{' '}
        {formatPlural(persons, 'known person', 'known people')}; measured {formatDay(measuredAt)}{' '}
        {formatTime(measuredAt)}.{' '}
        {!complete && 'In a larger set, a group has more members, so shares are upper bounds.'}
      </p>
    </div>
  );
}

function Combinations({ combinations }: { readonly combinations: readonly RiskCombination[] }): ReactNode {
  return (
    <WideTable label="Combinations">
      <thead>
        <tr>
          <th>Who knows…</th>
          <th className="number">Sessions in small groups</th>
          <th className="number">Alone</th>
          <th className="number">In groups of few people</th>
          <th className="number">Entropy</th>
        </tr>
      </thead>
      <tbody>
        {combinations.map(({ name, title, small, entropy }) => (
          <tr key={name}>
            <td className="wrap">{title}</td>
            <td className="number">{formatShare(small.share)}</td>
            <td className="number">{formatShare(small.alone)}</td>
            <td className="number">{small.personShare === null ? '–' : formatShare(small.personShare)}</td>
            <td className="number">{entropy.toFixed(1)} bits</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

function Advice({ advice }: { readonly advice: readonly RiskAdvice[] }): ReactNode {
  return (
    <WideTable label="Settings that lower the risk">
      <thead>
        <tr>
          <th>Setting that lowers it</th>
          <th className="number">Small groups before</th>
          <th className="number">After</th>
          <th>What is lost</th>
        </tr>
      </thead>
      <tbody>
        {advice.map(({ setting, before, after, entropyLowered, loses }) => (
          <tr key={setting}>
            <td className="mono wrap">{setting}</td>
            <td className="number">{formatShare(before.share)}</td>
            <td className="number" title={`${entropyLowered.toFixed(1)} bits less`}>
              {formatShare(after.share)}
            </td>
            <td className="wrap">{loses}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

function Attributes({ attributes }: { readonly attributes: readonly RiskAttribute[] }): ReactNode {
  return (
    <WideTable label="Attributes">
      <thead>
        <tr>
          <th>Attribute</th>
          <th className="number">Values</th>
          <th className="number">Effective values</th>
          <th className="number">Sessions in small groups</th>
        </tr>
      </thead>
      <tbody>
        {attributes.map(({ name, title, measured, reason, values, effectiveValues, small }) => (
          <tr key={name}>
            <td className="wrap">{title}</td>
            {measured ? (
              <>
                <td className="number">{formatCount(values)}</td>
                <td className="number">{effectiveValues.toFixed(1)}</td>
                <td className="number">{formatShare(small.share)}</td>
              </>
            ) : (
              <td className="wrap soft" colSpan={3}>
                Not measured: {reason}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
