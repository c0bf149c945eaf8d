/** CPU time of this process, in milliseconds: what is compared, since other processes on the machine do not count in it. */
export function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs both in turn, after a warm-up, and gives the medians of their CPU milliseconds and of their ratio, pair by pair. */
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

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)]!;
}

function timed(run: () => void): number {
  const before = cpu();
  run();
  return cpu() - before;
}
