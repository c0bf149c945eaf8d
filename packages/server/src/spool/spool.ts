import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CleanDump, CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { makeSpoolDirectory } from './leftovers.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { SpoolFile, type SpoolOwner } from './spool-file.ts';
import { reserveDescriptor } from './with-file.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** Interval of writes in milliseconds. Far below the promised second, because the event loop may be busy. */
const TICK_MS = 100;
const LINE_FEED = 0x0a;

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
 * **Durability.** An appended line is in the write-ahead log at the next tick, or as soon as 64 KiB wait. It then
 * survives the end of the process, not a power cut. **After a kill -9** there are the write-ahead log, whose last entry
 * may be torn, and `.open` files that lack some of its lines and possibly their last two lines. `leftoversIn` merges
 * them, and recovery (recovery.ts) completes the files; both may be interrupted and repeated. A `.closed` file is
 * complete, and is finished again from the start. **Back-pressure.** Writes are synchronous: while the disk blocks, no
 * socket is read, so nothing piles up.
 */
export class Spool {
  readonly directory: string;
  readonly #log: WriteAheadLog;
  readonly #started: ((facts: SessionHeader) => void) | undefined;
  #created: SpoolFile[] = [];
  #ticker: NodeJS.Timeout | undefined;

  private constructor(directory: string, started?: (facts: SessionHeader) => void) {
    this.directory = directory;
    this.#log = new WriteAheadLog(directory);
    this.#started = started;
  }

  /**
   * Creates the directory if it is missing and starts the timer for writes.
   *
   * @param started called for every session once its first lines are on disk, unless it is over by then
   * @throws GatewayError DATA_DIRECTORY_UNUSABLE
   */
  static async open(directory: string, started?: (facts: SessionHeader) => void): Promise<Spool> {
    await makeSpoolDirectory(directory);
    reserveDescriptor();
    const spool = new Spool(directory, started);
    spool.#ticker = setInterval(() => spool.#tick(), TICK_MS);
    return spool;
  }

  /** Creates the file of a session. */
  create(facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner): SpoolFile {
    const file = new SpoolFile(this.directory, this.#log, facts, metadata, owner);
    if (this.#started) this.#created.push(file);
    return file;
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

  /** Writes all waiting lines to the sessions' files and stops the timer. */
  close(): void {
    clearInterval(this.#ticker);
    this.#log.close();
  }

  #tick(): void {
    this.#log.write();
    for (const file of this.#created.splice(0)) {
      if (!file.closed) this.#started?.(file.facts);
    }
    this.#log.giveUp(Date.now());
  }
}
