import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors/error-code.ts';
import { makePrivateDirectory, PRIVATE_FILE_MODE } from '../files/private-files.ts';

/** The file with the last checkpoint of this gateway, for operators to copy to another machine. */
export function checkpointFile(dataDirectory: string): string {
  return join(dataDirectory, 'audit', 'checkpoint');
}

/** The signed note in the file; undefined without the file. @throws Error of the file system */
export async function readCheckpointFile(dataDirectory: string): Promise<string | undefined> {
  try {
    return await readFile(checkpointFile(dataDirectory), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file at once: after a crash it has the old content or the new one. @throws Error of the file system */
export async function writeCheckpointFile(dataDirectory: string, note: string): Promise<void> {
  const path = checkpointFile(dataDirectory);
  makePrivateDirectory(join(dataDirectory, 'audit'));
  await writeFile(`${path}.new`, note, { mode: PRIVATE_FILE_MODE, flush: true });
  await rename(`${path}.new`, path);
}

/** Keeps the checkpoint of another log under another name, as evidence. @throws Error of the file system */
export async function setCheckpointFileAside(dataDirectory: string): Promise<void> {
  const path = checkpointFile(dataDirectory);
  await rename(path, `${path}.${Date.now()}`);
}
