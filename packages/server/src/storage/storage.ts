import type { Readable } from 'node:stream';

/**
 * Stores finished dumps: takes them packed, and gives them back packed (dump-content/forms.ts). Keys are
 * `<yyyy>/<mm>/<dd>/<id>.gz`, or `.zst` for dumps that are compressed with zstd; a key that would leave the storage
 * (`..`, an absolute path, an empty part) is refused.
 *
 * **Durability.** When `put` resolves, the complete object survives a crash of process and machine. An incomplete
 * object is never visible under the key. **Repeating.** `put` of the same key replaces the object; of concurrent puts,
 * one wins completely. **Errors.** Failures that may pass reject with `STORAGE_UNAVAILABLE` (retryable), failures of
 * the configuration with `STORAGE_MISCONFIGURED`. A stream that breaks off ends with an error. Every call has a time-
 * out.
 */
export interface Storage {
  /**
   * Stores the file at `path` under `key`; the file itself stays. Resolves to the size of the file in bytes.
   *
   * @param attributes stored with the object where the storage can (S3: its metadata), for readers that do not have the
   * catalog
   */
  put(key: string, path: string, attributes?: DumpAttributes, options?: PutOptions): Promise<number>;
  /** Resolves to a stream of the object's bytes; rejects with `DUMP_NOT_FOUND` when there is no such object. */
  get(key: string): Promise<Readable>;
  /** Removes the object; does nothing when there is none. */
  delete(key: string): Promise<void>;
  /**
   * Removes several objects, with as few requests as possible. If it rejects, some of them are removed.
   *
   * @param keys any number
   */
  deleteMany(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Options of `Storage.put`. */
export interface PutOptions {
  /**
   * Nobody writes into the file any more, it is only removed, so a storage on the same file system may share its bytes.
   * Default: false.
   */
  readonly isFinal?: boolean;
  /**
   * The object is replaced because of what is in it, so that no copy of the earlier one may be readable where dumps are
   * encrypted. Not for a caller that may run twice at a time. Default: false.
   */
  readonly replaces?: boolean;
  /** The file is an age file. Default: false. */
  readonly isEncrypted?: boolean;
}

/** Metadata of a dump. It is not personal, because everybody who may list the storage can read it. */
export interface DumpAttributes {
  /** The policy's preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly policy: string;
  /** SHA-256 of the packed bytes, as in the receipt: 64 hexadecimal digits in lower case. */
  readonly sha256: string;
  /** Id of the dictionary that the dump was compressed with; absent if there is none. */
  readonly dictionary?: number;
}
