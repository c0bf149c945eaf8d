import type { Preset } from '@rtcstats-server/privacy';
import { DATA_CLASSES, PRESETS } from '@rtcstats-server/privacy';
import { type ReactNode, useMemo, useState } from 'react';
import { useTitle } from '../routing/title.ts';
import { Findings } from '../session-detail/findings.tsx';
import { Bars } from '../ui/bars.tsx';
import { Boundary } from '../ui/boundary.tsx';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatBytes, formatName, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Loading, Problem } from '../ui/parts.tsx';
import type { Outcome } from './anonymize.ts';
import { EXAMPLE } from './examples.ts';
import { type Choice, methodOf, methodsOf, settingsOf, withMethod, yamlOf } from './settings.ts';
import { SideBySide } from './side-by-side.tsx';
import { useOutcome } from './use-outcome.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Shows events or a file before and after a policy is applied. The input does not leave the page. */
export function PlaygroundPage(): ReactNode {
  useTitle('Playground');
  const [text, setText] = useState(EXAMPLE);
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array }>();
  const [fileError, setFileError] = useState<Error>();
  const [choice, setChoice] = useState<Choice>({ preset: 'standard', methods: {} });
  const input = useMemo(() => file?.bytes ?? new TextEncoder().encode(text), [file, text]);
  const settings = settingsOf(choice);
  const { outcome, error, busy } = useOutcome(input, settings);
  const openFile = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    if (chosen.size > MAX_BYTES) {
      setFileError(
        new Error(
          `${chosen.name} is larger than ${formatBytes(MAX_BYTES)}. For large files, run: npx rtcstats-server anonymize FILE`,
        ),
      );
      return;
    }
    setFileError(undefined);
    try {
      setFile({ name: chosen.name, bytes: new Uint8Array(await chosen.arrayBuffer()) });
    } catch {
      setFileError(new Error(`${chosen.name} cannot be read. Is it still there, and not a folder?`));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: drag and drop is optional; the file button does the same
    <div
      className="page"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void openFile(event.dataTransfer.files[0]);
      }}
    >
      <header className="page-head">
        <div>
          <h1>Playground</h1>
          <p>
            See what a policy changes in an event, a dump or a webrtc-internals file. The anonymizer runs in this page;
            your input is not sent anywhere.
          </p>
        </div>
        <CopyButton text={yamlOf(settings)}>Copy policy as YAML</CopyButton>
      </header>
      <div className="playground">
        <Boundary>
          <PolicyCard choice={choice} onChange={setChoice} />
        </Boundary>
        <Card
          title={file === undefined ? 'Events, one per line' : file.name}
          aside={
            <div className="row">
              {file && (
                <Button kind="quiet" onClick={() => setFile(undefined)}>
                  Back to text
                </Button>
              )}
              <label className="button file-button">
                <Icon name="download" size={16} /> Open a file
                <input className="hidden" type="file" onChange={(event) => void openFile(event.target.files?.[0])} />
              </label>
            </div>
          }
        >
          {fileError && <Problem error={fileError} />}
          {file === undefined ? (
            <textarea
              className="input code-input"
              aria-label="Events, one per line"
              spellCheck={false}
              rows={11}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          ) : (
            <p className="soft">{formatBytes(file.bytes.length)}. Drop another file anywhere on this page.</p>
          )}
        </Card>
      </div>
      {error !== undefined ? (
        <Problem error={new Error(error)} />
      ) : outcome === undefined ? (
        <Loading>Anonymizing…</Loading>
      ) : (
        <Boundary>
          <OutcomeView outcome={outcome} busy={busy} />
        </Boundary>
      )}
    </div>
  );
}

function PolicyCard({
  choice,
  onChange,
}: {
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
}): ReactNode {
  return (
    <Card title="Policy">
      <fieldset className="presets">
        <legend className="hidden">Preset</legend>
        {PRESETS.map((preset: Preset) => (
          <label key={preset} className="preset">
            <input
              type="radio"
              name="preset"
              checked={choice.preset === preset}
              onChange={() => onChange({ preset, methods: {} })}
            />
            <span>{preset}</span>
          </label>
        ))}
      </fieldset>
      <div className="methods">
        {DATA_CLASSES.map((name) => (
          <label key={name} className="method">
            <span>{formatName(name)}</span>
            <select
              className={choice.methods[name] === undefined ? 'input' : 'input method-own'}
              value={methodOf(choice, name)}
              onChange={(event) => onChange(withMethod(choice, name, event.target.value))}
            >
              {methodsOf(name).map((method) => (
                <option key={method}>{method}</option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </Card>
  );
}

function OutcomeView({ outcome, busy }: { readonly outcome: Outcome; readonly busy: boolean }): ReactNode {
  const { lines, changed, redactions, dropped, verdict } = outcome;
  const drops = Object.entries(dropped);
  return (
    <>
      <div className="columns" aria-busy={busy}>
        <Card title="Replaced">
          <Bars
            counts={Object.entries(redactions).map(([name, count = 0]) => [formatName(name), count])}
            empty="No values are replaced under this policy."
          />
        </Card>
        <Card title="Outcome">
          <p className="row" role="status">
            <Badge tone="accent">
              {changed.toLocaleString('en-US')} of {formatPlural(lines, 'line')} changed
            </Badge>
            {verdict.clean ? (
              <Badge>verifier: nothing found</Badge>
            ) : (
              <Badge tone="bad">verifier: {formatPlural(verdict.total, 'finding')}</Badge>
            )}
            {drops.map(([reason, count]) => (
              <Badge key={reason} tone="warn">
                {formatPlural(count, 'line')} dropped: {formatName(reason)}
              </Badge>
            ))}
          </p>
          {!verdict.clean && <Findings verdict={verdict} />}
        </Card>
      </div>
      <Card title="Before and after" flush>
        <SideBySide lines={outcome.shown} more={Math.max(0, changed - outcome.shown.length)} />
      </Card>
    </>
  );
}
