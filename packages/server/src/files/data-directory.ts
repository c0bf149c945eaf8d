import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory, makePrivateFile } from './private-files.ts';

/** `SQLITE_BUSY` (https://sqlite.org/rescode.html#busy) */
const SQLITE_BUSY = 5;

/**
 * The exclusive right to write in a data directory. Two gateways in one directory would finish each other's sessions.
 *
 * It is the write lock of an empty SQLite database, `<data>/lock`. The operating system releases it when the process
 * ends in any way; a file with a process id could be stale after a kill -9.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: DatabaseSync;

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Creates the directory if it is missing. Nobody else may enter it: a read lock of another user would keep the
   * gateway out of its own files.
   *
   * @throws GatewayError DATA_DIRECTORY_IN_USE or DATA_DIRECTORY_UNUSABLE
   */
  static claim(path: string): DataDirectory {
    let lock: DatabaseSync | undefined;
    try {
      makePrivateDirectory(path);
      const file = join(path, 'lock');
      makePrivateFile(file);
      lock = new DatabaseSync(file, { timeout: 0 });
      // Nothing is ever written to the database, so its rollback journal can stay in memory.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return new DataDirectory(path, lock);
    } catch (cause) {
      lock?.close();
      const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
      throw busy
        ? new GatewayError('DATA_DIRECTORY_IN_USE', `Another gateway is using the data directory ${path}`)
        : new GatewayError('DATA_DIRECTORY_UNUSABLE', `The data directory ${path} cannot be written`, { cause });
    }
  }

  /** Safe to call twice. */
  release(): void {
    if (this.#lock.isOpen) this.#lock.close();
  }
}
