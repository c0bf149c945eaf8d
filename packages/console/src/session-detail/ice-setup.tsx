import type { IceSetup } from '@rtcstats-server/insights';
import type { ReactNode } from 'react';
import { useAsk } from '../recording/use-recording.ts';
import { formatCount } from '../ui/format.ts';
import { Fact } from '../ui/parts.tsx';

/** The conclusion, the configuration and the errors of the servers of a connection. */
export function IceSetupView({ scope }: { readonly scope: string }): ReactNode {
  const setup = useAsk('iceSetup', scope);
  if (setup === undefined) return null;
  const { servers, transportPolicy, errors, conclusion } = setup;
  const total = errors.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <p className="ice-conclusion">
        <strong>{conclusion}</strong>
      </p>
      <dl className="facts">
        <Fact name="Servers">
          {servers.length === 0
            ? 'none configured'
            : [...new Set(servers)].map((url) => (
                <div key={url} className="wrap">
                  {url}
                </div>
              ))}
        </Fact>
        <Fact name="Transport policy">{transportPolicy}</Fact>
        <Fact name="Errors of servers">{total === 0 ? 'none' : formatCount(total)}</Fact>
      </dl>
      {errors.length > 0 && <Errors errors={errors} />}
    </>
  );
}

function Errors({ errors }: { readonly errors: IceSetup['errors'] }): ReactNode {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th className="number">Code</th>
            <th>Text</th>
            <th>Server</th>
            <th className="number">Count</th>
          </tr>
        </thead>
        <tbody>
          {errors.map(({ code, text, url, count }) => (
            <tr key={`${code} ${text} ${url}`}>
              <td className="number">{code}</td>
              <td className="wrap">{text}</td>
              <td className="mono wrap">{url}</td>
              <td className="number">{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
