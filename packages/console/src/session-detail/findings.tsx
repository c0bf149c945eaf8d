import type { Verdict } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { formatName, formatPlural } from '../ui/format.ts';

/** Where the verifier found personal data. The values themselves are never shown. */
export function Findings({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { findings, total } = verdict;
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th className="number">Line</th>
            <th>Class</th>
            <th>Path</th>
            <th>Context</th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ line, class: name, path, excerpt }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two findings can have the same line and path
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
