import { constants, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DUMP_HEAD } from '@rtcstats-server/dump';
import type { CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { withFile } from './with-file.ts';
import { type Block, type LoggedFile, MAX_ENTRY_LENGTH, type Slice, type WriteAheadLog } from './write-ahead-log.ts';

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
  write(): ClosedSession;
}

/** Maximum number of bytes that wait before they are written to the session's own file. */
const WAITING_BYTES = 64 * 1024;

const LINE_FEED = 0x0a;

/** One buffer for all files. It is free again after each write, because writes are synchronous. */
const gathered = Buffer.allocUnsafeSlow(2 * WAITING_BYTES);

/** The file of one session while it is recorded. */
export class SpoolFile implements LoggedFile {
  readonly id: string;
  readonly facts: SessionHeader;
  readonly #log: WriteAheadLog;
  readonly #directory: string;
  readonly #owner: SpoolOwner;
  readonly #dumpStart: number;
  #state: 'open' | 'failed' | 'closed' = 'open';
  /** Whether lines wait because writing them to the file failed. */
  #unwritten = false;
  #waiting: Slice[] = [];
  #waitingBytes = 0;
  #written = 0;
  #messages = 0;

  /** Made by `Spool.create`. */
  constructor(directory: string, log: WriteAheadLog, facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner) {
    this.id = facts.id;
    this.facts = facts;
    this.#directory = directory;
    this.#log = log;
    this.#owner = owner;
    const head = encodeFacts(facts);
    this.#dumpStart = Buffer.byteLength(head);
    this.#add(Buffer.from(`${head}${DUMP_HEAD}`));
    this.#add(metadata);
  }

  /** Size of the dump so far, in bytes. */
  get bytes(): number {
    return this.#written + this.#waitingBytes - this.#dumpStart;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Adds a message. The bytes are copied: they may be a view of a buffer that is used again. */
  append(message: CleanLine): void {
    if (this.#state !== 'open') return;
    this.#messages++;
    this.#add(message);
    if (this.#waitingBytes >= WAITING_BYTES) this.flush();
  }

  /** Writes the waiting lines to the file. Does not throw: a failure goes to the owner. */
  flush(): void {
    if (this.#waitingBytes === 0 || this.#state !== 'open') return;
    try {
      this.#write();
    } catch (error) {
      this.#state = 'failed';
      this.#unwritten = true;
      // The blocks of the write-ahead log will be used for other lines.
      this.#waiting = [copy(gather(this.#waiting, this.#waitingBytes))];
      this.#owner.spoolFailed(unusable(error));
    }
  }

  release(block: Block): boolean {
    if (this.#waiting[0]?.block === block) this.flush();
    return !this.#unwritten;
  }

  /** Ends the session and removes all traces of it. */
  discard(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#unwritten = false;
    try {
      // Before the file is removed, so that a restart after a crash in between does not restore it.
      this.#log.end(this.id);
    } catch {
      // A restart would restore it without an end, and then remove it, because it is an upload.
    }
    rmSync(this.#path('open'), { force: true });
  }

  /** Ends the session: the close event, the end record, the new name. */
  close(closeEvent: CleanLine, end: Omit<SessionTrailer, 'messages'>): ClosedSession | UnwrittenSession {
    const record: SessionTrailer = { ...end, messages: this.#messages };
    const trailer = encodeEnd(record);
    const dumpEnd = this.#written + this.#waitingBytes + closeEvent.length + 1;
    const last = Buffer.from(`${Buffer.from(closeEvent)}\n${trailer}`);
    this.#waiting.push(sliceOf(last));
    this.#waitingBytes += last.length;
    this.#state = 'closed';
    const write = (): ClosedSession => {
      try {
        return this.#finish(record, dumpEnd);
      } catch (error) {
        throw unusable(error);
      }
    };
    try {
      return write();
    } catch {
      this.#unwritten = true;
      const rest = copy(gather(this.#waiting, this.#waitingBytes));
      this.#waiting = rest.end > 0 ? [rest] : [];
      return { facts: this.facts, write };
    }
  }

  #finish(end: SessionTrailer, dumpEnd: number): ClosedSession {
    if (this.#waitingBytes > 0) this.#write();
    // Before the file is finished and removed: entries in the write-ahead log must not restore it.
    this.#log.end(this.id);
    const path = this.#path('closed');
    renameSync(this.#path('open'), path);
    this.#unwritten = false;
    return { facts: this.facts, end, path, dumpStart: this.#dumpStart, dumpEnd };
  }

  #add(line: Uint8Array): void {
    const offset = this.#written + this.#waitingBytes;
    const logged = line.length < MAX_ENTRY_LENGTH;
    // `add` may call `flush` on this file, so the line must not count before it is in the list.
    const slice = logged ? this.#log.add(this, offset, line) : terminated(line);
    // A failed file is not written when its block is given up, so its lines need memory of their own.
    this.#waiting.push(this.#state === 'open' ? slice : copy(slice));
    this.#waitingBytes += line.length + 1;
    if (!logged) this.flush();
  }

  #write(): void {
    const total = this.#waitingBytes;
    const { block, start } = gather(this.#waiting, total);
    // If somebody removed the file meanwhile, a new one would begin in the middle of the dump.
    const flags = this.#written === 0 ? constants.O_WRONLY | constants.O_CREAT : constants.O_WRONLY;
    withFile(this.#path('open'), flags, (fd) => {
      // A write may be short; writing the rest then fails with the reason, such as ENOSPC. Each write names its
      // position, so that the next attempt overwrites what an earlier one left.
      for (let done = 0; done < total; ) {
        done += writeSync(fd, block.bytes, start + done, total - done, this.#written + done);
      }
    });
    this.#written += total;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #path(state: 'open' | 'closed'): string {
    return join(this.#directory, `${this.id}.${state}`);
  }
}

function terminated(line: Uint8Array): Slice {
  const bytes = Buffer.allocUnsafe(line.length + 1);
  bytes.set(line);
  bytes[line.length] = LINE_FEED;
  return sliceOf(bytes);
}

function sliceOf(bytes: Buffer): Slice {
  return { block: { bytes }, start: 0, end: bytes.length };
}

/** Joins the slices; the result is valid until the next call. */
function gather(slices: readonly Slice[], total: number): Slice {
  if (slices.length === 1) return slices[0]!;
  const bytes = total <= gathered.length ? gathered : Buffer.allocUnsafe(total);
  let end = 0;
  for (const slice of slices) {
    bytes.set(slice.block.bytes.subarray(slice.start, slice.end), end);
    end += slice.end - slice.start;
  }
  return { block: { bytes }, start: 0, end };
}

function copy({ block, start, end }: Slice): Slice {
  return sliceOf(Buffer.from(block.bytes.subarray(start, end)));
}

function unusable(cause: unknown): GatewayError {
  return new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
}
