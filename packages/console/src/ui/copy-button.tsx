import { type ReactNode, useState } from 'react';
import { Button } from './parts.tsx';

const SAID_MS = 2000;

export function CopyButton({ text, children }: { readonly text: string; readonly children: string }): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = (): void => {
    const said = (next: 'copied' | 'failed'): void => {
      setState(next);
      setTimeout(() => setState('idle'), SAID_MS);
    };
    // Only a page that came safely has a clipboard: by HTTPS, or from this machine.
    if (navigator.clipboard === undefined) said('failed');
    else
      navigator.clipboard.writeText(text).then(
        () => said('copied'),
        () => said('failed'),
      );
  };
  return (
    <>
      <Button icon={state === 'copied' ? 'check' : 'copy'} onClick={copy}>
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Could not copy' : children}
      </Button>
      <pre className="hidden" data-copy>
        {text}
      </pre>
    </>
  );
}
