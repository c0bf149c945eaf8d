import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { peekBytes } from '@rtcstats-server/dump';
import type { DumpKeys } from '../catalog/dump-keys.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import { isDumpKey } from '../storage/format.ts';
import type { DumpAttributes, PutOptions, Storage } from '../storage/storage.ts';
import { AGE_MAGIC } from './age-header.ts';
import type { DumpEncryption } from './encryption.ts';
import { ownedReadable } from './owned-readable.ts';

export interface EncryptedStorageContext {
  readonly storage: Storage;
  /** The name of the storage, in the names of the keys (`DumpKey.object`). */
  readonly name: 'dumps' | 'quarantine';
  readonly keys: DumpKeys;
  readonly encryption: DumpEncryption;
  /** For encrypted dumps on their way to the storage. */
  readonly directory: string;
}

const MAGIC = Buffer.from(AGE_MAGIC);

/**
 * A storage that encrypts dumps, each with its own key, and decrypts those that are encrypted, whatever the settings
 * are now:
 *
 *     put      key in the catalog ──▶ encrypted file in `directory` ──▶ object in the storage
 *     delete   key in the catalog destroyed ──▶ object deleted
 *
 * A kill between the steps of `put` leaves a key without an object, which the next `put` of the same object uses and
 * `delete` destroys. One between the steps of `delete` leaves an object that nobody can read; `get` answers that there
 * is none, and the repeated `delete` removes it.
 */
export class EncryptedStorage implements Storage {
  readonly #context: EncryptedStorageContext;

  constructor(context: EncryptedStorageContext) {
    this.#context = context;
  }

  async put(key: string, path: string, attributes?: DumpAttributes, options: PutOptions = {}): Promise<number> {
    const { storage, keys, encryption } = this.#context;
    // Parquet files of the export are not encrypted, because other programs read them.
    if (!isDumpKey(key)) return await storage.put(key, path, attributes, options);
    if (encryption.isOn) return await this.#putEncrypted(key, path, attributes, options);
    const bytes = await storage.put(key, path, attributes, options);
    // The earlier object may have been encrypted.
    if (options.replaces) await keys.remove([this.#object(key)]);
    return bytes;
  }

  async #putEncrypted(
    key: string,
    path: string,
    attributes: DumpAttributes | undefined,
    { replaces = false }: PutOptions,
  ): Promise<number> {
    const { storage, keys, encryption, directory } = this.#context;
    const object = this.#object(key);
    const recipient = await this.#recipientFor(object, replaces);
    makePrivateDirectory(directory);
    const encrypted = join(directory, `${randomUUID()}.age`);
    try {
      const bytes = await encrypting(() => encryption.encryptFile(path, encrypted, recipient));
      await storage.put(key, encrypted, attributes, { isFinal: true, isEncrypted: true });
      if (replaces) await keys.removeOthers(object, recipient);
      // Removed meanwhile, by a deletion or by a replacement. The caller tries again, with a new key.
      const isKept = (await keys.of(object)).some((found) => found.recipient === recipient);
      if (!isKept) throw new GatewayError('STORAGE_UNAVAILABLE', 'The key of a dump was destroyed while it was stored');
      return bytes;
    } finally {
      await rm(encrypted, { force: true });
    }
  }

  async #recipientFor(object: string, replaces: boolean): Promise<string> {
    const { keys, encryption } = this.#context;
    const [existing] = replaces ? [] : await keys.of(object);
    if (existing !== undefined) return existing.recipient;
    const { recipient, wrapped } = await encryption.newKey();
    const key = { object, sessionId: sessionOf(object), recipient, wrapped, createdAt: new Date().toISOString() };
    if (!replaces) return await keys.keep(key);
    await keys.add(key);
    return recipient;
  }

  async get(key: string): Promise<Readable> {
    const stored = await this.#context.storage.get(key);
    if (!isDumpKey(key)) return stored;
    try {
      // Between two reads nothing listens, and an error without a listener would end the process.
      stored.on('error', () => {});
      const { start, chunks } = await peekBytes(stored, MAGIC.length);
      return ownedReadable(stored, MAGIC.equals(start) ? await this.#decrypted(key, chunks) : chunks);
    } catch (error) {
      stored.destroy();
      throw error;
    }
  }

  async #decrypted(key: string, chunks: AsyncIterator<Uint8Array>): Promise<AsyncIterator<Uint8Array>> {
    const { keys, encryption } = this.#context;
    const found = await keys.of(this.#object(key));
    if (found.length === 0) {
      const todo = 'The session was removed, or the catalog is older than the dump. Nobody can read the dump.';
      throw new GatewayError('DUMP_NOT_FOUND', 'The key of the dump is not in the catalog', { todo });
    }
    return await encryption.decrypt(
      chunks,
      found.map(({ wrapped }) => wrapped),
    );
  }

  async delete(key: string): Promise<void> {
    await this.deleteMany([key], () => this.#context.storage.delete(key));
  }

  async deleteMany(keys: readonly string[], remove = () => this.#context.storage.deleteMany(keys)): Promise<void> {
    const dumps = keys.filter(isDumpKey).map((key) => this.#object(key));
    if (dumps.length > 0) await this.#context.keys.remove(dumps);
    await remove();
  }

  async close(): Promise<void> {
    await this.#context.storage.close();
  }

  #object(key: string): string {
    return `${this.#context.name}/${key}`;
  }
}

/** Dumps are named after their session. */
function sessionOf(object: string): string {
  return basename(object, extname(object));
}

/** A full disk, for example, must look like one of the storage, which is tried again. */
async function encrypting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof GatewayError ? error : new GatewayError('STORAGE_UNAVAILABLE', undefined, { cause: error });
  }
}
