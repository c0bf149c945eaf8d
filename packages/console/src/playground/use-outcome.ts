import { useEffect, useRef, useState } from 'react';
import type { Outcome } from './anonymize.ts';
import type { Request, Response } from './worker.ts';

const PAUSE_MS = 150;

/** What the policy makes of the input, worked out beside the page; the one of before until it is there. */
export function useOutcome(
  input: Uint8Array,
  settings: unknown,
): { readonly outcome: Outcome | undefined; readonly error: string | undefined; readonly busy: boolean } {
  const worker = useRef<Worker>(undefined);
  const last = useRef(0);
  const [state, setState] = useState<{ outcome?: Outcome; error?: string }>({});
  const [busy, setBusy] = useState(true);
  useEffect(() => {
    const made = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    made.addEventListener('message', ({ data }: MessageEvent<Response>) => {
      if (data.id !== last.current) return;
      setState('error' in data ? { error: data.error } : { outcome: data.outcome });
      setBusy(false);
    });
    worker.current = made;
    return () => made.terminate();
  }, []);
  const key = JSON.stringify(settings);
  useEffect(() => {
    setBusy(true);
    const timer = setTimeout(() => {
      last.current += 1;
      worker.current?.postMessage({ id: last.current, input, settings: JSON.parse(key) as unknown } satisfies Request);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [input, key]);
  return { outcome: state.outcome, error: state.error, busy };
}
