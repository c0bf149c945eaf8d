import { type CryptoKey, createLocalJWKSet, errors, type JWTHeaderParameters } from 'jose';
import { errorCode } from '../errors/error-code.ts';
import { boundedText } from '../net/bounded-text.ts';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

export interface RemoteKeysOptions {
  /** How long a set is used before it is fetched again, in milliseconds. */
  readonly maxAge?: number;
  /** The shortest time between two requests, in milliseconds, because anybody can send tokens with made-up key ids. */
  readonly cooldown?: number;
  /** How long a response may take, in milliseconds. */
  readonly timeout?: number;
  /** Called when a request has failed, with a status, a code or a word, but nothing of the response. */
  readonly failed?: (reason: string) => void;
}

const MAX_AGE_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5000;
/** One key takes about half a KiB. */
const MAX_SET_BYTES = 256 * 1024;
/** The most keys that are tried for a token without a key id. */
const MAX_CANDIDATES = 16;

/**
 * The keys at a JWKS URL (RFC 7517, section 5). They are fetched when the first token needs them, and again when they
 * are old or a token names an unknown key. A set is used until the next one has been fetched, so that an outage of the
 * URL's server does not keep clients out.
 */
export class RemoteKeys {
  readonly #url: string;
  readonly #maxAge: number;
  readonly #cooldown: number;
  readonly #timeout: number;
  readonly #failed: (reason: string) => void;
  readonly #closing = new AbortController();
  #keys: LocalKeys | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #request: Promise<void> | undefined;

  constructor(url: string, options: RemoteKeysOptions = {}) {
    this.#url = url;
    this.#maxAge = options.maxAge ?? MAX_AGE_MS;
    this.#cooldown = options.cooldown ?? COOLDOWN_MS;
    this.#timeout = options.timeout ?? TIMEOUT_MS;
    this.#failed = options.failed ?? (() => {});
  }

  /**
   * The keys that a token with this header may have been signed with. Empty if there is no such key, `undefined` if the
   * URL has never answered.
   */
  async candidates(header: JWTHeaderParameters): Promise<readonly CryptoKey[] | undefined> {
    if (performance.now() - this.#fetchedAt >= this.#maxAge) await this.refresh();
    const found = await this.#find(header);
    if (found === undefined || found.length > 0) return found;
    const before = this.#keys;
    await this.refresh();
    return this.#keys === before ? found : await this.#find(header);
  }

  /** Fetches the keys, unless that was tried within the cooldown. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#request === undefined) {
      const now = performance.now();
      if (now - this.#askedAt < this.#cooldown) return;
      this.#askedAt = now;
      this.#request = this.#fetch().finally(() => {
        this.#request = undefined;
      });
    }
    await this.#request;
  }

  /** Aborts a pending request. */
  close(): void {
    this.#closing.abort();
  }

  async #find(header: JWTHeaderParameters): Promise<readonly CryptoKey[] | undefined> {
    if (this.#keys === undefined) return undefined;
    try {
      return [await this.#keys(header)];
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return [];
      const keys: CryptoKey[] = [];
      for await (const key of error) if (keys.push(key) === MAX_CANDIDATES) break;
      return keys;
    }
  }

  async #fetch(): Promise<void> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(this.#timeout), this.#closing.signal]);
      // A redirect could lead to a URL without `https`.
      const response = await fetch(this.#url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
      if (response.status !== 200) {
        await response.body?.cancel();
        this.#failed(`status ${response.status}`);
        return;
      }
      this.#keys = createLocalJWKSet(JSON.parse(await boundedText(response, MAX_SET_BYTES)) as never);
      this.#fetchedAt = performance.now();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failed(wordFor(error));
    }
  }
}

/** Describes an error without its message, which might quote the response. */
function wordFor(error: unknown): string {
  // The answer is not JSON, not a JWK Set, or too long for one.
  if (error instanceof SyntaxError || error instanceof errors.JWKSInvalid || error instanceof RangeError) {
    return 'not a JWK Set';
  }
  const { name, cause } = error as Error;
  return errorCode(cause) ?? name;
}
