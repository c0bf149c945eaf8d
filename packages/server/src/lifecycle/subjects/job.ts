import { setTimeout as delay } from 'node:timers/promises';
import type { Catalog } from '../../catalog/catalog.ts';
import { errorFields, type Log } from '../../log/log.ts';
import { throttled } from '../../log/throttle.ts';
import { type ReplayContext, replayTombstones } from './replay.ts';
import type { ErasureRunner } from './runner.ts';

/** How soon a gateway sees an erasure that a command or another gateway has begun, in milliseconds. */
const POLL_MS = 1000;
/** Between two tries of what could not be removed, in milliseconds; each pause is twice as long as the one before. */
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
/** How long a request waits for what is about to be done, such as a deletion at rtcstats.com, in milliseconds. */
const PATIENCE_MS = 4000;
const PATIENCE_POLL_MS = 200;

export interface ErasureJobContext extends ReplayContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'erasures'>;
  readonly runner: Pick<ErasureRunner, 'apply' | 'run'>;
  readonly log: Log;
}

/**
 * Runs the erasures of the catalog in a gateway: those that an earlier process left unfinished, those that commands and
 * other gateways begin, and those whose receipt is missing because a backup was restored.
 */
export class ErasureJob {
  readonly #context: ErasureJobContext;
  /** Erasures that wait for something: when the next try is (milliseconds since the epoch), and the pause before it. */
  readonly #waiting = new Map<string, { readonly at: number; readonly pause: number }>();
  readonly #reportFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #rounds: Promise<void> = Promise.resolve();
  #replayed = false;
  #stopping = false;

  constructor(context: ErasureJobContext) {
    this.#context = context;
    this.#reportFailure = throttled((error: unknown) => {
      context.log.error(errorFields(error), 'erasures could not be continued and are tried again');
    });
  }

  /** Looks for erasures now and then every second, until `stop`. Does not wait for the first round. */
  start(): void {
    void this.#poll();
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#rounds;
  }

  /**
   * Works on all erasures that are not finished, one after the other.
   *
   * @param now an erasure that is tried even if it waits for its next try
   */
  round(now?: string): Promise<void> {
    const round = this.#rounds.then(() => this.#round(now));
    this.#rounds = round.catch(() => {});
    return round;
  }

  /** Works on an erasure until it is finished, or has to wait for longer. */
  async finish(id: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      await this.round(id);
      const erasure = await this.#context.catalog.erasures.get(id);
      if (erasure?.finishedAt !== null || this.#stopping || Date.now() >= end) return;
      await delay(PATIENCE_POLL_MS);
    }
  }

  async #poll(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.#reportFailure(error);
    }
    if (!this.#stopping) this.#timer = setTimeout(() => void this.#poll(), POLL_MS);
  }

  async #round(now: string | undefined): Promise<void> {
    const { catalog, runner, log } = this.#context;
    if (!this.#replayed) {
      const erasures = await replayTombstones(this.#context, { all: false });
      if (erasures > 0)
        log.warn({ erasures }, 'a restored catalog has sessions that were erased: they are erased again');
      this.#replayed = true;
    }
    for (const erasure of await catalog.erasures.open()) {
      if (this.#stopping) return;
      await runner.apply(erasure);
      const { at = 0, pause = FIRST_RETRY_MS / 2 } = this.#waiting.get(erasure.id) ?? {};
      if (erasure.id !== now && Date.now() < at) continue;
      if (await runner.run(erasure)) {
        this.#waiting.delete(erasure.id);
        log.info({ erasure: erasure.id }, 'erasure finished');
        continue;
      }
      const next = Math.min(pause * 2, MAX_RETRY_MS);
      this.#waiting.set(erasure.id, { at: Date.now() + next, pause: next });
    }
  }
}
