import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all bytes to a place in a file. A single write may be short, for example on a disk that becomes full; the rest
 * is then written again, and fails with the error that explains it (`ENOSPC`).
 */
export async function writeAll(file: Pick<FileHandle, 'write'>, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
