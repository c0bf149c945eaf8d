import { type ReactNode, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { navigate } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Card } from '../ui/card.tsx';
import { Icon } from '../ui/icons.tsx';
import { Button, Problem } from '../ui/parts.tsx';
import { CALL_MS, makeCall, STEPS, type Step } from './call.ts';

const TEXTS: Readonly<Record<Step, { readonly name: string; readonly text: string }>> = {
  media: { name: 'Media', text: 'Camera and microphone, or a generated picture and tone.' },
  connecting: { name: 'Connect', text: 'Two peer connections in this page connect to each other.' },
  calling: { name: 'Call', text: `${CALL_MS / 1000} seconds, recorded by this gateway.` },
  finishing: { name: 'Finish', text: 'The verifier reads the dump, and the gateway stores it.' },
};

/** Lets a new user make a test call and then opens its session. */
export function TryItPage(): ReactNode {
  useTitle('Try it');
  const [step, setStep] = useState<Step>();
  const [error, setError] = useState<Error>();
  const [withoutCamera, setWithoutCamera] = useState(false);
  const [token, setToken] = useState('');
  const [local, setLocal] = useState<MediaStream>();
  const [remote, setRemote] = useState<MediaStream>();
  const { value: policy } = useAnswer(api.policy, 'policy');
  const { value: access } = useAnswer(() => api.tryIt('ask'), 'try-it');
  const needsToken = access?.tokenRequired === true && access.token === null;
  const overTls = window.location.protocol === 'https:';
  const start = async (): Promise<void> => {
    setError(undefined);
    try {
      const id = await makeCall({
        media: withoutCamera ? 'generated' : 'devices',
        token: token.trim() || undefined,
        onStep: setStep,
        onLocal: (media) => setLocal(media.stream),
        onRemote: setRemote,
      });
      navigate(`/sessions/${id}/plots`);
    } catch (thrown) {
      setError(thrown as Error);
      setStep(undefined);
      setLocal(undefined);
      setRemote(undefined);
    }
  };
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Try it</h1>
          <p>
            Make a call in this page and see what the gateway stores
            {policy && ` under the ${policy.preset} policy`}. The media stays in your browser.
          </p>
        </div>
      </header>
      {error && <Problem error={error} />}
      {overTls && (
        <Problem
          error={
            new Error(
              'A page loaded over HTTPS cannot connect to the public listener. Open the console on the gateway’s machine.',
            )
          }
        />
      )}
      <div className="try-it">
        <Card>
          <div className="videos">
            <Video stream={local} label="sent" />
            <Video stream={remote} label="received" />
          </div>
        </Card>
        <Card>
          <ol className="steps">
            {STEPS.map((name) => (
              <li
                key={name}
                className={`step step-${progressOf(name, step)}`}
                aria-current={name === step ? 'step' : undefined}
              >
                <span className="step-mark">
                  {progressOf(name, step) === 'done' && <Icon name="check" size={14} />}
                </span>
                <span>
                  <strong>{TEXTS[name].name}</strong>
                  <span className="faint">{TEXTS[name].text}</span>
                </span>
              </li>
            ))}
          </ol>
          <p className="hidden" role="status">
            {step === undefined ? '' : TEXTS[step].name}
          </p>
          {needsToken && (
            <label className="field">
              <span>Token from your application (rtcstats-token)</span>
              <input className="input" value={token} onChange={(event) => setToken(event.target.value)} />
            </label>
          )}
          <div className="row start-row">
            <Button
              kind="primary"
              icon="play"
              disabled={step !== undefined || (needsToken && token.trim() === '')}
              onClick={() => void start()}
            >
              {step === undefined ? 'Start a call' : 'Call in progress…'}
            </Button>
            <label className="row check">
              <input
                type="checkbox"
                checked={withoutCamera}
                disabled={step !== undefined}
                onChange={(event) => setWithoutCamera(event.target.checked)}
              />
              Without camera
            </label>
          </div>
        </Card>
      </div>
    </div>
  );
}

function progressOf(name: Step, current: Step | undefined): 'done' | 'now' | 'later' {
  if (current === undefined) return 'later';
  const difference = STEPS.indexOf(name) - STEPS.indexOf(current);
  return difference < 0 ? 'done' : difference === 0 ? 'now' : 'later';
}

function Video({ stream, label }: { readonly stream: MediaStream | undefined; readonly label: string }): ReactNode {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    element.current!.srcObject = stream ?? null;
  }, [stream]);
  return (
    <figure className="video">
      <video ref={element} autoPlay playsInline muted aria-label={`Video ${label}`} />
      <figcaption className="faint">{label}</figcaption>
    </figure>
  );
}
