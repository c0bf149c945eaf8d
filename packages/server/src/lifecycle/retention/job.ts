import { errorFields, type Log } from '../../log/log.ts';
import { type PassResult, type RetentionContext, RetentionPass } from './pass.ts';

const INTERVAL_MS = 3_600_000;
/** After a failure, while removals are pending, or when another gateway does the work and may be killed meanwhile. */
const RETRY_MS = 5 * 60_000;

/** Removes what is over its time, at the start and every hour, until it is stopped. */
export class RetentionJob {
  readonly #context: RetentionContext;
  readonly #log: Log;
  readonly #onPass: (result: PassResult) => void;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(context: RetentionContext, log: Log, onPass: (result: PassResult) => void) {
    this.#context = context;
    this.#log = log;
    this.#onPass = onPass;
  }

  start(): void {
    this.#running = this.#round();
  }

  /** Resolves when the batch that is being removed is removed. Safe to call twice, and before `start`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    const result = await new RetentionPass(this.#context, this.#stopping.signal).run();
    if (this.#stopping.signal.aborted) return;
    this.#onPass(result);
    this.#report(result);
    const isDone = result.failures === 0 && result.pendingRemovals === 0 && !result.isLeftToOther;
    this.#timer = setTimeout(() => this.start(), isDone ? INTERVAL_MS : RETRY_MS);
  }

  #report({ errors, graceUntil, isLeftToOther, removed, bytes, held, ...figures }: PassResult): void {
    for (const { step, error } of errors) {
      this.#log.error({ step, ...errorFields(error) }, 'retention failed and is tried again');
    }
    if (graceUntil !== null) {
      this.#log.warn(
        { graceUntil },
        'retention removes nothing before this time, because this catalog is from a version that kept everything; see the settings below retention',
      );
    } else if (isLeftToOther) this.#log.debug('another gateway removes what is over its time');
    else {
      const { pendingRemovals, quarantinedElsewhere, longestBatchSeconds, seconds } = figures;
      const times = { seconds: rounded(seconds), longestBatchSeconds: rounded(longestBatchSeconds) };
      this.#log.info({ removed, bytes, held, pendingRemovals, quarantinedElsewhere, ...times }, 'retention pass');
    }
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
