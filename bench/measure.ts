/**
 * CPU time of this process in milliseconds. Unlike elapsed time, it does not include other processes on the machine.
 */
export function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Runs two functions in turn, after two warm-up rounds.
 *
 * @param pairs measured rounds
 * @returns the median CPU milliseconds of each function, and the median of the ratios second / first per round
 */
export function compare(
  first: () => void,
  second: () => void,
  pairs = 7,
): { first: number; second: number; ratio: number } {
  const runs: [number, number][] = [];
  for (let run = -2; run < pairs; run++) {
    const pair: [number, number] = [timed(first), timed(second)];
    if (run >= 0) runs.push(pair);
  }
  return {
    first: median(runs.map(([a]) => a)),
    second: median(runs.map(([, b]) => b)),
    ratio: median(runs.map(([a, b]) => b / a)),
  };
}

/** The middle value; the upper one of the two for an even number of values. */
export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)]!;
}

function timed(run: () => void): number {
  const before = cpu();
  run();
  return cpu() - before;
}
