import type { Readable } from 'node:stream';

/**
 * Where finished dumps are kept. Keys are `<yyyy>/<mm>/<dd>/<id>.gz`; a key that would leave the storage (`..`, an absolute
 * path, an empty part) is refused.
 *
 * **Durability.** When `put` resolves, the whole object is there and survives a crash of machine and process; before that
 * nothing is visible under the key (no half objects). **Repeating.** `put` of the same key replaces the object. **Errors.** What
 * may work later rejects with `STORAGE_UNAVAILABLE` (retryable), a service that refuses what the configuration makes of it with
 * `STORAGE_MISCONFIGURED`. A stream that breaks off fails; it never just ends. No call waits for ever.
 */
export interface Storage {
  /**
   * Stores the file at `path` under `key`; the file itself stays. Resolves to the stored size in bytes.
   *
   * @param attributes kept with the object where the storage can (S3: its metadata), for whoever finds it without the catalog
   */
  put(key: string, path: string, attributes?: DumpAttributes): Promise<number>;
  /** A stream of the object's bytes; rejects with `DUMP_NOT_FOUND` before the stream exists when there is none. */
  get(key: string): Promise<Readable>;
  /** Removing what is not there is no error. */
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}

/** What is said of a dump beside its bytes. Nothing personal: whoever may list the storage can read it. */
export interface DumpAttributes {
  /** The policy's preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly policy: string;
  /** SHA-256 of the stored bytes, 64 hexadecimal digits in lower case. */
  readonly sha256: string;
}
