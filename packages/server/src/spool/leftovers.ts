import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { replay } from './replay.ts';

/** A worker whose primary was killed ends at once, but it may have to notice; milliseconds. */
const MAX_WAIT_MS = 10_000;
const TRY_MS = 50;

/**
 * Paths of the files that ended processes left behind in a directory of the spool, with what the journal held brought into them.
 * Only before a process records there.
 *
 * @throws GatewayError DATA_DIRECTORY_UNUSABLE
 */
export async function leftoversIn(directory: string): Promise<string[]> {
  try {
    await replay(directory);
    const names = await readdir(directory);
    return names.filter((name) => /\.(open|closed)$/.test(name)).map((name) => join(directory, name));
  } catch (cause) {
    throw new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
  }
}

/** The same of a worker's directory, as soon as the worker has let go of it. @throws GatewayError DATA_DIRECTORY_IN_USE as well */
export async function leftoversOfWorker(directory: string): Promise<string[]> {
  const claimed = await claim(directory);
  try {
    return await leftoversIn(directory);
  } finally {
    claimed.release();
  }
}

/** Of everybody who recorded in the spool: the gateway itself, and workers, also those of an earlier configuration. */
export async function allLeftovers(spool: string): Promise<string[]> {
  const paths = await leftoversIn(spool);
  const entries = await readdir(spool, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory() && /^\d+$/.test(entry.name))
      paths.push(...(await leftoversOfWorker(join(spool, entry.name))));
  }
  return paths;
}

/** Creates a directory of the spool if there is none. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
export async function makeSpoolDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
  }
}

async function claim(directory: string): Promise<DataDirectory> {
  for (let waited = 0; ; waited += TRY_MS) {
    try {
      return DataDirectory.claim(directory);
    } catch (error) {
      if (!isGatewayError(error, 'DATA_DIRECTORY_IN_USE') || waited >= MAX_WAIT_MS) throw error;
    }
    await delay(TRY_MS);
  }
}
