import type { RecordingView, Summary } from '@rtcstats-server/insights';
import type { Answer, AskName, Question } from './worker-protocol.ts';

/**
 * Progress of reading a dump. The summary covers what has been read so far; it is undefined before the first report.
 */
export interface OpenState {
  readonly summary: Summary | undefined;
  readonly done: boolean;
  readonly error: Error | undefined;
}

/** A dump that is read by its own worker. Close it when the page no longer shows it. */
export class OpenRecording {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 0;

  /** @param live whether the dump still grows, so that it is read again and again from where it ended */
  constructor(url: string, live: boolean, onState: (state: OpenState) => void) {
    let state: OpenState = { summary: undefined, done: false, error: undefined };
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if ('id' in data) {
        const pending = this.#pending.get(data.id);
        this.#pending.delete(data.id);
        if ('thrown' in data) pending?.reject(data.thrown);
        else pending?.resolve(data.value);
        return;
      }
      state = 'error' in data ? { ...state, error: new Error(data.error) } : { ...state, ...data };
      onState(state);
    });
    this.#worker.addEventListener('error', () => onState({ ...state, error: new Error('The dump cannot be read') }));
    this.#post({ ask: 'open', url, live });
  }

  /**
   * Calls a method of `RecordingView` in the worker. The answer covers what has been read so far. Rejects with what the
   * method throws.
   */
  ask<K extends AskName>(name: K, ...parameters: Parameters<RecordingView[K]>): Promise<ReturnType<RecordingView[K]>> {
    const id = this.#nextId++;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#post({ ask: name, id, parameters });
    return pending.promise as Promise<ReturnType<RecordingView[K]>>;
  }

  close(): void {
    this.#worker.terminate();
  }

  #post(question: Question): void {
    this.#worker.postMessage(question);
  }
}
