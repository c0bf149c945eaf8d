/** Failed attempts before a client has to wait; after that, one attempt per interval. */
const BURST = 10;
const INTERVAL_MS = 2000;
/** Clients to remember; the one whose last failure is longest ago makes room for a new one. */
const MAX_CLIENTS = 10_000;

interface Attempts {
  readonly failed: number;
  readonly at: number;
}

/** Limits the rate of failed sign-ins per client, so that nobody can guess the token. Uses bounded memory. */
export class FailedAttempts {
  readonly #clients = new Map<string, Attempts>();
  readonly #now: () => number;

  /** @param now the time in milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds until the client may try again; 0 if it may try now. */
  wait(client: string): number {
    const failed = this.#failed(client);
    return failed < BURST ? 0 : Math.ceil((failed - BURST + 1) * INTERVAL_MS);
  }

  add(client: string): void {
    const failed = this.#failed(client) + 1;
    this.#clients.delete(client);
    if (this.#clients.size >= MAX_CLIENTS) this.#clients.delete(this.#clients.keys().next().value as string);
    this.#clients.set(client, { failed, at: this.#now() });
  }

  #failed(client: string): number {
    const attempts = this.#clients.get(client);
    if (attempts === undefined) return 0;
    return Math.max(0, attempts.failed - (this.#now() - attempts.at) / INTERVAL_MS);
  }
}
