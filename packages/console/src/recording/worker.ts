import { Recording, RecordingView } from '@rtcstats-server/insights';
import type { Answer, Question } from './worker-protocol.ts';

/** Reads one dump and answers questions about it, so that the page stays responsive. */
const recording = new Recording();
const view = new RecordingView(recording);
const PROGRESS_MS = 250;
let lastProgress = 0;

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.ask === 'open') void open(data.url);
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

async function open(url: string): Promise<void> {
  try {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok || response.body === null) {
      const { error } = (await response.json().catch(() => ({}))) as { error?: string };
      throw new Error(error ?? `The gateway answered ${response.status}`);
    }
    await recording.read(response.body, yieldToMessages);
    answer({ summary: view.summary(), done: true });
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : 'The dump cannot be read' });
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
