import { constants, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DUMP_HEAD } from '@rtcstats-server/dump';
import type { CleanLine } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { type ClosedSession, encodeEnd, encodeFacts, type SessionHeader, type SessionTrailer } from './record.ts';
import { withFile } from './with-file.ts';
import { type Block, type Journaled, MAX_ENTRY_LENGTH, type Slice, type WriteAheadLog } from './write-ahead-log.ts';

/** Who records into a file. */
export interface SpoolOwner {
  /** The file cannot be written. No more messages are taken; `close` tries once more, and says when that fails. */
  spoolFailed(error: Error): void;
}

/** A session that is over but could not be written to its end. What is missing is in memory. */
export interface UnwrittenSession {
  readonly facts: SessionHeader;
  /** Tries again. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
  write(): ClosedSession;
}

/** Bytes that wait for a write to the session's own file, at most. */
const WAITING_BYTES = 64 * 1024;

const LINE_FEED = 0x0a;

/** One buffer for all files: writes are synchronous, so it is free again afterwards. */
const gathered = Buffer.allocUnsafeSlow(2 * WAITING_BYTES);

/** The file of one session while it is recorded. */
export class SpoolFile implements Journaled {
  readonly id: string;
  readonly facts: SessionHeader;
  readonly #journal: WriteAheadLog;
  readonly #directory: string;
  readonly #owner: SpoolOwner;
  readonly #dumpStart: number;
  #state: 'open' | 'failed' | 'closed' = 'open';
  /** Lines wait that the file would not take. */
  #unwritten = false;
  #waiting: Slice[] = [];
  #waitingBytes = 0;
  #written = 0;
  #messages = 0;

  /** Made by `Spool.create`. */
  constructor(directory: string, journal: WriteAheadLog, facts: SessionHeader, metadata: CleanLine, owner: SpoolOwner) {
    this.id = facts.id;
    this.facts = facts;
    this.#directory = directory;
    this.#journal = journal;
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

  /** Writes what waits to the file. Does not throw: the owner is told. */
  flush(): void {
    if (this.#waitingBytes === 0 || this.#state !== 'open') return;
    try {
      this.#write();
    } catch (error) {
      this.#state = 'failed';
      this.#unwritten = true;
      // The blocks of the journal will hold other lines.
      this.#waiting = [copy(gather(this.#waiting, this.#waitingBytes))];
      this.#owner.spoolFailed(unusable(error));
    }
  }

  release(block: Block): boolean {
    if (this.#waiting[0]?.block === block) this.flush();
    return !this.#unwritten;
  }

  /** Ends the session and leaves nothing of it behind. */
  discard(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#unwritten = false;
    try {
      // First, so that a start after a crash in between does not bring it back.
      this.#journal.end(this.id);
    } catch {
      // What is brought back has no end, and is removed then: it is an upload.
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
    // Before anybody finishes and removes the file: what is in the journal must not bring it back.
    this.#journal.end(this.id);
    const path = this.#path('closed');
    renameSync(this.#path('open'), path);
    this.#unwritten = false;
    return { facts: this.facts, end, path, dumpStart: this.#dumpStart, dumpEnd };
  }

  #add(line: Uint8Array): void {
    const offset = this.#written + this.#waitingBytes;
    const journaled = line.length < MAX_ENTRY_LENGTH;
    // The journal may have this file written before it returns: the line must not count before it is among those that wait.
    const slice = journaled ? this.#journal.add(this, offset, line) : terminated(line);
    // Of a file that failed just now nothing more is written when a block is given up.
    this.#waiting.push(this.#state === 'open' ? slice : copy(slice));
    this.#waitingBytes += line.length + 1;
    if (!journaled) this.flush();
  }

  #write(): void {
    const total = this.#waitingBytes;
    const { block, start } = gather(this.#waiting, total);
    // Somebody who removed it meanwhile must not get one back that begins in the middle.
    const flags = this.#written === 0 ? constants.O_WRONLY | constants.O_CREAT : constants.O_WRONLY;
    withFile(this.#path('open'), flags, (fd) => {
      // A write may be short; what is missing then fails on its own, for example with ENOSPC. Each goes to its place, so that
      // the next try writes over what an earlier one left.
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

/** The slices in one piece; valid until the next call. */
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
