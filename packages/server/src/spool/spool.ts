import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CleanDump, CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { makeSpoolDirectory } from './leftovers.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { SpoolFile, type SpoolOwner } from './spool-file.ts';
import { reserveDescriptor } from './with-file.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** What was received is written this often, in milliseconds: far below the promised second, since the event loop may be busy. */
const TICK_MS = 100;
const LINE_FEED = 0x0a;

/**
 * Where sessions are recorded while they last, and where they wait until they are stored.
 *
 *     <data>/spool/<id>.open          being recorded, or left behind by a process that ended
 *     <data>/spool/<id>.closed        complete, waits for finishing
 *     <data>/spool/<id>.gz            derived from a .closed file while it is finished; worthless without it
 *     <data>/spool/<slot>/            the same once more for each worker, if there are any (workers/contract.ts)
 *     <data>/spool/<number>.journal   what all sessions received last and is not in their files yet (journal.ts)
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
 * **Durability.** What was appended is in the journal at the next tick, or as soon as 64 KiB are not: it then survives the
 * end of the process, not a power cut. **What a kill -9 leaves.** The journal, whose last entry may be torn, and `.open` files that
 * end before or within what the journal holds, or with or without their last two lines. `leftoversIn` puts them together, and
 * recovery (recovery.ts) makes them whole; both may be cut short and repeated. A `.closed` file is complete, and finished again
 * from the start. **Back-pressure.** Writes are synchronous: while the disk blocks, no socket is read, so nothing piles up.
 */
export class Spool {
  readonly directory: string;
  readonly #journal: WriteAheadLog;
  readonly #started: ((facts: SessionHeader) => void) | undefined;
  #created: SpoolFile[] = [];
  #ticker: NodeJS.Timeout | undefined;

  private constructor(directory: string, started?: (facts: SessionHeader) => void) {
    this.directory = directory;
    this.#journal = new WriteAheadLog(directory);
    this.#started = started;
  }

  /**
   * Creates the directory if there is none and begins to tick.
   *
   * @param started is told of every session once its first lines are on disk, unless it is over by then
   * @throws GatewayError DATA_DIRECTORY_UNUSABLE
   */
  static async open(directory: string, started?: (facts: SessionHeader) => void): Promise<Spool> {
    await makeSpoolDirectory(directory);
    reserveDescriptor();
    const spool = new Spool(directory, started);
    spool.#ticker = setInterval(() => spool.#tick(), TICK_MS);
    return spool;
  }

  /** A file for a session. */
  create(facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner): SpoolFile {
    const file = new SpoolFile(this.directory, this.#journal, facts, metadata, owner);
    if (this.#started) this.#created.push(file);
    return file;
  }

  /**
   * Takes a dump that is there as a whole, in whatever format. Resolves when it is in the spool; what was written until then of one that
   * fails, or of a process that ends, is removed.
   *
   * @throws GatewayError DATA_DIRECTORY_UNUSABLE
   */
  async store(facts: SessionHeader, dump: CleanDump, end: SessionTrailer): Promise<ClosedSession> {
    const path = join(this.directory, `${facts.id}.open`);
    const closed = join(this.directory, `${facts.id}.closed`);
    const head = Buffer.from(encodeFacts({ ...facts, upload: true }));
    // The end stands on a line of its own.
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

  /** Writes all that waits to the sessions' files and stops ticking. */
  close(): void {
    clearInterval(this.#ticker);
    this.#journal.close();
  }

  #tick(): void {
    this.#journal.write();
    for (const file of this.#created.splice(0)) {
      if (!file.closed) this.#started?.(file.facts);
    }
    this.#journal.giveUp(Date.now());
  }
}
