/**
 * The pause before another try, in milliseconds: twice as long each time, up to the longest; from half of it to all of it, so that
 * what failed together does not come back together.
 */
export function backoff(tries: number, first: number, longest: number): number {
  return Math.min(first * 2 ** tries, longest) * (0.5 + Math.random() / 2);
}
