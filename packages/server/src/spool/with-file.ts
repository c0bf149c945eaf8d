import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { errorCode } from '../errors/error-code.ts';

/**
 * A descriptor that is reserved for the spool. Otherwise a process whose sockets have used up its descriptors could
 * receive messages but not write them.
 */
let spare = -1;

/**
 * Opens a file for the time of `work`. If the file of each session stayed open, every connection would cost two
 * descriptors.
 *
 * @throws Error when it cannot be opened, when `work` throws, or when it cannot be closed, since the data may be lost
 * then (close(2))
 */
export function withFile(path: string, flags: number, work: (fd: number) => void): void {
  const fd = open(path, flags);
  try {
    work(fd);
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  closeSync(fd);
  reserveDescriptor();
}

function open(path: string, flags: number): number {
  reserveDescriptor();
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (spare === -1 || !isOutOfDescriptors(error)) throw error;
    closeQuietly(spare);
    spare = -1;
    return openSync(path, flags, 0o600);
  }
}

/** Reserves the descriptor unless it is reserved. The spool calls it before connections can use up all descriptors. */
export function reserveDescriptor(): void {
  if (spare !== -1) return;
  try {
    spare = openSync(devNull, 'r');
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
