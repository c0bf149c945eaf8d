import { useEffect, useRef, useState } from 'react';
import type { Outcome } from './anonymize.ts';
import type { Request, Response } from './worker.ts';

const DEBOUNCE_MS = 150;

/** Anonymizes the input in a worker. Returns the previous outcome until the new one is ready. */
export function useOutcome(
  input: Uint8Array,
  settings: unknown,
): { readonly outcome: Outcome | undefined; readonly error: string | undefined; readonly busy: boolean } {
  const worker = useRef<Worker>(undefined);
  const last = useRef(0);
  const [state, setState] = useState<{ outcome?: Outcome; error?: string }>({});
  const [busy, setBusy] = useState(true);
  useEffect(() => {
    const created = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    created.addEventListener('message', ({ data }: MessageEvent<Response>) => {
      if (data.id !== last.current) return;
      setState('error' in data ? { error: data.error } : { outcome: data.outcome });
      setBusy(false);
    });
    worker.current = created;
    return () => created.terminate();
  }, []);
  const key = JSON.stringify(settings);
  useEffect(() => {
    setBusy(true);
    const timer = setTimeout(() => {
      last.current += 1;
      worker.current?.postMessage({ id: last.current, input, settings: JSON.parse(key) as unknown } satisfies Request);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [input, key]);
  return { outcome: state.outcome, error: state.error, busy };
}
