import { Recording, RecordingView } from '@rtcstats-server/insights';
import type { Answer, Question } from './worker-protocol.ts';

/** Reads one dump and answers questions about it, so that the page stays responsive. */
const recording = new Recording();
const view = new RecordingView(recording);
const PROGRESS_MS = 250;
/** Interval at which the gateway is asked for new lines of a live session. */
const FOLLOW_MS = 2000;
let lastProgress = 0;

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.ask === 'open') void open(data.url, data.live);
  else answer(result(data));
});

/** An error goes to the caller, so that it is shown where the answer would be and the other answers are not lost. */
function result(question: Exclude<Question, { ask: 'open' }>): Answer {
  const { id } = question;
  try {
    return { id, value: ask(question) };
  } catch (thrown) {
    return { id, thrown };
  }
}

function ask(question: Exclude<Question, { ask: 'open' }>): unknown {
  const method = view[question.ask] as (...parameters: readonly unknown[]) => unknown;
  return method.apply(view, [...question.parameters]);
}

async function open(url: string, live: boolean): Promise<void> {
  try {
    if (live) await recording.read(follow(url), yieldToMessages);
    else {
      const response = await fetch(url, { credentials: 'same-origin' });
      if (!response.ok || response.body === null) throw await errorOf(response);
      await recording.read(response.body, yieldToMessages);
    }
    answer({ summary: view.summary(), done: true });
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : 'The dump cannot be read' });
  }
}

async function errorOf(response: Response): Promise<Error> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  return new Error(error ?? `The gateway answered ${response.status}`);
}

/** The bytes of a session that is being recorded, as they come, until it is over. */
async function* follow(url: string): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; ; ) {
    const response = await fetch(`${url}?from=${from}`, { credentials: 'same-origin' });
    // The recording is over.
    if (response.status === 404) return;
    if (!response.ok) throw await errorOf(response);
    const bytes = await response.bytes();
    from += bytes.length;
    if (bytes.length > 0) yield bytes;
    // All events so far have been read now.
    if (from > 0) answer({ summary: view.summary(), done: false });
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
}

/** Lets the worker answer questions between two chunks, and reports progress to the page. */
async function yieldToMessages(): Promise<void> {
  const now = performance.now();
  if (now - lastProgress > PROGRESS_MS) {
    lastProgress = now;
    answer({ summary: view.summary(), done: false });
  }
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function answer(message: Answer): void {
  postMessage(message);
}
