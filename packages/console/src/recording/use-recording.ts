import type { RecordingView } from '@rtcstats-server/insights';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { OpenRecording, type OpenState } from './client.ts';
import type { AskName } from './worker-protocol.ts';

/** A dump and its progress; `recording` is undefined while there is no dump. */
export interface Opened extends OpenState {
  readonly recording: OpenRecording | undefined;
}

const NOTHING: OpenState = { summary: undefined, done: false, error: undefined };

/**
 * Opens a dump in a worker while the component is mounted.
 *
 * @param url undefined while there is no dump yet
 * @param live whether the dump still grows
 */
export function useOpenRecording(url: string | undefined, live = false): Opened {
  const [opened, setOpened] = useState<Opened>({ ...NOTHING, recording: undefined });
  useEffect(() => {
    if (url === undefined) return undefined;
    const recording = new OpenRecording(url, live, (state) => setOpened({ ...state, recording }));
    setOpened({ ...NOTHING, recording });
    return () => recording.close();
  }, [url, live]);
  return opened;
}

/** The dump that the current page shows. */
export const RecordingContext = createContext<Opened>({ ...NOTHING, recording: undefined });

/** First interval of the exponential backoff with which answers are refreshed while the dump is being read. */
const FIRST_REFRESH_MS = 500;
/** Last interval: a live session lasts long, and should be shown as it is now. */
const MAX_REFRESH_MS = 4000;

/**
 * Calls a method of `RecordingView` on the dump of the page. While the dump is being read, the answer is refreshed with
 * exponential backoff, because a larger recording takes longer to draw and less of it is new.
 *
 * @returns undefined until the first answer for these parameters
 * @throws what the method throws in the worker
 */
export function useAsk<K extends AskName>(
  name: K,
  ...parameters: Parameters<RecordingView[K]>
): ReturnType<RecordingView[K]> | undefined {
  const { recording, summary, done } = useContext(RecordingContext);
  const key = `${name} ${JSON.stringify(parameters)}`;
  const [answer, setAnswer] = useState<{ key: string; value: ReturnType<RecordingView[K]> }>();
  const [failure, setFailure] = useState<{ key: string; thrown: unknown }>();
  const asked = useRef({ of: recording, key: '', at: 0, pause: FIRST_REFRESH_MS, done: false });
  const latest = useRef(parameters);
  latest.current = parameters;
  const ready = summary !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new summary means that more was read
  useEffect(() => {
    if (recording === undefined || !ready) return;
    const before = asked.current;
    const repeated = before.of === recording && before.key === key;
    if (repeated && (before.done || (!done && performance.now() - before.at < before.pause))) return;
    const pause = repeated ? Math.min(before.pause * 2, MAX_REFRESH_MS) : FIRST_REFRESH_MS;
    asked.current = { of: recording, key, at: performance.now(), pause, done };
    recording.ask(name, ...latest.current).then(
      (value) => {
        if (asked.current.key === key) setAnswer({ key, value });
      },
      (thrown: unknown) => {
        if (asked.current.key === key) setFailure({ key, thrown });
      },
    );
  }, [recording, ready, summary, done, key, name]);
  // Thrown while rendering, so that the boundary around the panel shows it.
  if (failure?.key === key) throw failure.thrown;
  return answer?.key === key ? answer.value : undefined;
}
