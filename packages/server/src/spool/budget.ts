import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { errorFields, type Log } from '../log/log.ts';
import { spoolUsage } from './usage.ts';

/** How often the disk is asked, in milliseconds. */
const INTERVAL_MS = 1000;
/** Looking at every file of a spool with many takes time; it gets at most this share of it. */
const SHARE_OF_TIME = 0.05;
/** The part of the disk that new sessions leave to those that are open. */
const RESERVE = 0.05;
/** After an error of the spool nobody is let in for so long, in milliseconds; then the next session shows whether it works. */
const FAILURE_MS = 5000;

/** What keeps new sessions out: the configured size, the end of the disk, or that writing failed just now. */
export type SpoolShortage = 'spoolBytes' | 'disk' | 'writing';

export interface SpoolBudgetOptions {
  /** With everything below it. */
  readonly directory: string;
  /** `server.limits.spoolBytes`; 0 for no limit */
  readonly spoolBytes: number;
  readonly log: Log;
  /** Default: what the operating system says. */
  readonly diskOf?: (directory: string) => Promise<Pick<StatsFs, 'blocks' | 'bavail'>>;
}

/** Whether the spool has room for new sessions. Asked for each of them; looked up by a timer. */
export class SpoolBudget {
  readonly #options: SpoolBudgetOptions;
  #measured: SpoolShortage | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #told: SpoolShortage | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  private constructor(options: SpoolBudgetOptions) {
    this.#options = options;
  }

  /** Resolves once it has been looked up. */
  static async open(options: SpoolBudgetOptions): Promise<SpoolBudget> {
    const budget = new SpoolBudget(options);
    await budget.#tick();
    return budget;
  }

  /** `null`: there is room. */
  get shortage(): SpoolShortage | null {
    return this.#measured ?? (performance.now() - this.#failedAt < FAILURE_MS ? 'writing' : null);
  }

  /** A session could not be written. */
  failed(error: unknown): void {
    this.#failedAt = performance.now();
    this.#tell(error);
  }

  close(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #tick(): Promise<void> {
    const began = performance.now();
    try {
      this.#measured = await this.#measure();
      this.#tell();
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
    // A file system that does not know its size says 0.
    if (blocks > 0 && bavail / blocks < RESERVE) return 'disk';
    return spoolBytes > 0 && (await spoolUsage(directory)).bytes >= spoolBytes ? 'spoolBytes' : null;
  }

  #tell(error?: unknown): void {
    const { shortage } = this;
    if (shortage === this.#told) return;
    this.#told = shortage;
    if (shortage === null) {
      this.#options.log.info('new sessions are taken again');
      return;
    }
    const fields = error === undefined ? {} : errorFields(error);
    this.#options.log.error({ reason: shortage, ...fields }, 'new sessions are refused: the spool has no room');
  }
}
