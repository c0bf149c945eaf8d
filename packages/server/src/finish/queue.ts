import { errorFields, type Log } from '../log.ts';
import type { ClosedSession } from '../spool/record.ts';
import type { Finisher, FinishSource, KeptSession } from './finisher.ts';

/** Dumps that are verified and compressed at a time: two keep both a core and the disk busy. */
const CONCURRENCY = 2;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** An outage concerns every session there is; it is told this often, with their number. */
const COMPLAINT_INTERVAL_MS = 10_000;

interface Task {
  source: FinishSource;
  kept: KeptSession | undefined;
  attempts: number;
}

/**
 * Finishes sessions one after the other, `CONCURRENCY` at a time, and for as long as it takes: what fails is tried again after a
 * growing pause, and what is not done when the process stops is done by the next one. Nothing is given up but what is not there.
 */
export class FinishQueue {
  readonly #finisher: Finisher;
  readonly #log: Log;
  readonly #firstRetry: number;
  #ready: Task[] = [];
  #active = 0;
  /** Tasks between two tries, with what ends the pause. */
  readonly #paused = new Map<Task, NodeJS.Timeout>();
  /** Tasks whose dump is kept and whose row is being written; these take no slot, so that rows are written together. */
  #recording = 0;
  #stopping = false;
  #lastComplaint = Number.NEGATIVE_INFINITY;
  #idle: (() => void)[] = [];

  /** @param options.firstRetry milliseconds before the first retry; each later pause is twice as long */
  constructor(finisher: Finisher, log: Log, options: { readonly firstRetry?: number } = {}) {
    this.#finisher = finisher;
    this.#log = log;
    this.#firstRetry = options.firstRetry ?? FIRST_RETRY_MS;
  }

  /** Sessions that are not finished yet, those between two tries included. */
  get size(): number {
    return this.#ready.length + this.#active + this.#recording + this.#paused.size;
  }

  add(source: FinishSource): void {
    this.#ready.push({ source, kept: undefined, attempts: 0 });
    this.#next();
  }

  /**
   * Resolves when all has been tried. What failed, or waits for its next try, stays in the spool for the next start. Safe
   * to call twice.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#paused.values()) clearTimeout(timer);
    this.#paused.clear();
    if (this.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #next(): void {
    while (this.#active < CONCURRENCY && this.#ready.length > 0) {
      this.#active++;
      void this.#run(this.#ready.shift()!);
    }
    if (this.#ready.length + this.#active + this.#recording > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run(task: Task): Promise<void> {
    const kept = await this.#keep(task);
    this.#active--;
    if (kept) this.#recording++;
    this.#next();
    if (!kept) return;
    await this.#record(task, kept);
    this.#recording--;
    this.#next();
  }

  async #keep(task: Task): Promise<KeptSession | undefined> {
    if (task.kept) return task.kept;
    let session: ClosedSession | undefined;
    try {
      session = await this.#finisher.complete(task.source);
      if (!session) return undefined;
      task.source = session;
      task.kept = await this.#finisher.keep(session);
      return task.kept;
    } catch (error) {
      if (session && task.attempts === 0 && !isGone(error)) await this.#recordClosed(session);
      this.#failed(task, error);
      return undefined;
    }
  }

  async #record(task: Task, kept: KeptSession): Promise<void> {
    try {
      await this.#finisher.record(kept);
      const { id, state, messages, bytes } = kept.row;
      this.#log[state === 'quarantined' ? 'error' : 'info'](
        { session: id, state, messages, bytes },
        'session finished',
      );
    } catch (error) {
      this.#failed(task, error);
    }
  }

  async #recordClosed(session: ClosedSession): Promise<void> {
    try {
      await this.#finisher.recordClosed(session);
    } catch {
      // For the operator's eyes only. What made the dump wait is logged; the row is written with it.
    }
  }

  #failed(task: Task, error: unknown): void {
    if (isGone(error)) {
      this.#log.error({ session: idOf(task), ...errorFields(error) }, 'the spool file of a session is gone');
      return;
    }
    this.#complain(task, error);
    if (this.#stopping) return;
    // From half of it to all of it, so that sessions that failed together do not come back together.
    const pause = Math.min(this.#firstRetry * 2 ** task.attempts++, LONGEST_RETRY_MS) * (0.5 + Math.random() / 2);
    const retry = (): void => {
      this.#paused.delete(task);
      this.#ready.push(task);
      this.#next();
    };
    this.#paused.set(task, setTimeout(retry, pause));
  }

  #complain(task: Task, error: unknown): void {
    const now = performance.now();
    if (now - this.#lastComplaint < COMPLAINT_INTERVAL_MS) return;
    this.#lastComplaint = now;
    const waiting = this.#paused.size + 1;
    this.#log.error({ session: idOf(task), waiting, ...errorFields(error) }, 'sessions wait: finishing failed');
  }
}

function idOf({ source }: Task): string {
  return typeof source === 'string' ? source.replace(/^.*[\\/]|\.[a-z]+$/g, '') : source.facts.id;
}

/** Somebody removed the spool file. The storage and the catalog report what they miss under codes of their own. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
