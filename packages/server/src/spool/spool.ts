import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CleanDump, CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { Disk } from './disk.ts';
import { makeSpoolDirectory } from './leftovers.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { SpoolFile, type SpoolOwner, type SpoolParts } from './spool-file.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** Interval of writes in milliseconds. Far below the promised second, because the event loop may be busy. */
const TICK_MS = 100;
/** A disk that takes longer for a write hangs, in seconds. */
const STALL_SECONDS = 2;
const LINE_FEED = 0x0a;

export interface SpoolOptions {
  /** Called for every session once its first lines are on disk, unless it is over by then. */
  readonly started?: (facts: SessionHeader) => void;
  /** Called when the disk has not answered for `STALL_SECONDS`, and when it answers again. */
  readonly stalled?: (isStalled: boolean) => void;
}

/**
 * The directory in which sessions are recorded while they last and wait until they are stored. A session is a file
 * whose name tells its state; nothing else has to be remembered across a restart:
 *
 *     create ─▶ <id>.open ── close ─▶ <id>.closed ── finish/ verifies, compresses and stores it ─▶ removed
 *                  ▲  a restart after a crash: leftovers.ts, replay.ts, recovery.ts, then as if it had been closed
 *
 * Lines reach the file by way of a write-ahead log that all sessions share (write-ahead-log.ts). The files:
 *
 *     <data>/spool/<id>.open          being recorded, or left behind by a process that ended
 *     <data>/spool/<id>.closed        complete, waits for finishing
 *     <data>/spool/<id>.gz            made from a .closed file while it is finished; useless without it
 *     <data>/spool/<slot>/            the same for each worker process, if there are any (workers/contract.ts)
 *     <data>/spool/<number>.journal   the write-ahead log: the latest lines of all sessions (write-ahead-log.ts)
 *
 * A session's file is UTF-8 text. Its lines:
 *
 *     {"id":…,"startedAt":…}      what the catalog will need (record.ts)
 *     RTCStatsDump                ┐
 *     {"fileFormat":3,…}          │ the dump, as it will be stored
 *     […]                         │
 *     ["close",null,1000,12]      ┘
 *     {"endedAt":…,"closeCode":…} how it ended
 *
 * An upload in another format has that format between the first and the last line.
 *
 * **Durability.** An appended line is requested to be written to the write-ahead log at the next tick, or as soon as 64
 * KiB wait. Once it is there, it survives the end of the process, not a power cut. **After a kill -9** there are the
 * write-ahead log, whose last entry may be torn, and `.open` files that lack some of its lines and possibly their last
 * two lines. `leftoversIn` merges them, and recovery (recovery.ts) completes the files; both may be interrupted and
 * repeated. A `.closed` file is complete, and is finished again from the start.
 *
 * **A disk that hangs** blocks a thread, not the event loop (disk-operations.ts). Lines wait in memory meanwhile. When
 * 64 MiB are in use, `full` tells connections and uploads to send no more until the disk answers again.
 */
export class Spool {
  readonly directory: string;
  readonly #parts: SpoolParts;
  readonly #options: SpoolOptions;
  readonly #ending = new Set<Promise<unknown>>();
  #created: SpoolFile[] = [];
  #isStalled = false;
  #ticker: NodeJS.Timeout | undefined;

  private constructor(directory: string, options: SpoolOptions) {
    const disk = new Disk(directory);
    this.directory = directory;
    this.#parts = { directory, disk, log: new WriteAheadLog(disk), ending: (work) => this.#track(work) };
    this.#options = options;
  }

  /**
   * Creates the directory if it is missing and starts the timer for writes.
   *
   * @throws GatewayError DATA_DIRECTORY_UNUSABLE
   */
  static async open(directory: string, options: SpoolOptions = {}): Promise<Spool> {
    await makeSpoolDirectory(directory);
    const spool = new Spool(directory, options);
    await spool.#parts.disk.ready();
    spool.#ticker = setInterval(() => spool.#tick(), TICK_MS);
    return spool;
  }

  /** Resolves when there is room for more lines of open sessions; undefined while there is. */
  get full(): Promise<void> | undefined {
    return this.#parts.log.full;
  }

  /** For how long the disk has not answered, in seconds; 0 when nothing is being written. */
  get stallSeconds(): number {
    return this.#parts.disk.stallSeconds;
  }

  /** Sessions that have ended and whose files are not complete yet. */
  get endingSessions(): number {
    return this.#ending.size;
  }

  /** Creates the file of a session. */
  create(facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner): SpoolFile {
    const file = new SpoolFile(this.#parts, facts, metadata, owner);
    if (this.#options.started) this.#created.push(file);
    return file;
  }

  /**
   * Resolves when the files of all sessions that have ended are complete or could not be written, and their sessions
   * know it.
   */
  async settled(): Promise<void> {
    while (this.#ending.size > 0) await Promise.all(this.#ending);
    await nextTurn();
  }

  /**
   * Stores a complete dump, in any format, in one call. Resolves when it is in the spool; if it fails or the process
   * ends before that, the incomplete file is removed.
   *
   * @throws GatewayError DATA_DIRECTORY_UNUSABLE
   */
  async store(facts: SessionHeader, dump: CleanDump, end: SessionTrailer): Promise<ClosedSession> {
    const path = join(this.directory, `${facts.id}.open`);
    const closed = join(this.directory, `${facts.id}.closed`);
    const head = Buffer.from(encodeFacts({ ...facts, upload: true }));
    // The trailer needs a line of its own.
    const feed = dump.at(-1) === LINE_FEED ? '' : '\n';
    try {
      await writeFile(path, [head, dump, `${feed}${encodeEnd(end)}`], { mode: 0o600, flag: 'wx' });
      await rename(path, closed);
    } catch (cause) {
      await rm(path, { force: true });
      throw new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
    }
    const dumpEnd = head.length + dump.length + feed.length;
    return { facts, end, path: closed, dumpStart: head.length, dumpEnd };
  }

  /** Removes the lines of discarded sessions from the write-ahead log as well. Resolves when that is done. */
  async scrub(): Promise<void> {
    await this.#parts.log.giveUpAll();
  }

  /** Writes all waiting lines to the sessions' files, and stops timer and thread. */
  async close(): Promise<void> {
    clearInterval(this.#ticker);
    await this.settled();
    await this.#parts.log.close();
    await this.#parts.disk.close();
  }

  #tick(): void {
    const created = this.#created.splice(0);
    const written = this.#parts.log.write();
    if (created.length > 0) void written.then(() => this.#tell(created));
    void this.#parts.log.giveUp(Date.now());
    this.#checkStall();
  }

  #checkStall(): void {
    const isStalled = this.stallSeconds >= STALL_SECONDS;
    if (isStalled === this.#isStalled) return;
    this.#isStalled = isStalled;
    this.#options.stalled?.(isStalled);
  }

  #tell(created: readonly SpoolFile[]): void {
    for (const file of created) if (!file.closed) this.#options.started?.(file.facts);
  }

  #track(work: Promise<unknown>): void {
    this.#ending.add(work);
    void work.finally(() => this.#ending.delete(work));
  }
}
