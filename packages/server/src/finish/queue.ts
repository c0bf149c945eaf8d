import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../errors/error-code.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';
import { throttled } from '../log/throttle.ts';
import { backoff } from '../retry/backoff.ts';
import type { ClosedSession } from '../spool/record.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { logFinished } from './finished-log.ts';
import type { Finisher, FinishSource, PackedSession } from './finisher.ts';
import { Semaphore } from './semaphore.ts';
import { exists, forgetResultIfMany, idOf, isClosed, newTask, pathOf, type Task, writeUnwritten } from './task.ts';

/** Dumps that are verified and compressed concurrently: two keep both a core and the disk busy. */
const MAX_PACKING = 2;
/** Dumps that are sent to the storage concurrently, which is mostly waiting. */
const MAX_STORING = 16;
/** Sessions that are worked on concurrently: enough that the catalog can write many rows in one statement. */
const MAX_ACTIVE = 64;
/** Sessions that wait in memory. Of further ones only the path is kept, and the file is read again. */
const MAX_WAITING_IN_MEMORY = 256;
/** How long an erasure waits for sessions that are being finished. */
const ERASE_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
/** Failures in a row that open the circuit breaker. */
const MAX_FAILURES = 4;
const MAX_PAUSE_MS = 15_000;

/** Failed verifications of a dump after which it goes to the quarantine. */
const MAX_VERIFICATIONS = 3;

/**
 * Finishes closed sessions: takes each through the steps of `Finisher`, many concurrently, and retries until it
 * succeeds.
 *
 *     add ──▶ waiting ──▶ active ──▶ finished: the dump is stored, the row written, the spool file removed
 *                ▲           │
 *                │           ├─ fails ──▶ retrying ──┐     exponential backoff, per session
 *                └───────────┼──────────────────────┘
 *                            ├─ the verifier fails three times ──▶ finished, in the quarantine
 *                            └─ the file is gone or unreadable ──▶ logged and dropped
 *
 * The queue lives in memory only. Its durable form is the spool: a session's file stays there until the session is
 * finished, so the next start finishes whatever this process did not, after a crash as well as after `stop`.
 *
 * **Outages.** When several sessions fail in a row, a back end is down and the others would fail too. The circuit
 * breaker (circuit-breaker.ts) then stops tasks from moving from waiting to active, except for one at a time that
 * probes the back end; the first success lets all of them move again. A session that fails for a reason of its own is
 * retried alone and delays no other.
 */
export class FinishQueue {
  readonly #finisher: Finisher;
  readonly #log: Log;
  readonly #firstRetryMs: number;
  readonly #waiting: Task[] = [];
  /** With the work, which does not reject. */
  readonly #active = new Map<Task, Promise<void>>();
  /** Tasks between two tries, with the timer of the next one. */
  readonly #retrying = new Map<Task, NodeJS.Timeout>();
  /** Ids of the sessions that were added as paths. */
  readonly #addedPaths = new Set<string>();
  readonly #packing = new Semaphore(MAX_PACKING);
  /** For dumps on which the verifier has failed: they are slow, and must not take the place of others. */
  readonly #suspects = new Semaphore(1);
  readonly #storing = new Semaphore(MAX_STORING);
  readonly #breaker: CircuitBreaker;
  readonly #reportFailure: (task: Task, error: unknown) => void;
  /** Whether the last failure was the catalog's. */
  #catalogFails = false;
  #stopping = false;
  #stopped: Promise<void> | undefined;
  readonly #onIdle: (() => void)[] = [];
  /** Files that were put aside since the start. */
  unreadable = 0;

  /**
   * @param options.firstRetry milliseconds before the first retry (default 1000); each further pause is twice as long
   */
  constructor(finisher: Finisher, log: Log, options: { readonly firstRetry?: number } = {}) {
    this.#finisher = finisher;
    this.#log = log;
    this.#firstRetryMs = options.firstRetry ?? FIRST_RETRY_MS;
    this.#breaker = new CircuitBreaker({
      failures: MAX_FAILURES,
      firstPauseMs: this.#firstRetryMs,
      maxPauseMs: MAX_PAUSE_MS,
      onHalfOpen: () => this.#next(),
    });
    // An outage concerns every session, so one entry with their number says as much as one per session.
    this.#reportFailure = throttled((task, error) => {
      const fields = { session: idOf(task.source), waiting: this.size, ...errorFields(error) };
      log.error(fields, 'sessions wait: finishing failed');
    });
  }

  /** Sessions that are not finished yet, those between two tries included. */
  get size(): number {
    return this.#waiting.length + this.#active.size + this.#retrying.size;
  }

  /** A path that is in the queue already is ignored. */
  add(source: FinishSource): void {
    if (typeof source === 'string') {
      const id = idOf(source);
      if (this.#addedPaths.has(id)) return;
      this.#addedPaths.add(id);
    }
    const inMemory = this.#waiting.length < MAX_WAITING_IN_MEMORY || typeof source === 'string' || 'write' in source;
    this.#waiting.push(newTask(inMemory ? source : source.path));
    // The session will wait for a while, and until then the catalog should not list it as being recorded.
    if (this.#isOutage && !this.#catalogFails && isClosed(source)) void this.#recordClosed(source);
    this.#next();
  }

  /**
   * Stops retrying. Resolves when every waiting session was tried once more, in an outage without trying them, and
   * after `milliseconds` at the latest. Sessions that are not finished by then stay in the spool for the next start.
   * Safe to call twice.
   */
  stop(milliseconds: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stopped ??= this.#stop(milliseconds);
    return this.#stopped;
  }

  async #stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    this.#breaker.stop();
    for (const timer of this.#retrying.values()) clearTimeout(timer);
    for (const task of this.#retrying.keys()) void writeUnwritten(task);
    if (this.#isOutage) this.#abandonWaiting();
    const left = this.#retrying.size;
    this.#retrying.clear();
    if (this.size > 0) await this.#untilIdle(milliseconds);
    const sessions = left + this.size;
    this.#abandonWaiting();
    if (sessions > 0) this.#log.warn({ sessions }, 'sessions are left in the spool for the next start');
  }

  /**
   * Discards the sessions with these ids and all that the finisher knows to be erased, in an outage as well.
   *
   * @returns how many are still here after `milliseconds`; they are discarded later
   */
  async erase(ids: ReadonlySet<string>, milliseconds: number = ERASE_MS): Promise<number> {
    const isConcerned = ({ source }: Task): boolean =>
      ids.has(idOf(source)) || (isClosed(source) && this.#finisher.isErased(source));
    for (const task of [...this.#waiting, ...this.#retrying.keys()].filter(isConcerned)) {
      clearTimeout(this.#retrying.get(task));
      if (!this.#retrying.delete(task)) this.#waiting.splice(this.#waiting.indexOf(task), 1);
      this.#run(task);
    }
    // Of a path it is not known yet whose session it is.
    const isAwaited = (task: Task): boolean => typeof task.source === 'string' || isConcerned(task);
    const runs = [...this.#active].filter(([task]) => isAwaited(task)).map(([, run]) => run);
    await Promise.race([Promise.all(runs), delay(milliseconds, undefined, { ref: false })]);
    return [...this.#waiting, ...this.#retrying.keys(), ...this.#active.keys()].filter(isConcerned).length;
  }

  get #isOutage(): boolean {
    return this.#breaker.state !== 'closed';
  }

  /** Starts as many waiting tasks as may run now. */
  #next(): void {
    const limit = { closed: MAX_ACTIVE, halfOpen: 1, open: 0 }[this.#breaker.state];
    while (this.#active.size < limit && this.#waiting.length > 0) this.#run(this.#waiting.shift()!);
    if (this.#waiting.length + this.#active.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #run(task: Task): void {
    this.#active.set(task, this.#work(task));
  }

  async #work(task: Task): Promise<void> {
    try {
      if (await this.#finish(task)) this.#succeeded();
      this.#addedPaths.delete(idOf(task.source));
    } catch (error) {
      await this.#failed(task, error);
    }
    this.#active.delete(task);
    this.#next();
  }

  /** Resolves to false when there was nothing to finish: no message in the file, or a session that is erased. */
  async #finish(task: Task): Promise<boolean> {
    if (!task.stored) {
      const semaphore = task.failedVerifications > 0 ? this.#suspects : this.#packing;
      const packed = await semaphore.run(() => this.#pack(task));
      if (!packed) return false;
      task.stored = await this.#storing.run(() => this.#finisher.store(packed));
    }
    if (await this.#discardIfErased(task.stored.session)) return false;
    await this.#finisher.record(task.stored);
    logFinished(this.#log, task.stored);
    return true;
  }

  async #pack(task: Task): Promise<PackedSession | undefined> {
    const isPacked = task.packed !== undefined && (await exists(task.packed.path));
    const session = isPacked ? task.packed!.session : await this.#finisher.complete(task.source);
    if (!session || (await this.#discardIfErased(session))) return undefined;
    if (isPacked) return task.packed;
    task.source = session;
    task.packed = await this.#finisher.pack(session, {
      verify: task.failedVerifications < MAX_VERIFICATIONS,
      analyze: task.failedVerifications === 0,
    });
    return task.packed;
  }

  async #discardIfErased(session: ClosedSession): Promise<boolean> {
    if (!this.#finisher.isErased(session)) return false;
    await this.#finisher.discard(session);
    this.#log.info({ session: session.facts.id }, 'session discarded: its subject was erased');
    return true;
  }

  #succeeded(): void {
    if (this.#isOutage) this.#log.info({ waiting: this.size - 1 }, 'sessions are finished again');
    this.#breaker.succeeded();
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    // Removed from outside. Storage and catalog report missing objects under codes of their own.
    if (errorCode(error) === 'ENOENT') {
      this.#log.error({ session: idOf(task.source), ...errorFields(error) }, 'the spool file of a session is gone');
      return;
    }
    if (isGatewayError(error, 'SPOOL_FILE_UNREADABLE') && (await this.#putAside(task, error))) return;
    if (isGatewayError(error, 'VERIFICATION_FAILED')) {
      this.#verificationFailed(task, error);
      return;
    }
    this.#breaker.failed();
    this.#catalogFails = isGatewayError(error, 'CATALOG_UNAVAILABLE');
    if (isClosed(task.source) && !task.stored && task.attempts === 0) await this.#recordClosed(task.source);
    this.#reportFailure(task, error);
    if (this.#stopping) {
      void writeUnwritten(task);
      if (this.#isOutage) this.#abandonWaiting();
    } else {
      this.#retryLater(task);
    }
  }

  /** A failure of the verifier is about this dump alone: it is no sign of an outage. */
  #verificationFailed(task: Task, error: unknown): void {
    const fields = { session: idOf(task.source), attempt: ++task.failedVerifications, ...errorFields(error) };
    if (task.failedVerifications < MAX_VERIFICATIONS) this.#log.warn(fields, 'a dump could not be verified');
    else this.#log.error(fields, 'a dump cannot be verified and goes to the quarantine');
    if (!this.#stopping) this.#retryLater(task);
  }

  #retryLater(task: Task): void {
    forgetResultIfMany(task, [...this.#retrying.keys(), ...this.#waiting]);
    const retry = (): void => {
      this.#retrying.delete(task);
      this.#waiting.push(task);
      this.#next();
    };
    this.#retrying.set(task, setTimeout(retry, backoff(task.attempts++, this.#firstRetryMs, MAX_RETRY_MS)));
  }

  async #putAside(task: Task, error: unknown): Promise<boolean> {
    try {
      const path = await this.#finisher.putAside(pathOf(task.source));
      this.unreadable++;
      this.#log.error({ path, ...errorFields(error) }, 'a file in the spool cannot be read and is put aside');
      return true;
    } catch {
      return false;
    }
  }

  /** Only a convenience for operators who list sessions during an outage; the final row is written with the dump. */
  async #recordClosed(session: ClosedSession): Promise<void> {
    await this.#finisher.recordClosed(session).catch(() => {});
  }

  /** Leaves the waiting tasks to the next start. */
  #abandonWaiting(): void {
    for (const task of this.#waiting.splice(0)) void writeUnwritten(task);
  }

  async #untilIdle(milliseconds: number): Promise<void> {
    const idle = new Promise<void>((resolve) => this.#onIdle.push(resolve));
    this.#next();
    if (milliseconds === Number.POSITIVE_INFINITY) return await idle;
    await Promise.race([idle, delay(milliseconds, undefined, { ref: false })]);
  }
}
