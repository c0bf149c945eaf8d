import type { Canary, CanaryFault, CanaryReport } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { formatBytes, formatCount, formatDay, formatName, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Button, Loading, Problem } from '../ui/parts.tsx';

const POLL_MS = 500;
const MAX_FAULTS = 50;

/** Runs the canary: a session with planted personal values goes through the public listener like that of any client. */
export function CanaryCard(): ReactNode {
  const [running, setRunning] = useState(false);
  const [startError, setStartError] = useState<Error>();
  const ask = async (): Promise<Canary> => {
    const state = await api.canary();
    setRunning(state.running);
    return state;
  };
  const { value: canary, error, reload } = useAnswer(ask, 'canary', running ? POLL_MS : undefined);
  const start = (): void => {
    setStartError(undefined);
    setRunning(true);
    api
      .startCanary()
      .catch(setStartError)
      .finally(() => reload());
  };
  const report = running ? null : (canary?.report ?? null);
  const failure = startError ?? error ?? (running || !canary?.error ? undefined : new Error(canary.error.message));
  return (
    <Card title="Canary" aside={report && <Verdict clean={report.clean} />}>
      <div className="canary">
        <p className="soft">
          The canary sends a session full of planted values as a client would, searches for them everywhere the gateway
          stores data, and deletes the session.
        </p>
        <p>
          <Button icon="shield" onClick={start} disabled={running}>
            Run the canary
          </Button>
        </p>
        {failure && <Problem error={failure} />}
        {running && <Loading>Sending, recording and searching…</Loading>}
        {report && <Report report={report} at={canary!.finishedAt!} />}
        <p className="soft">On the command line, the canary can also search the log:</p>
        <pre className="code">npx rtcstats-server canary</pre>
      </div>
    </Card>
  );
}

function Verdict({ clean }: { readonly clean: boolean }): ReactNode {
  return clean ? <Badge>no planted value found</Badge> : <Badge tone="bad">planted values found</Badge>;
}

function Report({ report, at }: { readonly report: CanaryReport; readonly at: string }): ReactNode {
  const { counts, lost, state, searched, faults } = report;
  const outcomes = Object.entries(counts).filter(([, count]) => count > 0);
  const places = outcomes.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      <p>
        {formatPlural(places, 'place')}:{' '}
        {outcomes.map(([outcome, count]) => `${formatCount(count)} ${outcome}`).join(', ')}
      </p>
      {lost > 0 && <p>{formatPlural(lost, 'message')} missing from the dump.</p>}
      {state === 'quarantined' && <p>The gateway's verifier put the dump in quarantine.</p>}
      {searched.unreadable.length > 0 && <p>Could not be read: {searched.unreadable.join(', ')}</p>}
      {!searched.whileRecording && <p>The spool file was not searched during the recording.</p>}
      {faults.length > 0 && <Faults faults={faults} />}
      <p className="faint">
        {formatDay(at)} {formatTime(at)}. Searched: dump, catalog, metrics, {formatPlural(searched.files, 'file')} (
        {formatBytes(searched.bytes)}).
      </p>
    </>
  );
}

function Faults({ faults }: { readonly faults: readonly CanaryFault[] }): ReactNode {
  const more = faults.length - MAX_FAULTS;
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th>Place</th>
            <th>Classes</th>
            <th>Outcome</th>
            <th>Found in</th>
          </tr>
        </thead>
        <tbody>
          {faults.slice(0, MAX_FAULTS).map(({ place, classes, outcome, foundIn }) => (
            <tr key={place}>
              <td className="wrap">{place}</td>
              <td>{classes.map(formatName).join(', ')}</td>
              <td>
                <Badge tone="bad">{outcome}</Badge>
              </td>
              <td className="mono wrap">{foundIn.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="faint more">{formatPlural(more, 'more place')} not shown.</p>}
    </div>
  );
}
