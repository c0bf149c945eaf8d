import type { Interval } from '../observations/observation.ts';

/** Intervals of an observation; the shortest gaps are closed beyond that. */
const MAX_INTERVALS = 100;

/** Joins intervals that overlap, in the order of time. Of too many, those with the shortest gaps are joined as well. */
export function merged(intervals: readonly Interval[]): readonly Interval[] {
  const joined = joinedBelow(intervals, 0);
  if (joined.length <= MAX_INTERVALS) return joined;
  const gaps = joined.slice(1).map(([from], index) => from - joined[index]![1]);
  const allowed = gaps.toSorted((a, b) => b - a)[MAX_INTERVALS - 1]!;
  return joinedBelow(joined, allowed);
}

function joinedBelow(intervals: readonly Interval[], gap: number): Interval[] {
  const result: [from: number, to: number][] = [];
  for (const [from, to] of intervals.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last !== undefined && from - last[1] <= gap) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Whether two lists have moments in common, if each can be misplaced by `tolerance` milliseconds in total. */
export function overlap(a: readonly Interval[], b: readonly Interval[], tolerance: number): boolean {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    if (x[1] + tolerance < y[0]) i += 1;
    else if (y[1] + tolerance < x[0]) j += 1;
    else return true;
  }
  return false;
}
