import { existsSync } from 'node:fs';
import { isGatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';
import { backoff } from '../retry/backoff.ts';
import type { ClosedSession } from '../spool/record.ts';
import type { Finisher, FinishSource, KeptSession, PackedSession } from './finisher.ts';
import { Semaphore } from './semaphore.ts';

/** Dumps that are verified and compressed at a time: two keep both a core and the disk busy. */
const PACKING = 2;
/** Dumps that are on their way to the storage at a time, which is mostly waiting. */
const STORING = 16;
/** Sessions that are worked on at a time. Enough to write their rows together. */
const UNDER_WAY = 64;
/** Sessions that wait with all that is known of them; of further ones the path is kept, and the file read once more. */
const WAITING_WHOLE = 256;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
/** So many failures in a row are an outage: from then on one session at a time is tried, after a pause. */
const OUTAGE = 4;
const MAX_PAUSE_MS = 15_000;
/** An outage concerns every session there is; it is told this often, with their number. */
const COMPLAINT_INTERVAL_MS = 10_000;

interface Task {
  source: FinishSource;
  packed: PackedSession | undefined;
  kept: KeptSession | undefined;
  attempts: number;
}

/**
 * Finishes sessions, some at a time and for as long as it takes: what fails is tried again after a growing pause, and what is not
 * done when the process stops is done by the next one. Nothing is given up but what is not there.
 *
 * **Outages.** Storage and catalog serve all sessions, so when several fail one after the other, the others are not tried either:
 * they wait, as paths, and one of them is tried now and then. The first success sets all going again. A session that fails for a
 * reason of its own waits alone and holds up nobody.
 */
export class FinishQueue {
  readonly #finisher: Finisher;
  readonly #log: Log;
  readonly #firstRetry: number;
  #ready: Task[] = [];
  readonly #underWay = new Set<Task>();
  /** Between two tries, with what ends the pause. */
  readonly #paused = new Map<Task, NodeJS.Timeout>();
  /** Ids of the sessions that came as paths. */
  readonly #leftovers = new Set<string>();
  readonly #packing = new Semaphore(PACKING);
  readonly #storing = new Semaphore(STORING);
  /** Failures since the last success. */
  #failures = 0;
  /** Pauses in this outage. */
  #pauses = 0;
  #pause: NodeJS.Timeout | undefined;
  #catalogFails = false;
  #stopping = false;
  #stopped: Promise<void> | undefined;
  #lastComplaint = Number.NEGATIVE_INFINITY;
  #idle: (() => void)[] = [];
  /** Files that were put aside since the start. */
  unreadable = 0;

  /** @param options.firstRetry milliseconds before the first retry; each later pause is twice as long */
  constructor(finisher: Finisher, log: Log, options: { readonly firstRetry?: number } = {}) {
    this.#finisher = finisher;
    this.#log = log;
    this.#firstRetry = options.firstRetry ?? FIRST_RETRY_MS;
  }

  /** Sessions that are not finished yet, those between two tries included. */
  get size(): number {
    return this.#ready.length + this.#underWay.size + this.#paused.size;
  }

  /** A file that is under way or waits already, as another process's leavings, is not taken twice. */
  add(source: FinishSource): void {
    if (typeof source === 'string') {
      const id = idOf(source);
      if (this.#leftovers.has(id)) return;
      this.#leftovers.add(id);
    }
    const whole = this.#ready.length < WAITING_WHOLE || typeof source === 'string' || 'write' in source;
    this.#ready.push({ source: whole ? source : source.path, packed: undefined, kept: undefined, attempts: 0 });
    // It will wait for a while; the catalog should not say that it is still recorded.
    if (this.#outage && !this.#catalogFails && isClosed(source)) void this.#recordClosed(source);
    this.#next();
  }

  /**
   * Resolves when all has been tried, or in an outage at once, or after `milliseconds`. What failed, waits for its next try or was not
   * tried stays in the spool for the next start. Safe to call twice.
   */
  stop(milliseconds: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stopped ??= this.#stop(milliseconds);
    return this.#stopped;
  }

  async #stop(milliseconds: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#paused.values()) clearTimeout(timer);
    clearTimeout(this.#pause);
    for (const task of this.#paused.keys()) this.#rescue(task);
    if (this.#outage) this.#leaveReady();
    const left = this.#paused.size;
    this.#paused.clear();
    if (this.size > 0) await this.#untilIdle(milliseconds);
    const sessions = left + this.size;
    this.#leaveReady();
    if (sessions > 0) this.#log.warn({ sessions }, 'sessions are left in the spool for the next start');
  }

  get #outage(): boolean {
    return this.#failures >= OUTAGE;
  }

  #next(): void {
    const most = this.#outage ? (this.#pause ? 0 : 1) : UNDER_WAY;
    while (this.#underWay.size < most && this.#ready.length > 0) void this.#run(this.#ready.shift()!);
    if (this.#ready.length + this.#underWay.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run(task: Task): Promise<void> {
    this.#underWay.add(task);
    try {
      if (await this.#finish(task)) this.#succeeded();
      this.#leftovers.delete(idOf(task.source));
    } catch (error) {
      await this.#failed(task, error);
    }
    this.#underWay.delete(task);
    this.#next();
  }

  /** False: there was nothing to finish. */
  async #finish(task: Task): Promise<boolean> {
    if (!task.kept) {
      const packed = await this.#packing.run(() => this.#pack(task));
      if (!packed) return false;
      task.kept = await this.#storing.run(() => this.#finisher.store(packed));
    }
    await this.#finisher.record(task.kept);
    const { id, state, messages, bytes } = task.kept.row;
    this.#log[state === 'quarantined' ? 'error' : 'info']({ session: id, state, messages, bytes }, 'session finished');
    return true;
  }

  async #pack(task: Task): Promise<PackedSession | undefined> {
    if (task.packed && existsSync(task.packed.path)) return task.packed;
    const session = await this.#finisher.complete(task.source);
    if (!session) return undefined;
    task.source = session;
    task.packed = await this.#finisher.pack(session);
    return task.packed;
  }

  #succeeded(): void {
    if (this.#outage) this.#log.info({ waiting: this.size - 1 }, 'sessions are finished again');
    this.#failures = 0;
    this.#pauses = 0;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    if (isGone(error)) {
      this.#log.error({ session: idOf(task.source), ...errorFields(error) }, 'the spool file of a session is gone');
      return;
    }
    if (isGatewayError(error, 'SPOOL_FILE_UNREADABLE') && (await this.#putAside(task, error))) return;
    this.#failures++;
    this.#catalogFails = isGatewayError(error, 'CATALOG_UNAVAILABLE');
    if (isClosed(task.source) && !task.kept && task.attempts === 0) await this.#recordClosed(task.source);
    this.#complain(task, error);
    if (this.#stopping) {
      this.#rescue(task);
      if (this.#outage) this.#leaveReady();
      return;
    }
    this.#tryLater(task);
    if (this.#outage && !this.#pause) this.#waitOut();
  }

  #tryLater(task: Task): void {
    const retry = (): void => {
      this.#paused.delete(task);
      this.#ready.push(task);
      this.#next();
    };
    this.#paused.set(task, setTimeout(retry, backoff(task.attempts++, this.#firstRetry, MAX_RETRY_MS)));
  }

  #waitOut(): void {
    const end = (): void => {
      this.#pause = undefined;
      this.#next();
    };
    this.#pause = setTimeout(end, backoff(this.#pauses++, this.#firstRetry, MAX_PAUSE_MS));
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

  async #recordClosed(session: ClosedSession): Promise<void> {
    try {
      await this.#finisher.recordClosed(session);
    } catch {
      // For the operator's eyes only. What made the dump wait is logged; the row is written with it.
    }
  }

  /** What is only in memory is tried once more before the process ends. */
  #rescue({ source }: Task): void {
    if (typeof source === 'string' || !('write' in source)) return;
    try {
      source.write();
    } catch {
      // What was on the disk is there still.
    }
  }

  #leaveReady(): void {
    for (const task of this.#ready.splice(0)) this.#rescue(task);
  }

  async #untilIdle(milliseconds: number): Promise<void> {
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#next();
    if (milliseconds === Number.POSITIVE_INFINITY) return await idle;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([idle, late]);
    clearTimeout(timer);
  }

  #complain(task: Task, error: unknown): void {
    const now = performance.now();
    if (now - this.#lastComplaint < COMPLAINT_INTERVAL_MS) return;
    this.#lastComplaint = now;
    this.#log.error(
      { session: idOf(task.source), waiting: this.size, ...errorFields(error) },
      'sessions wait: finishing failed',
    );
  }
}

function isClosed(source: FinishSource): source is ClosedSession {
  return typeof source !== 'string' && 'path' in source;
}

function pathOf(source: FinishSource): string {
  if (typeof source === 'string') return source;
  return 'path' in source ? source.path : source.facts.id;
}

function idOf(source: FinishSource): string {
  return typeof source === 'string' ? source.replace(/^.*[\\/]|\.[a-z]+$/g, '') : source.facts.id;
}

/** Somebody removed the spool file. The storage and the catalog report what they miss under codes of their own. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
