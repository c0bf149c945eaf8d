import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { errorCode } from '../errors/error-code.ts';

/**
 * A descriptor that is kept back for the spool. A process that has as many sockets as it may have files could otherwise take messages but not write
 * them down.
 */
let spare = -1;

/**
 * Opens a file for `work` alone. There are as many sessions as connections: with a file open for each, every connection would cost two descriptors.
 *
 * @throws Error when it cannot be opened, when `work` throws, and when it cannot be closed: what was written may not be there then (close(2))
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

/** Keeps a descriptor back, unless there is one. The spool calls it before there are connections to take them all. */
export function reserveDescriptor(): void {
  if (spare !== -1) return;
  try {
    spare = openSync(devNull, 'r');
  } catch {
    // It is tried again the next time.
  }
}

function isOutOfDescriptors(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Linux has closed it whatever it says (close(2)). For when there is an error to tell of already, or what was written is not known any better. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // See above.
  }
}
