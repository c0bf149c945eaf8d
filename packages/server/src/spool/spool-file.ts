import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DUMP_HEAD } from '@rtcstats-server/dump';
import type { CleanLine } from '@rtcstats-server/privacy';

import { type ClosedSession, encodeEnd, encodeFacts, type SessionEnd, type SessionFacts } from './record.ts';
import { type Spool, spoolError } from './spool.ts';

/** Who records into a file. */
export interface SpoolOwner {
  /** The file cannot be written any more. What was written stays, and `close` will say that it is a leftover. */
  spoolFailed(error: Error): void;
}

/** Bytes that may wait in memory for a write. */
const PENDING_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** One buffer for all files: writes are synchronous, so it is free again when `flush` returns. */
const gathered = Buffer.allocUnsafeSlow(2 * PENDING_BYTES);

/** The file of one session while it is recorded. */
export class SpoolFile {
  readonly facts: SessionFacts;
  readonly #spool: Spool;
  readonly #owner: SpoolOwner;
  readonly #dumpStart: number;
  #fd = -1;
  #failed = false;
  #waiting: Uint8Array[];
  #waitingBytes: number;
  #written = 0;
  #messages = 0;

  /** Made by `Spool.create`. */
  constructor(spool: Spool, facts: SessionFacts, metadata: CleanLine, owner: SpoolOwner) {
    this.#spool = spool;
    this.facts = facts;
    this.#owner = owner;
    const head = encodeFacts(facts);
    this.#dumpStart = Buffer.byteLength(head);
    this.#waiting = [Buffer.from(`${head}${DUMP_HEAD}`), metadata];
    this.#waitingBytes = byteLength(this.#waiting);
    spool.schedule(this);
  }

  /** Size of the dump so far, in bytes. */
  get bytes(): number {
    return this.#written + this.#waitingBytes - this.#dumpStart;
  }

  /** Adds a message. The bytes must not change until they are written. */
  append(message: CleanLine): void {
    if (this.#failed) return;
    this.#messages++;
    if (this.#waitingBytes === 0) this.#spool.schedule(this);
    this.#waiting.push(message);
    this.#waitingBytes += message.length + 1;
    if (this.#waitingBytes >= PENDING_BYTES) this.flush();
  }

  /** Writes what waits. Does not throw: the owner is told. */
  flush(): void {
    if (this.#waitingBytes === 0 || this.#failed) return;
    const first = this.#fd === -1;
    try {
      this.#write();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (first) this.#spool.recording(this.facts);
  }

  /**
   * Ends the session: the close event, the end record, the new name. Returns the path alone when the file could not be
   * written to its end; recovery makes of it what can be made.
   */
  close(closeEvent: CleanLine, end: Omit<SessionEnd, 'messages'>): ClosedSession | string {
    const messages = this.#messages;
    const record: SessionEnd = { ...end, messages };
    const dumpEnd = this.#written + this.#waitingBytes + closeEvent.length + 1;
    const trailer = encodeEnd(record);
    if (!this.#failed) {
      this.#waiting.push(closeEvent, Buffer.from(trailer.slice(0, -1)));
      this.#waitingBytes += closeEvent.length + 1 + Buffer.byteLength(trailer);
      try {
        this.#write();
        closeSync(this.#fd);
        this.#fd = -1;
        renameSync(this.#path('open'), this.#path('closed'));
        return { facts: this.facts, end: record, path: this.#path('closed'), dumpStart: this.#dumpStart, dumpEnd };
      } catch (error) {
        this.#fail(error);
      }
    }
    return this.#path('open');
  }

  #write(): void {
    if (this.#fd === -1) this.#fd = openSync(this.#path('open'), 'ax', 0o600);
    const total = this.#waitingBytes;
    const bytes = total <= gathered.length ? gathered : Buffer.allocUnsafe(total);
    let offset = 0;
    for (const line of this.#waiting) {
      bytes.set(line, offset);
      offset += line.length;
      bytes[offset++] = LINE_FEED;
    }
    // A write may be short; what is missing then fails on its own, for example with ENOSPC.
    for (let done = 0; done < total; ) done += writeSync(this.#fd, bytes, done, total - done);
    this.#written += total;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #fail(cause: unknown): void {
    this.#failed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#fd !== -1) {
      try {
        // Back to the last whole line, as far as the disk lets us; recovery would cut it off as well.
        ftruncateSync(this.#fd, this.#written);
      } catch {}
      try {
        closeSync(this.#fd);
      } catch {}
      this.#fd = -1;
    }
    this.#owner.spoolFailed(spoolError(cause));
  }

  #path(state: 'open' | 'closed'): string {
    return join(this.#spool.directory, `${this.facts.id}.${state}`);
  }
}

function byteLength(lines: readonly Uint8Array[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
