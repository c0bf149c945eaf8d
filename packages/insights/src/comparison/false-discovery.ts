/**
 * Adjusts p-values for their number (Y. Benjamini and Y. Hochberg, Controlling the False Discovery Rate, 1995). If
 * all comparisons with an adjusted p-value of at most q are called significant, at most q of these are expected to be
 * wrong. This holds for comparisons that are independent or depend on each other positively, as those of overlapping
 * groups do.
 *
 * @returns the adjusted values, in the order of `pValues`
 */
export function adjustForComparisons(pValues: readonly number[]): number[] {
  const largestFirst = Array.from(pValues, (p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  for (const [position, { p, index }] of largestFirst.entries()) {
    least = Math.min(least, (p * pValues.length) / (pValues.length - position));
    adjusted[index] = least;
  }
  return adjusted;
}
