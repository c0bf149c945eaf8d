import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory, PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../files/private-files.ts';
import { checkKey } from './key.ts';
import type { DumpAttributes, PutOptions, Storage } from './storage.ts';

const PERMISSION_BITS = 0o777;
/** Directory of incomplete copies. Inside the storage's directory, because a rename must not cross file systems. */
const INCOMING = '.incoming';

/** More would take all threads of libuv from the spool. */
const DELETES_AT_ONCE = 2;

interface LocalOptions {
  /** Whether to remove incomplete copies that a crash left. Only for the gateway that owns the directory. */
  readonly clean?: boolean;
  /** Whether to create a missing directory; the default. */
  readonly create?: boolean;
}

/**
 * Dumps as files of one directory.
 *
 *     <directory>/<yyyy>/<mm>/<dd>/<id>.gz    finished dumps; `.zst` if they are compressed with zstd
 *     <directory>/.incoming/<uuid>            copies being written, or second names of files that are final; `open`
 *                                             removes those that a crash left
 *
 * A copy is flushed to disk (fsync) before the rename and its directory after it, so that a visible key has all its
 * bytes even after a power cut.
 */
export class LocalStorage implements Storage {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string, options: LocalOptions = {}): Promise<LocalStorage> {
    const incoming = join(directory, INCOMING);
    await unavailable(async () => {
      if (options.create !== false) {
        makePrivateDirectory(directory);
        makePrivateDirectory(incoming);
      }
      if (!options.clean) return;
      for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true });
    });
    return new LocalStorage(directory);
  }

  put(key: string, path: string, _?: DumpAttributes, { isFinal = false }: PutOptions = {}): Promise<number> {
    const target = this.#path(key);
    return unavailable(async () => {
      const copy = join(this.#directory, INCOMING, randomUUID());
      try {
        if (!(isFinal && (await isLinked(path, copy)))) await copyFile(path, copy);
        const size = await syncPrivate(copy);
        await renameInto(copy, target);
        await sync(dirname(target));
        return size;
      } catch (error) {
        await rm(copy, { force: true });
        throw error;
      }
    });
  }

  async get(key: string): Promise<Readable> {
    const file = await openToRead(this.#path(key));
    return file.createReadStream();
  }

  delete(key: string): Promise<void> {
    const path = this.#path(key);
    return unavailable(() => rm(path, { force: true }));
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => this.#path(key));
    for (let start = 0; start < paths.length; start += DELETES_AT_ONCE) {
      const some = paths.slice(start, start + DELETES_AT_ONCE);
      await unavailable(() => Promise.all(some.map((path) => rm(path, { force: true }))));
    }
  }

  async close(): Promise<void> {}

  #path(key: string): string {
    return join(this.#directory, checkKey(key));
  }
}

/** Opens a stored or quarantined dump; rejects with `DUMP_NOT_FOUND` when it does not exist. */
async function openToRead(path: string): ReturnType<typeof open> {
  return await unavailable(async () => {
    try {
      return await open(path, 'r');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw new GatewayError('DUMP_NOT_FOUND');
      throw error;
    }
  });
}

/**
 * Gives a file a second name, which is cheaper than a copy of it. Returns false where that is not possible, such as on
 * another file system; a copy says better what is wrong.
 */
async function isLinked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch {
    return false;
  }
}

/** Flushes a file to the disk; resolves to its size. A copy has the mode of the original, which is changed first. */
async function syncPrivate(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const { mode, size } = await handle.stat();
    if ((mode & PERMISSION_BITS) !== PRIVATE_FILE_MODE) await handle.chmod(PRIVATE_FILE_MODE);
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

/** Flushes a directory to the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates the directory of the day only when the rename fails, which is once per day instead of once per dump. */
async function renameInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(to), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
    await rename(from, to);
  }
}

async function unavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('STORAGE_UNAVAILABLE', undefined, { cause: error });
  }
}
