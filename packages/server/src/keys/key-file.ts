import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import { KEY_BYTES } from './key-text.ts';

/** The file of the pseudonym key, used when none is configured. */
export function keyFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys', 'pseudonyms.key');
}

/** The file of the key of the tombstones (lifecycle/subjects/tombstones.ts). */
export function tombstoneKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys', 'tombstones.key');
}

/** The key in a file, or `undefined` without the file. @throws GatewayError KEY_UNUSABLE */
export function readKeyFile(path: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new GatewayError('KEY_UNUSABLE', `${path} cannot be read (${errorCode(cause)})`, { cause });
  }
  if (bytes.length === KEY_BYTES) return bytes;
  throw new GatewayError('KEY_UNUSABLE', `${path} is not a key: it has ${bytes.length} bytes, not ${KEY_BYTES}`);
}

/**
 * Creates a key in a file that only its owner may read, in a directory that only its owner may enter. An existing key
 * is never replaced, even if another process creates it meanwhile, because every existing pseudonym depends on it.
 *
 * @param bytes the key; default: random
 * @throws GatewayError KEY_UNUSABLE
 */
export function makeKeyFile(path: string, bytes: Uint8Array = randomBytes(KEY_BYTES)): Uint8Array {
  const directory = dirname(path);
  const draft = `${path}.${process.pid}.new`;
  try {
    makePrivateDirectory(directory);
    writeDurably(draft, bytes);
    try {
      // Unlike a rename, a link fails when the name is taken.
      linkSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    syncParent(path);
    return bytes;
  } catch (cause) {
    const present = errorCode(cause) === 'EEXIST' ? readKeyFile(path) : undefined;
    if (present !== undefined) return present;
    throw new GatewayError('KEY_UNUSABLE', `${path} cannot be created (${errorCode(cause)})`, { cause });
  }
}

/** Writes a new file that only its owner may read, through to the disk. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  // Removes the temporary file; one that a killed process left behind is harmless.
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes the names in the directory of a file through to the disk. */
export function syncParent(path: string): void {
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
