import { type Anonymizer, type CleanLine, DELTA_BYTES } from '@rtcstats-server/privacy';
import { type AnonymizerThread, ThreadNotStarted } from './anonymizer-thread.ts';
import type { AnonymizerJob } from './anonymizer-worker.ts';

/**
 * The largest message, in bytes, that the event loop takes when no thread can be started: the worst ones known keep it
 * busy for 0.2 s. A larger one is dropped, because a client could make the gateway stand still for seconds with it.
 */
const MAX_BYTES_WITHOUT_THREAD = 64 * 1024;

interface Waiting {
  readonly message: Uint8Array;
  readonly isBinary: boolean;
}

/**
 * The messages of a session while a large one is anonymized in another thread: those that come meanwhile wait, because
 * the order of messages must not change, and each may depend on what the anonymizer remembers from the ones before.
 */
export class LargeMessages {
  readonly #thread: Pick<AnonymizerThread, 'run'>;
  readonly #waiting: Waiting[] = [];
  #done: Promise<void> | undefined;

  constructor(thread: Pick<AnonymizerThread, 'run'>) {
    this.#thread = thread;
  }

  /** Resolves when no message waits; undefined when none does now. */
  get done(): Promise<void> | undefined {
    return this.#done;
  }

  /** Keeps a message that came while another is anonymized. */
  wait(message: Uint8Array, isBinary: boolean): void {
    // A copy, because the buffer belongs to the connection.
    this.#waiting.push({ message: new Uint8Array(message), isBinary });
  }

  /**
   * Anonymizes a large message, and then passes on those that waited, until one of them is large as well.
   *
   * @param stored called with the line, null when the message was dropped
   * @param next called with each message that waited
   */
  begin(
    raw: Uint8Array,
    anonymizer: Anonymizer,
    job: Pick<AnonymizerJob, 'policy' | 'key'>,
    stored: (line: CleanLine | null) => void,
    next: (message: Uint8Array, isBinary: boolean) => void,
  ): void {
    const { memory, times } = anonymizer.handOver();
    const tail = new Uint8Array(raw.subarray(-DELTA_BYTES));
    const copy = new Uint8Array(raw);
    const result = this.#thread.run({ ...job, state: { memory, times }, raw: copy });
    const done = result
      .then(
        ({ line, ...handover }) => {
          anonymizer.takeOver(handover);
          // The anonymizer in the thread made these bytes; the type brand is lost in postMessage.
          stored(line as CleanLine | null);
        },
        (error: unknown) => {
          if (error instanceof ThreadNotStarted && copy.length <= MAX_BYTES_WITHOUT_THREAD) {
            stored(anonymizer.message(copy));
            return;
          }
          anonymizer.drop('tooSlow', tail);
          stored(null);
        },
      )
      .then(async () => {
        this.#done = undefined;
        while (this.#done === undefined && this.#waiting.length > 0) {
          const { message, isBinary } = this.#waiting.shift()!;
          next(message, isBinary);
        }
        await this.#done;
      });
    this.#done = done;
  }
}
