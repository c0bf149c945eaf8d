/** So much a second, and so many seconds' worth of it at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burstSeconds: number;
}

/** Lets through what comes no faster than its rate (token bucket). Starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.perSecond * rate.burstSeconds;
    this.#filledAt = now;
  }

  /** Takes one token if there is one. */
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
