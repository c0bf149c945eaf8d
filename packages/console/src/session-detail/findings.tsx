import type { Verdict } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { formatName, formatPlural } from '../ui/format.ts';

/** Where something was found. What it is nobody is shown. */
export function Findings({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { findings, total } = verdict;
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th className="number">Line</th>
            <th>Class</th>
            <th>Place</th>
            <th>Surroundings</th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ line, class: name, path, excerpt }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be at one place
            <tr key={at}>
              <td className="number">{line}</td>
              <td>{formatName(name)}</td>
              <td className="mono">{path}</td>
              <td className="mono wrap">{excerpt}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > findings.length && (
        <p className="faint">{formatPlural(total - findings.length, 'more finding')} not shown.</p>
      )}
    </div>
  );
}
