/** Milliseconds of CPU time that `work` takes in this thread: on a busy machine a clock would also count the others. */
export function timeOf(work: () => void): number {
  const began = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
}

/** An input on which the time grows faster than the size. */
export interface Growth {
  readonly once: number;
  readonly twice: number;
}

/** Below this time, in milliseconds, the growth cannot be told from noise. */
const FLOOR_MS = 20;
/** Twice the time is linear, four times quadratic. */
const MAX_RATIO = 3;
const TRIES = 4;
/** The largest message that a gateway takes. */
const MAX_SIZE = 1024 * 1024;

/**
 * Whether `work` takes more than three times as long at twice the size; undefined when it does not. Compares the
 * shortest of several tries, because other processes can only make a try longer.
 */
export function fasterThanLinear(work: (size: number) => void, size: number): Growth | undefined {
  if (timeOf(() => work(2 * size)) < FLOOR_MS) return undefined;
  let once = Number.POSITIVE_INFINITY;
  let twice = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    once = Math.min(
      once,
      timeOf(() => work(size)),
    );
    twice = Math.min(
      twice,
      timeOf(() => work(2 * size)),
    );
    if (twice < FLOOR_MS || twice < MAX_RATIO * once) return undefined;
  }
  // The clock counts in steps of some milliseconds, so a short time says little about the ratio: a larger input decides.
  if (once < FLOOR_MS && size < MAX_SIZE) return fasterThanLinear(work, 2 * size);
  return { once, twice };
}

/** `head`, then `unit` repeated up to `size` characters, then `tail`. */
export function filled(head: string, unit: string, tail: string, size: number): string {
  return head + unit.repeat(Math.max(1, Math.ceil((size - head.length - tail.length) / unit.length))) + tail;
}
