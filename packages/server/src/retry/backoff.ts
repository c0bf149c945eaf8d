/**
 * Exponential backoff with equal jitter: the pause before the next try doubles with every try up to `maxMs`, and is
 * then cut to a random 50-100 % of that, so that clients which failed together do not retry together.
 *
 * @param tries tries so far, from 0
 * @returns milliseconds
 */
export function backoff(tries: number, firstMs: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** tries, maxMs) * (0.5 + Math.random() / 2);
}
