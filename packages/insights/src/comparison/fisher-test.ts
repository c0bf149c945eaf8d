/** How many of a group were affected. */
export interface Proportion {
  readonly affected: number;
  readonly total: number;
}

/** Two tables are equally probable if their probabilities differ by less than this, which is rounding (as R does). */
const RELATIVE_TOLERANCE = 1e-7;
/** Smaller weights count as 0. Doubles below 2e-308 lose digits, and multiplying the smallest ones never gives 0. */
const LEAST_WEIGHT = 1e-300;

/**
 * The two-sided p-value of Fisher's exact test (R. A. Fisher, Statistical Methods for Research Workers, 1934):
 * the probability, if both groups were affected alike, of all tables with the same sums that are not more probable than
 * this one. Exact for small counts, where tests with the normal distribution report too many differences. For very
 * different groups it is 0, because the number is below 1e-300.
 *
 * Takes time in proportion to the standard deviation of the number of affected calls, not to the number of calls.
 *
 * @throws RangeError if a count is not a whole number, negative, or larger than its total
 */
export function fisherTest(a: Proportion, b: Proportion): number {
  check(a);
  check(b);
  const affected = a.affected + b.affected;
  const total = a.total + b.total;
  const low = Math.max(0, affected - b.total);
  const high = Math.min(a.total, affected);
  if (low === high) return 1;
  // Probabilities are computed in units of the highest one, by their ratios, so that no factorial is needed.
  const mode = Math.min(high, Math.max(low, Math.floor(((a.total + 1) * (affected + 1)) / (total + 2))));
  const ratio = (count: number): number =>
    ((a.total - count) * (affected - count)) / ((count + 1) * (b.total - affected + count + 1));
  const above = weights(mode, high, (count) => ratio(count - 1));
  const below = weights(mode, low, (count) => 1 / ratio(count));
  const observed = a.affected >= mode ? above[a.affected - mode] : below[mode - a.affected];
  // Further away than the weights reach.
  if (observed === undefined) return 0;
  const limit = observed * (1 + RELATIVE_TOLERANCE);
  const upper = sums(above, limit);
  const lower = sums(below.slice(1), limit);
  return Math.min(1, (upper.tail + lower.tail) / (upper.all + lower.all));
}

/** The sum of weights, and of those up to the limit. Begins with the smallest, which would be lost in a large sum. */
function sums(falling: readonly number[], limit: number): { readonly all: number; readonly tail: number } {
  let all = 0;
  let tail = 0;
  for (let index = falling.length - 1; index >= 0; index--) {
    const weight = falling[index]!;
    all += weight;
    if (weight <= limit) tail = all;
  }
  return { all, tail };
}

/**
 * Weights from the mode to an end, as far as they are not too small.
 *
 * @param factor the weight of a count divided by that of the count before it
 */
function weights(mode: number, end: number, factor: (count: number) => number): number[] {
  const step = Math.sign(end - mode);
  const all = [1];
  let weight = 1;
  for (let count = mode; count !== end && weight > LEAST_WEIGHT; ) {
    count += step;
    weight *= factor(count);
    all.push(weight);
  }
  return all;
}

function check({ affected, total }: Proportion): void {
  if (!Number.isSafeInteger(affected) || !Number.isSafeInteger(total) || affected < 0 || affected > total) {
    throw new RangeError(`${affected} of ${total} is not a part of a group`);
  }
}
