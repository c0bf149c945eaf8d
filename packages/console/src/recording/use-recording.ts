import type { RecordingView } from '@rtcstats-server/insights';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { OpenRecording, type OpenState } from './client.ts';
import type { AskName } from './worker-protocol.ts';

export interface Opened extends OpenState {
  readonly recording: OpenRecording | undefined;
}

const NOTHING: OpenState = { summary: undefined, done: false, error: undefined };

/** Opens the dump at this address in a worker as long as the page is there; undefined: there is none yet. */
export function useOpenRecording(url: string | undefined): Opened {
  const [opened, setOpened] = useState<Opened>({ ...NOTHING, recording: undefined });
  useEffect(() => {
    if (url === undefined) return undefined;
    const recording = new OpenRecording(url, (state) => setOpened({ ...state, recording }));
    setOpened({ ...NOTHING, recording });
    return () => recording.close();
  }, [url]);
  return opened;
}

export const RecordingContext = createContext<Opened>({ ...NOTHING, recording: undefined });

/**
 * While the dump is being read, the answers of now are replaced by those of a little later: at first after so many milliseconds, then
 * after twice as many, and so on. The more there is, the longer it takes to draw, and the less of it is new.
 */
const FIRST_REFRESH_MS = 500;

/** Asks the recording of the page, again while more of it arrives. Undefined until the first answer to these parameters. */
export function useAsk<K extends AskName>(
  name: K,
  ...parameters: Parameters<RecordingView[K]>
): ReturnType<RecordingView[K]> | undefined {
  const { recording, summary, done } = useContext(RecordingContext);
  const key = `${name} ${JSON.stringify(parameters)}`;
  const [answer, setAnswer] = useState<{ key: string; value: ReturnType<RecordingView[K]> }>();
  const asked = useRef({ of: recording, key: '', at: 0, pause: FIRST_REFRESH_MS, done: false });
  const given = useRef(parameters);
  given.current = parameters;
  const ready = summary !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new summary says that there is more
  useEffect(() => {
    if (recording === undefined || !ready) return;
    const before = asked.current;
    const repeated = before.of === recording && before.key === key;
    if (repeated && (before.done || (!done && performance.now() - before.at < before.pause))) return;
    const pause = repeated ? before.pause * 2 : FIRST_REFRESH_MS;
    asked.current = { of: recording, key, at: performance.now(), pause, done };
    void recording.ask(name, ...given.current).then((value) => {
      if (asked.current.key === key) setAnswer({ key, value });
    });
  }, [recording, ready, summary, done, key, name]);
  return answer?.key === key ? answer.value : undefined;
}
