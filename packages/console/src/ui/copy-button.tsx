import { type ReactNode, useState } from 'react';
import { Button } from './parts.tsx';

const FEEDBACK_MS = 2000;

/** Copies a text to the clipboard and shows for a moment whether that worked. */
export function CopyButton({ text, children }: { readonly text: string; readonly children: string }): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = (): void => {
    const showResult = (next: 'copied' | 'failed'): void => {
      setState(next);
      setTimeout(() => setState('idle'), FEEDBACK_MS);
    };
    // Browsers offer the clipboard only to secure contexts: HTTPS or localhost.
    if (navigator.clipboard === undefined) showResult('failed');
    else
      navigator.clipboard.writeText(text).then(
        () => showResult('copied'),
        () => showResult('failed'),
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
