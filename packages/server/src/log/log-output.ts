import { write } from 'node:fs';
import { errorCode } from '../errors/error-code.ts';

/** Text that waits while the destination takes none, in bytes; what exceeds it is dropped. */
const MAX_BACKLOG_BYTES = 128 * 1024;
/** Pause before a full pipe or terminal is tried again, in milliseconds. */
const FULL_RETRY_MS = 20;
/** The same after any other error, such as a full disk or a reader that has left. */
const ERROR_RETRY_MS = 500;

/**
 * A bounded buffer in front of standard output that never blocks the caller, whatever standard output is: a pipe or a
 * socket that nobody reads, a terminal after Ctrl-S, a file on a disk that hangs.
 *
 * Text is written by a thread of libuv's pool, in one write at a time. Streams of Node.js would not do: on a terminal
 * or a file they write synchronously, and on a pipe their buffer is unbounded. A non-blocking descriptor would not do
 * either, because the flag is shared with other processes, which may clear it.
 *
 * A record that does not fit is dropped as a whole, so that those that are written stay whole lines.
 */
export class LogOutput {
  readonly #fd: number;
  /** Called when text is written again after some was dropped. */
  readonly #recovered: (lines: number) => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** The rest of the batch that is being written, empty between batches. */
  #batch: Buffer = Buffer.alloc(0);
  #dropped = 0;
  #reported = 0;
  #onEmpty: (() => void)[] = [];

  /** @param recovered called with the number of lines that were dropped, once the backlog has been written */
  constructor(fd: number, recovered: (lines: number) => void) {
    this.#fd = fd;
    this.#recovered = recovered;
  }

  /** Lines that were dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line with its line feed */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#backlog + bytes.length > MAX_BACKLOG_BYTES) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#batch.length === 0) this.#next();
  }

  /** Resolves to true when everything is written, or to false after `milliseconds`. */
  async flush(milliseconds: number): Promise<boolean> {
    if (this.#backlog === 0) return true;
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, milliseconds, false);
      this.#onEmpty.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  get #backlog(): number {
    return this.#batch.length + this.#waitingBytes;
  }

  #next(): void {
    this.#batch = Buffer.concat(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writeBatch();
  }

  #writeBatch(): void {
    write(this.#fd, this.#batch, 0, this.#batch.length, null, (error, written) => {
      if (error) {
        // The timer does not keep the process alive; `flush` decides how long the end waits.
        setTimeout(() => this.#writeBatch(), errorCode(error) === 'EAGAIN' ? FULL_RETRY_MS : ERROR_RETRY_MS).unref();
        return;
      }
      this.#batch = this.#batch.subarray(written);
      if (this.#batch.length > 0) this.#writeBatch();
      else if (this.#waiting.length > 0) this.#next();
      else this.#empty();
    });
  }

  #empty(): void {
    const lines = this.#dropped - this.#reported;
    this.#reported = this.#dropped;
    // The report is text as well, so it may fill the buffer again.
    if (lines > 0) this.#recovered(lines);
    if (this.#backlog > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}
