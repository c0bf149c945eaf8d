import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors.ts';
import type { SessionFacts } from './record.ts';
import { SpoolFile, type SpoolOwner } from './spool-file.ts';

/**
 * Where sessions are recorded while they last, and where they wait until they are stored.
 *
 *     <data>/spool/<id>.open      being recorded, or left behind by a process that ended
 *     <data>/spool/<id>.closed    complete, waits for finishing
 *     <data>/spool/<id>.gz        derived from a .closed file while it is finished; worthless without it
 *
 * A file is UTF-8 text. Its lines:
 *
 *     {"id":…,"startedAt":…}      what the catalog will need (record.ts)
 *     RTCStatsDump                ┐
 *     {"fileFormat":3,…}          │ the dump, as it will be stored
 *     […]                         │
 *     ["close",null,1000,12]      ┘
 *     {"endedAt":…,"closeCode":…} how it ended
 *
 * **Durability.** What was appended is written at most one second later, or as soon as 64 KiB wait: it then survives the end
 * of the process, not a power cut. Ending a session is one write and one rename. **What a kill -9 leaves.** Before the first
 * write: nothing. While recording: a `.open` file whose last line may be torn. While ending: a `.open` file with or without
 * its last two lines. After: a `.closed` file, finished again from the start. Recovery (recovery.ts) understands them all.
 * **Back-pressure.** Writes are synchronous: while the disk blocks, no socket is read, so nothing piles up in memory. (Measured
 * with 5,000 open files: 5 µs of CPU a write, asynchronous ones 6 to 7.)
 */
export class Spool {
  readonly directory: string;
  readonly #started: ((facts: SessionFacts) => void) | undefined;
  #ticker: NodeJS.Timeout | undefined;
  /** Files that wait for a write, oldest bucket first. */
  #due: Bucket[] = [];

  private constructor(directory: string, started?: (facts: SessionFacts) => void) {
    this.directory = directory;
    this.#started = started;
  }

  /**
   * Creates the directory if there is none and begins to tick.
   *
   * @param started is told of every session once its first lines are on disk
   */
  static async open(directory: string, started?: (facts: SessionFacts) => void): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const spool = new Spool(directory, started);
    spool.#ticker = setInterval(() => spool.#tick(), TICK_MS);
    return spool;
  }

  /** A file for a session; on disk from its first write on. */
  create(facts: SessionFacts, metadata: CleanLine, owner: SpoolOwner): SpoolFile {
    return new SpoolFile(this, facts, metadata, owner);
  }

  /** Paths of all files that earlier processes left behind. Only meaningful before the first `create`. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(this.directory);
    return names.filter((name) => /\.(open|closed)$/.test(name)).map((name) => join(this.directory, name));
  }

  /** The file has something to write for the first time since its last write. */
  schedule(file: SpoolFile): void {
    const now = Date.now();
    const newest = this.#due.at(-1);
    if (newest && now - newest.since < TICK_MS) newest.files.push(file);
    else this.#due.push({ since: now, files: [file] });
  }

  /** The file's first lines are on disk. */
  recording(facts: SessionFacts): void {
    this.#started?.(facts);
  }

  /** Writes what waits and stops ticking. */
  close(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #tick(): void {
    this.#flush(Date.now() - FLUSH_AFTER_MS);
  }

  /** Buckets keep the time, not the files: a file that was written early and waits again is at worst written early again. */
  #flush(since: number): void {
    while (this.#due.length > 0 && this.#due[0]!.since <= since) {
      for (const file of this.#due.shift()!.files) file.flush();
    }
  }
}

interface Bucket {
  readonly since: number;
  readonly files: SpoolFile[];
}

/** Together well below the promised second, so that a busy event loop does not break the promise at once. */
const FLUSH_AFTER_MS = 700;
const TICK_MS = 100;

/** The spool cannot be written; what was written before is safe. */
export function spoolError(error: unknown): GatewayError {
  return new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause: error });
}
