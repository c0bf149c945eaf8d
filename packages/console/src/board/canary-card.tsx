import type { Canary, CanaryFault, CanaryReport } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatBytes, formatCount, formatDay, formatName, formatPlural, formatTime } from '../ui/format.ts';
import { Badge, Button, Card, Loading, Problem } from '../ui/parts.tsx';

const POLL_MS = 500;
const MAX_FAULTS = 50;

/** Puts the gateway to the test, as a client would see it. */
export function CanaryCard(): ReactNode {
  const [running, setRunning] = useState(false);
  const [refused, setRefused] = useState<Error>();
  const ask = async (): Promise<Canary> => {
    const state = await api.canary();
    setRunning(state.running);
    return state;
  };
  const { value: canary, error, reload } = useAnswer(ask, 'canary', running ? POLL_MS : undefined);
  const start = (): void => {
    setRefused(undefined);
    setRunning(true);
    api
      .startCanary()
      .catch(setRefused)
      .finally(() => reload());
  };
  const report = running ? null : (canary?.report ?? null);
  const failure = refused ?? error ?? (running || !canary?.error ? undefined : new Error(canary.error.message));
  return (
    <Card title="Canary" aside={report && <Verdict clean={report.clean} />}>
      <div className="canary">
        <p className="soft">
          A session full of planted values, sent like one of a client, shows whether anything of them is kept anywhere;
          it is deleted afterwards.
        </p>
        <p>
          <Button icon="shield" onClick={start} disabled={running}>
            Run the canary
          </Button>
        </p>
        {failure && <Problem error={failure} />}
        {running && <Loading>On its way: it is sent, recorded and searched for…</Loading>}
        {report && <Report report={report} at={canary!.finishedAt!} />}
        <p className="soft">In a terminal, where it can search the log too and says what it planted:</p>
        <pre className="code">npx rtcstats-server canary</pre>
      </div>
    </Card>
  );
}

function Verdict({ clean }: { readonly clean: boolean }): ReactNode {
  return clean ? <Badge tone="good">clean</Badge> : <Badge tone="bad">NOT CLEAN</Badge>;
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
      {lost > 0 && <p>{formatPlural(lost, 'message')} should have been in the dump and were not.</p>}
      {state === 'quarantined' && <p>The gateway's own verifier put the dump in quarantine.</p>}
      {searched.unreadable.length > 0 && <p>Could not be read: {searched.unreadable.join(', ')}</p>}
      {!searched.whileRecording && <p>It was not seen in the spool: what that held meanwhile was not searched.</p>}
      {faults.length > 0 && <Faults faults={faults} />}
      <p className="faint">
        {formatDay(at)} {formatTime(at)}. Searched: dump, catalog, metrics, {formatPlural(searched.files, 'file')} with{' '}
        {formatBytes(searched.bytes)} in all.
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
            <th>What</th>
            <th>Outcome</th>
            <th>Where it is readable</th>
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
      {more > 0 && <p className="faint more">And {formatPlural(more, 'place')} more.</p>}
    </div>
  );
}
