export interface Rate {
  /** Events per second. */
  readonly perSecond: number;
  /** Seconds' worth of events that may come at once. */
  readonly burstSeconds: number;
}

/** Limits events to a rate. Starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.perSecond * rate.burstSeconds;
    this.#filledAt = now;
  }

  /** Takes a token. Returns false if there is none. */
  take(now: number): boolean {
    const { perSecond, burstSeconds } = this.#rate;
    const filled = this.#tokens + ((now - this.#filledAt) / 1000) * perSecond;
    this.#tokens = Math.min(filled, perSecond * burstSeconds);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
