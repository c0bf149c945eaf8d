import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from './admin-tokens.ts';

const LIFETIME_MS = 12 * 60 * 60 * 1000;
/** Browsers that are signed in at the same time; the first one makes room for a new one. */
const MAX_SIGN_INS = 1000;
const ID_BYTES = 32;

interface SignIn {
  readonly identity: Identity;
  readonly expiry: number;
}

/**
 * The browsers that are signed in, in memory: signing out ends a sign-in at once, and a restart ends all of them. The
 * ids are stored as hashes, so that a copy of the memory does not contain any that could be used.
 */
export class SignIns {
  /** By the hash of the id; the oldest first. */
  readonly #signIns = new Map<string, SignIn>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Signs a browser in.
   *
   * @param expiry when the token expires, in milliseconds since the epoch
   */
  begin(identity: Identity, expiry: number): { readonly id: string; readonly lifetimeSeconds: number } {
    const now = this.#now();
    for (const [hash, signIn] of this.#signIns) {
      if (signIn.expiry > now && this.#signIns.size < MAX_SIGN_INS) break;
      this.#signIns.delete(hash);
    }
    const id = randomBytes(ID_BYTES).toString('base64url');
    const end = Math.min(now + LIFETIME_MS, expiry);
    this.#signIns.set(hashOf(id), { identity: { name: identity.name, roles: identity.roles }, expiry: end });
    return { id, lifetimeSeconds: Math.floor((end - now) / 1000) };
  }

  /** Who signed in with this id; undefined if nobody did, or if it has expired. */
  get(id: string): Identity | undefined {
    const signIn = this.#signIns.get(hashOf(id));
    return signIn !== undefined && signIn.expiry > this.#now() ? signIn.identity : undefined;
  }

  end(id: string): void {
    this.#signIns.delete(hashOf(id));
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
