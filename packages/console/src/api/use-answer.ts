import { useCallback, useEffect, useRef, useState } from 'react';

export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Asks, again when `key` changes and when told to, and keeps what was answered before until then.
 *
 * @param every milliseconds after which it asks again by itself, as long as somebody looks at the page
 */
export function useAnswer<T>(ask: () => Promise<T>, key: string, every?: number): Answer<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: Error }>({ key });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const reload = useCallback(() => setRound((count) => count + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    let current = true;
    latest.current().then(
      (value) => current && setState({ key, value }),
      (error: Error) => current && setState((before) => ({ ...before, key, error })),
    );
    return () => {
      current = false;
    };
  }, [key, round]);
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), every);
    return () => clearInterval(timer);
  }, [every, reload]);
  const fresh = state.key === key;
  return {
    value: fresh ? state.value : undefined,
    error: fresh ? state.error : undefined,
    loading: !fresh || (state.value === undefined && state.error === undefined),
    reload,
  };
}
