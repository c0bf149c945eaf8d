import { type CryptoKey, createLocalJWKSet, errors, type JWTHeaderParameters } from 'jose';
import { errorCode } from '../errors/error-code.ts';
import { boundedText } from '../net/bounded-text.ts';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

export interface RemoteKeysOptions {
  /** For how long a set counts without asking for it again, in milliseconds. */
  readonly maxAge?: number;
  /** The shortest time between two requests, in milliseconds: strangers can make up names of keys. */
  readonly cooldown?: number;
  /** How long an answer may take, in milliseconds. */
  readonly timeout?: number;
  /** Told when a request failed: a status, a code or a word; nothing that was sent. */
  readonly failed?: (reason: string) => void;
}

const MAX_AGE_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5000;
/** A key takes about half a KiB. */
const MAX_SET_BYTES = 256 * 1024;
/** Keys that are tried where a token does not say which one it was signed with. */
const MAX_CANDIDATES = 16;

/**
 * The keys at a JWKS URL (RFC 7517, section 5). Fetched when the first token asks for one and again when they are old or a token names a
 * key that is not among them. A set that was fetched is kept until another one is: an outage of its server stops nobody.
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
   * The keys that a token with this header may have been signed with; none if there is no such key, `undefined` if there was never an
   * answer from the URL.
   */
  async candidates(header: JWTHeaderParameters): Promise<readonly CryptoKey[] | undefined> {
    if (performance.now() - this.#fetchedAt >= this.#maxAge) await this.refresh();
    const found = await this.#find(header);
    if (found === undefined || found.length > 0) return found;
    const before = this.#keys;
    await this.refresh();
    return this.#keys === before ? found : await this.#find(header);
  }

  /** Asks the URL, unless it was asked a moment ago. Never rejects. */
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

  /** Ends a request that is under way. */
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
      // A redirect could lead to where `https` was not asked for.
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

/** What failed, without a message that might quote the answer. */
function wordFor(error: unknown): string {
  // The answer is not JSON, not a JWK Set, or too long for one.
  if (error instanceof SyntaxError || error instanceof errors.JWKSInvalid || error instanceof RangeError) {
    return 'no JWK Set';
  }
  const { name, cause } = error as Error;
  return errorCode(cause) ?? name;
}
