import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { errorCode } from '../errors/error-code.ts';

/**
 * Descriptors that are reserved for the spool. Otherwise a process whose sockets have used up its descriptors could
 * receive messages but not write them. One is needed at a time; there are several because another thread may take the
 * one that was just given up, for example to accept a connection.
 */
const reserved: number[] = [];
const RESERVED = 4;

/**
 * How long to wait for a descriptor, and between two attempts, in milliseconds. Below the promised second, because the
 * lines of other sessions wait behind it.
 */
const MAX_WAIT_MS = 500;
const WAIT_MS = 5;
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Opens a file for the time of `work`. If the file of each session stayed open, every connection would cost two
 * descriptors.
 *
 * @throws Error when it cannot be opened, when `work` throws, or when it cannot be closed, since the data may be lost
 * then (close(2))
 */
export function withFile(path: string, flags: number, work: (fd: number) => void): void {
  const fd = openFile(path, flags);
  try {
    work(fd);
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  closeSync(fd);
  reserveDescriptors();
}

/**
 * As `openSync`, with access for this user only. Without a free descriptor, gives up the reserved ones, one after the
 * other, and then waits for the next, which blocks only this thread.
 */
export function openFile(path: string, flags: number | string): number {
  const end = performance.now() + MAX_WAIT_MS;
  for (;;) {
    try {
      return openSync(path, flags, 0o600);
    } catch (error) {
      if (!isOutOfDescriptors(error) || performance.now() >= end) throw error;
    }
    const fd = reserved.pop();
    if (fd === undefined) Atomics.wait(NEVER, 0, 0, WAIT_MS);
    else closeQuietly(fd);
  }
}

/** Reserves the descriptors that are missing. The spool calls it before connections can use up all of them. */
export function reserveDescriptors(): void {
  try {
    while (reserved.length < RESERVED) reserved.push(openSync(devNull, 'r'));
  } catch {
    // The next call tries again.
  }
}

function isOutOfDescriptors(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

/**
 * Closes a descriptor without an error, for callers that already have one to report. Linux closes it even if it reports
 * one (close(2)).
 */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // See above.
  }
}
