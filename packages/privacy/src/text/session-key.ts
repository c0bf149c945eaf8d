import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

type Keyed = ReturnType<typeof hmac.create>;

const KEY_BYTES = 32;
/**
 * A session has some dozens of values; only a hostile client gets beyond the limit, and then pays with an HMAC each.
 */
const MAX_CACHED = 1024;
/** Longer values are computed each time, so that the cache stays small. */
const MAX_CACHED_LENGTH = 256;

/**
 * A random key that lives as long as one session and is never written anywhere. It replaces values that have to be
 * compared within the session, but must neither be computed from anything nor link two sessions, which is why the
 * long-lived key of pseudonyms will not do. HMAC-SHA-256 (RFC 2104).
 */
export class SessionKey {
  /** Created with the first value, because most sessions of applications and all idle ones need none. */
  #key: Uint8Array | undefined;
  /** HMAC after the key, from which each computation continues. */
  #keyed: Keyed | undefined;
  /** Reused, because creating the object costs as much as computing a short HMAC. */
  #work: Keyed | undefined;
  readonly #known = new Map<string, Uint8Array>();

  /** `key` is for tests, which compare the results of two sessions; without it, the key is random. */
  constructor(key?: Uint8Array) {
    this.#key = key;
  }

  /** The key itself, for another thread. Kept in memory only, like everything that the session remembers. */
  get bytes(): Uint8Array {
    this.#key ??= crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    return this.#key;
  }

  /** Continues with the key of another thread. */
  restore(bytes: Uint8Array): void {
    if (this.#key?.every((byte, at) => byte === bytes[at])) return;
    this.#key = bytes;
    this.#keyed = undefined;
    this.#known.clear();
  }

  /** 32 bytes that depend on `text` and on `purpose`, which keeps equal texts of different meanings apart. */
  digest(purpose: string, text: string): Uint8Array {
    const name = `${purpose}\u0000${text}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#keyed ??= hmac.create(sha256, this.bytes);
    const work = this.#keyed._cloneInto(this.#work) as Keyed;
    this.#work = work;
    const digest = work.update(utf8ToBytes(name)).digest();
    if (name.length > MAX_CACHED_LENGTH) return digest;
    if (this.#known.size >= MAX_CACHED) this.#known.clear();
    // `name` is a new string and does not keep the message in memory that `text` may be a part of: it is flattened
    // when it is hashed.
    this.#known.set(name, digest);
    return digest;
  }
}
