import { join } from 'node:path';
import { DUMP_HEAD } from '@rtcstats-server/dump';
import type { CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { Block, joined, type LoggedFile, type Slice, sliceOf, terminated } from './block.ts';
import type { Disk } from './disk.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { MAX_ENTRY_LENGTH, type WriteAheadLog } from './write-ahead-log.ts';

/** The session that records into a file. */
export interface SpoolOwner {
  /**
   * Called when the file cannot be written. Later messages are ignored; `close` tries once more and reports a failure.
   */
  spoolFailed(error: Error): void;
}

/** A closed session that could not be written completely. The missing part is in memory. */
export interface UnwrittenSession {
  readonly facts: SessionHeader;
  /** Tries to write it again. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
  write(): Promise<ClosedSession>;
}

/** What the files of a spool share. */
export interface SpoolParts {
  readonly directory: string;
  readonly disk: Disk;
  readonly log: WriteAheadLog;
  /** Called with the work of ending a session, which does not reject. */
  readonly ending: (work: Promise<unknown>) => void;
}

/** Maximum number of bytes that wait before they are written to the session's own file. */
const WAITING_BYTES = 64 * 1024;

/**
 * The file of one session while it is recorded.
 *
 * Lines wait in memory until the disk has written them (disk-operations.ts). One write is under way at a time, because
 * after a failure the next one must begin where the failed one did.
 */
export class SpoolFile implements LoggedFile {
  readonly id: string;
  readonly facts: SessionHeader;
  readonly #parts: SpoolParts;
  readonly #owner: SpoolOwner;
  readonly #dumpStart: number;
  #state: 'open' | 'failed' | 'closed' = 'open';
  /** Whether lines wait because writing them to the file failed. */
  #unwritten = false;
  /** Lines that are not in the file, including those of the write that is under way. */
  #waiting: Slice[] = [];
  #waitingBytes = 0;
  /** Bytes that the write under way takes from `#waiting`. */
  #takenBytes = 0;
  #written = 0;
  #messages = 0;
  /** How far a flush writes; an offset in the file. */
  #flushEnd = 0;
  #flushing: Promise<void> | undefined;
  /** The last attempt to end the session. */
  #ending: Promise<void> | undefined;

  /** Made by `Spool.create`. */
  constructor(parts: SpoolParts, facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner) {
    this.id = facts.id;
    this.facts = facts;
    this.#parts = parts;
    this.#owner = owner;
    const head = encodeFacts(facts);
    this.#dumpStart = Buffer.byteLength(head);
    this.#add(Buffer.from(`${head}${DUMP_HEAD}`));
    this.#add(metadata);
  }

  /** Size of the dump so far, in bytes. */
  get bytes(): number {
    return this.#end - this.#dumpStart;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Adds a message. The bytes are copied: they may be a view of a buffer that is used again. */
  append(message: CleanLine): void {
    if (this.#state !== 'open') return;
    this.#messages++;
    this.#add(message);
    if (this.#waitingBytes - this.#takenBytes >= WAITING_BYTES) void this.flush();
  }

  flush(): Promise<void> {
    if (this.#waitingBytes === 0 || this.#state !== 'open') return Promise.resolve();
    this.#flushEnd = this.#end;
    this.#flushing ??= this.#flush();
    return this.#flushing;
  }

  release(block: Block): boolean | Promise<boolean> {
    return this.#uses(block) ? this.#release(block) : !this.#unwritten;
  }

  /** Ends the session and removes all traces of it. Does not reject. */
  async discard(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#ending = this.#discard();
    this.#parts.ending(this.#ending);
    await this.#ending;
  }

  /** Ends the session: the close event, the end record, the new name. Does not reject. */
  async close(closeEvent: CleanLine, end: Omit<SessionTrailer, 'messages'>): Promise<ClosedSession | UnwrittenSession> {
    const record: SessionTrailer = { ...end, messages: this.#messages };
    const trailer = encodeEnd(record);
    const dumpEnd = this.#end + closeEvent.length + 1;
    this.#wait(joined([terminated(closeEvent), sliceOf(Buffer.from(trailer))]));
    this.#state = 'closed';
    const write = (): Promise<ClosedSession> => this.#tryToEnd(record, dumpEnd);
    try {
      return await write();
    } catch {
      return { facts: this.facts, write };
    }
  }

  /** Offset in the file of the next line. */
  get #end(): number {
    return this.#written + this.#waitingBytes;
  }

  async #tryToEnd(record: SessionTrailer, dumpEnd: number): Promise<ClosedSession> {
    const ended = this.#finish(record, dumpEnd);
    this.#ending = ended.then(
      () => {},
      () => {},
    );
    this.#parts.ending(this.#ending);
    return await ended;
  }

  async #finish(end: SessionTrailer, dumpEnd: number): Promise<ClosedSession> {
    const { directory, disk, log } = this.#parts;
    try {
      await this.#flushing;
      if (this.#waitingBytes > 0) await this.#write();
      // Before the file is finished and removed: entries in the write-ahead log must not restore it.
      await log.end(this.id);
      await disk.rename(`${this.id}.open`, `${this.id}.closed`);
    } catch (error) {
      this.#keepInMemory();
      throw unusable(error);
    }
    this.#unwritten = false;
    return { facts: this.facts, end, path: join(directory, `${this.id}.closed`), dumpStart: this.#dumpStart, dumpEnd };
  }

  async #discard(): Promise<void> {
    const { disk, log } = this.#parts;
    // A write that is under way still reads the lines, and would create the file again.
    await this.#flushing;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#unwritten = false;
    try {
      // Before the file is removed, so that a restart after a crash in between does not restore it.
      await log.end(this.id);
    } catch {
      // A restart would restore it without an end, and then remove it, because it is an upload.
    }
    await disk.remove(`${this.id}.open`).catch(() => {});
  }

  /** Writes up to `#flushEnd`. Does not reject: a failure goes to the owner. */
  async #flush(): Promise<void> {
    try {
      while (this.#written < this.#flushEnd && this.#state === 'open') await this.#write();
    } catch (error) {
      // Otherwise the session has been closed meanwhile, and `close` tries again.
      if (this.#state === 'open') {
        this.#state = 'failed';
        this.#keepInMemory();
        this.#owner.spoolFailed(unusable(error));
      }
    } finally {
      this.#flushing = undefined;
    }
  }

  async #release(block: Block): Promise<boolean> {
    while (this.#uses(block)) await (this.#ending ?? this.flush());
    return !this.#unwritten;
  }

  /** Whether a waiting line is in the block. Blocks are released in the order of their lines. */
  #uses(block: Block): boolean {
    return this.#waiting.find((slice) => slice.block instanceof Block)?.block === block;
  }

  /** Copies the waiting lines, because the blocks of the write-ahead log will be used for others. */
  #keepInMemory(): void {
    this.#unwritten = true;
    if (this.#waitingBytes > 0) this.#waiting = [joined(this.#waiting)];
  }

  #add(line: Uint8Array): void {
    const logged = line.length < MAX_ENTRY_LENGTH;
    const slice = logged ? this.#parts.log.add(this, this.#end, line) : terminated(line);
    this.#wait(slice);
    if (!logged) void this.flush();
  }

  #wait(slice: Slice): void {
    this.#waiting.push(slice);
    this.#waitingBytes += slice.end - slice.start;
  }

  /** Writes all lines that wait now. */
  async #write(): Promise<void> {
    const total = this.#waitingBytes;
    const { length } = this.#waiting;
    this.#takenBytes = total;
    try {
      await this.#parts.disk.write(`${this.id}.open`, this.#written, this.#waiting);
      this.#written += total;
      this.#waiting.splice(0, length);
      this.#waitingBytes -= total;
    } finally {
      this.#takenBytes = 0;
    }
  }
}

function unusable(cause: unknown): GatewayError {
  return new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
}
