import type { Preset } from '@rtcstats-server/privacy';
import { DATA_CLASSES, PRESETS } from '@rtcstats-server/privacy';
import { type ReactNode, useMemo, useState } from 'react';
import { Findings } from '../session-detail/findings.tsx';
import { Bars } from '../ui/bars.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatBytes, formatName, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Badge, Button, Card, Loading, Problem } from '../ui/parts.tsx';
import type { Outcome } from './anonymize.ts';
import { EXAMPLE } from './examples.ts';
import { type Choice, methodOf, methodsOf, settingsOf, withMethod, yamlOf } from './settings.ts';
import { SideBySide } from './side-by-side.tsx';
import { useOutcome } from './use-outcome.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Before and after, for an event or a file, under any policy. Nothing of it leaves the page. */
export function PlaygroundPage(): ReactNode {
  const [text, setText] = useState(EXAMPLE);
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array }>();
  const [refused, setRefused] = useState<Error>();
  const [choice, setChoice] = useState<Choice>({ preset: 'standard', methods: {} });
  const input = useMemo(() => file?.bytes ?? new TextEncoder().encode(text), [file, text]);
  const settings = settingsOf(choice);
  const { outcome, error, busy } = useOutcome(input, settings);
  const take = async (given: File | undefined): Promise<void> => {
    if (given === undefined) return;
    if (given.size > MAX_BYTES) {
      setRefused(
        new Error(
          `${given.name} has more than ${formatBytes(MAX_BYTES)}. For large files: npx rtcstats-server anonymize FILE`,
        ),
      );
      return;
    }
    setRefused(undefined);
    setFile({ name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button beside it is the first
    <div
      className="page"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer.files[0]);
      }}
    >
      <header className="page-head">
        <div>
          <h1>Playground</h1>
          <p>
            See what a policy makes of an event, a dump or a webrtc-internals file. It is worked out in this page;
            nothing is sent anywhere.
          </p>
        </div>
        <CopyButton text={yamlOf(settings)}>Copy the policy as YAML</CopyButton>
      </header>
      <div className="playground">
        <PolicyCard choice={choice} onChange={setChoice} />
        <Card
          title={file === undefined ? 'Events, one a line' : file.name}
          aside={
            <div className="row">
              {file && (
                <Button kind="quiet" onClick={() => setFile(undefined)}>
                  Back to the text
                </Button>
              )}
              <label className="button file-button">
                <Icon name="download" size={16} /> Open a file
                <input className="hidden" type="file" onChange={(event) => void take(event.target.files?.[0])} />
              </label>
            </div>
          }
        >
          {refused && <Problem error={refused} />}
          {file === undefined ? (
            <textarea
              className="input code-input"
              aria-label="Events, one a line"
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
        <Loading>Working it out…</Loading>
      ) : (
        <OutcomeView outcome={outcome} busy={busy} />
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
  const lost = Object.entries(dropped);
  return (
    <>
      <div className="columns" aria-busy={busy}>
        <Card title="Replaced">
          <Bars
            counts={Object.entries(redactions).map(([name, count = 0]) => [formatName(name), count])}
            empty="Nothing under this policy."
          />
        </Card>
        <Card title="Outcome">
          <p className="row" role="status">
            <Badge tone="accent">
              {changed.toLocaleString('en-US')} of {formatPlural(lines, 'line')} changed
            </Badge>
            {verdict.clean ? (
              <Badge tone="good">verifier: clean</Badge>
            ) : (
              <Badge tone="bad">verifier: {formatPlural(verdict.total, 'finding')}</Badge>
            )}
            {lost.map(([reason, count]) => (
              <Badge key={reason} tone="warn">
                {formatPlural(count, 'line')} not kept: {formatName(reason)}
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
