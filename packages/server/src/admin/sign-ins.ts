import { createHash, randomBytes } from 'node:crypto';

const LIFETIME_MS = 12 * 60 * 60 * 1000;
/** Browsers that are signed in at the same time; the first one makes room for a new one. */
const MAX_SIGN_INS = 1000;
const ID_BYTES = 32;

/**
 * The browsers that are signed in, in memory: signing out ends a sign-in at once, and a restart ends all of them. The
 * ids are stored as hashes, so that a copy of the memory does not contain any that could be used.
 */
export class SignIns {
  /** Hash of the id → when it expires; the first to expire first. */
  readonly #expiries = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Signs a browser in. */
  begin(): { readonly id: string; readonly lifetimeSeconds: number } {
    const now = this.#now();
    for (const [hash, expiry] of this.#expiries) {
      if (expiry > now && this.#expiries.size < MAX_SIGN_INS) break;
      this.#expiries.delete(hash);
    }
    const id = randomBytes(ID_BYTES).toString('base64url');
    this.#expiries.set(hashOf(id), now + LIFETIME_MS);
    return { id, lifetimeSeconds: LIFETIME_MS / 1000 };
  }

  has(id: string): boolean {
    return (this.#expiries.get(hashOf(id)) ?? 0) > this.#now();
  }

  end(id: string): void {
    this.#expiries.delete(hashOf(id));
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
