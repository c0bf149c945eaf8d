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
  const table: Table = { affected, first: a.total, second: b.total };
  const observed = a.affected < mode ? below(table, mode, a.affected, 0) : above(table, mode, a.affected, 0);
  // Further away than the weights reach.
  if (observed.last === 0) return 0;
  const limit = observed.last * (1 + RELATIVE_TOLERANCE);
  const upper = above(table, mode, high, limit);
  const lower = below(table, mode, low, limit);
  // The mode itself is in neither of the sums.
  const modeTail = limit >= 1 ? 1 : 0;
  return Math.min(1, (upper.tail + lower.tail + modeTail) / (upper.sum + lower.sum + 1));
}

interface Table {
  /** Affected ones of both groups. */
  readonly affected: number;
  /** Sizes of the groups. */
  readonly first: number;
  readonly second: number;
}

interface Weights {
  readonly sum: number;
  /** The sum of those up to the limit. */
  readonly tail: number;
  /** The weight of the last count; 0 if it is too small. */
  readonly last: number;
}

/** The weights of the counts above the mode, up to `end`. A plain loop, because groups of millions have many. */
function above({ affected, first, second }: Table, mode: number, end: number, limit: number): Weights {
  let sum = 0;
  let tail = 0;
  let weight = 1;
  for (let count = mode + 1; count <= end; count++) {
    weight *= ((first - count + 1) * (affected - count + 1)) / (count * (second - affected + count));
    if (weight < LEAST_WEIGHT) return { sum, tail, last: 0 };
    sum += weight;
    if (weight <= limit) tail += weight;
  }
  return { sum, tail, last: weight };
}

/** The weights of the counts below the mode, down to `end`. */
function below({ affected, first, second }: Table, mode: number, end: number, limit: number): Weights {
  let sum = 0;
  let tail = 0;
  let weight = 1;
  for (let count = mode - 1; count >= end; count--) {
    weight *= ((count + 1) * (second - affected + count + 1)) / ((first - count) * (affected - count));
    if (weight < LEAST_WEIGHT) return { sum, tail, last: 0 };
    sum += weight;
    if (weight <= limit) tail += weight;
  }
  return { sum, tail, last: weight };
}

function check({ affected, total }: Proportion): void {
  if (!Number.isSafeInteger(affected) || !Number.isSafeInteger(total) || affected < 0 || affected > total) {
    throw new RangeError(`${affected} of ${total} is not a part of a group`);
  }
}
