/** A fault that affects every session or client would otherwise add one line for each of them. */
const LOG_INTERVAL_MS = 10_000;

/**
 * Wraps a function that writes to the log so that it runs at most once per interval. Calls in between are dropped.
 *
 * @param intervalMs default: 10 seconds
 */
export function throttled<Arguments extends unknown[]>(
  write: (...args: Arguments) => void,
  intervalMs: number = LOG_INTERVAL_MS,
): (...args: Arguments) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    const now = performance.now();
    if (now - last < intervalMs) return;
    last = now;
    write(...args);
  };
}
