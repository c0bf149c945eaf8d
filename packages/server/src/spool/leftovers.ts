import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import { replay } from './replay.ts';

/** How long to wait for a worker that ends because its primary was killed, in milliseconds. */
const MAX_WAIT_MS = 10_000;
const TRY_MS = 50;

/**
 * Finds the files that ended processes left behind in a directory of the spool, after the write-ahead log was replayed
 * into them. To be called before a process records there.
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

/**
 * The same for a worker's directory, once the worker has released it.
 *
 * @throws GatewayError DATA_DIRECTORY_UNUSABLE or DATA_DIRECTORY_IN_USE
 */
export async function leftoversOfWorker(directory: string): Promise<string[]> {
  const claimed = await claim(directory);
  try {
    return await leftoversIn(directory);
  } finally {
    claimed.release();
  }
}

/** Finds the leftovers of the gateway itself and of all workers, including those of an earlier configuration. */
export async function allLeftovers(spool: string): Promise<string[]> {
  const paths = await leftoversIn(spool);
  const entries = await readdir(spool, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory() && /^\d+$/.test(entry.name))
      paths.push(...(await leftoversOfWorker(join(spool, entry.name))));
  }
  return paths;
}

/** Creates a directory of the spool if it is missing. @throws GatewayError DATA_DIRECTORY_UNUSABLE */
export async function makeSpoolDirectory(directory: string): Promise<void> {
  try {
    makePrivateDirectory(directory);
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
