import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CanaryError } from '../errors/canary-error.ts';

const POLL_MS = 100;
/** The gateway promises to write within one second; the rest is a margin for a busy machine. */
const MAX_FLUSH_MS = 30_000;

/**
 * Checks that the gateway's files are on this machine. Even if dumps and catalog are on other servers, what the spool
 * contained can be seen only here.
 *
 * @throws CanaryError INPUT_UNREADABLE
 */
export async function checkDataDirectory(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    throw new CanaryError('INPUT_UNREADABLE', `There is no data directory ${path}`, {
      todo: 'Run the canary where the gateway runs, or say where its data is with --data or --config.',
      cause,
    });
  }
}

/** The size of a log in bytes, so that only what is appended later is searched. @throws CanaryError INPUT_UNREADABLE */
export async function logSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new CanaryError('INPUT_UNREADABLE', `The log ${path} cannot be read`, { cause });
  }
}

/** Waits until a text appears in a file of the spool. Returns false if it does not, or if the session ends before. */
export async function appearsInSpool(spool: string, marker: string, isOpen: () => boolean): Promise<boolean> {
  const end = performance.now() + MAX_FLUSH_MS;
  do {
    for (const name of await readdir(spool).catch(() => [])) {
      const content = await readFile(join(spool, name), 'latin1').catch(() => '');
      if (content.includes(marker)) return true;
    }
    await pause(POLL_MS);
  } while (isOpen() && performance.now() < end);
  return false;
}
