import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { errorFields, type Log } from '../log/log.ts';
import { spoolUsage } from './usage.ts';

/** Interval of the checks in milliseconds. */
const INTERVAL_MS = 1000;
/** Checking every file of a large spool takes time; the checks get at most this share of it. */
const SHARE_OF_TIME = 0.05;
/** Share of the disk that is reserved for sessions that are already open. */
const RESERVE = 0.05;
/**
 * After a failed write, new sessions are refused for this long, in milliseconds; then the next session shows whether
 * writing works.
 */
const FAILURE_MS = 5000;

/** Why new sessions are refused: the configured size is reached, the disk is full, or a write has just failed. */
export type SpoolShortage = 'spoolBytes' | 'disk' | 'writing';

export interface SpoolBudgetOptions {
  /** With everything below it. */
  readonly directory: string;
  /** `server.limits.spoolBytes`; 0 for no limit */
  readonly spoolBytes: number;
  readonly log: Log;
  /** Default: `statfs` of Node.js. */
  readonly diskOf?: (directory: string) => Promise<Pick<StatsFs, 'blocks' | 'bavail'>>;
}

/** Whether the spool has room for new sessions. Read for each new session, updated by a timer. */
export class SpoolBudget {
  readonly #options: SpoolBudgetOptions;
  #measured: SpoolShortage | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #logged: SpoolShortage | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  private constructor(options: SpoolBudgetOptions) {
    this.#options = options;
  }

  /** Resolves after the first check. */
  static async open(options: SpoolBudgetOptions): Promise<SpoolBudget> {
    const budget = new SpoolBudget(options);
    await budget.#tick();
    return budget;
  }

  /** `null` when there is room. */
  get shortage(): SpoolShortage | null {
    return this.#measured ?? (performance.now() - this.#failedAt < FAILURE_MS ? 'writing' : null);
  }

  /** To be called when a session could not be written. */
  failed(error: unknown): void {
    this.#failedAt = performance.now();
    this.#logChange(error);
  }

  close(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #tick(): Promise<void> {
    const began = performance.now();
    try {
      this.#measured = await this.#measure();
      this.#logChange();
    } catch (error) {
      this.failed(error);
    }
    if (this.#stopped) return;
    const took = performance.now() - began;
    this.#timer = setTimeout(() => void this.#tick(), Math.max(INTERVAL_MS, took / SHARE_OF_TIME));
  }

  async #measure(): Promise<SpoolShortage | null> {
    const { directory, spoolBytes, diskOf = statfs } = this.#options;
    const { blocks, bavail } = await diskOf(directory);
    // Some file systems do not know their size and report 0.
    if (blocks > 0 && bavail / blocks < RESERVE) return 'disk';
    return spoolBytes > 0 && (await spoolUsage(directory)).bytes >= spoolBytes ? 'spoolBytes' : null;
  }

  #logChange(error?: unknown): void {
    const { shortage } = this;
    if (shortage === this.#logged) return;
    this.#logged = shortage;
    if (shortage === null) {
      this.#options.log.info('new sessions are taken again');
      return;
    }
    const fields = error === undefined ? {} : errorFields(error);
    this.#options.log.error({ reason: shortage, ...fields }, 'new sessions are refused: the spool has no room');
  }
}
