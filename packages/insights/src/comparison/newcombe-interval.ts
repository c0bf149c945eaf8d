import type { Proportion } from './fisher-test.ts';

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The 95 % confidence interval of `after` less `before`, by the hybrid score method (R. G. Newcombe, Interval
 * estimation for the difference between independent proportions, Statistics in Medicine 17, 1998, method 10). It stays
 * within -1 and 1, and has a width even if nothing was affected.
 *
 * @param before not empty
 * @param after not empty
 */
export function newcombeInterval(before: Proportion, after: Proportion): readonly [low: number, high: number] {
  const difference = after.affected / after.total - before.affected / before.total;
  const first = wilsonDistances(before);
  const second = wilsonDistances(after);
  return [
    Math.max(-1, difference - Math.hypot(second.below, first.above)),
    Math.min(1, difference + Math.hypot(second.above, first.below)),
  ];
}

/** How far the limits of Wilson's score interval (1927) are from the proportion. */
function wilsonDistances({ affected, total }: Proportion): { readonly below: number; readonly above: number } {
  const share = affected / total;
  const width = Z * Math.sqrt(Z ** 2 + 4 * total * share * (1 - share));
  const sum = 2 * total * share + Z ** 2;
  const divisor = 2 * (total + Z ** 2);
  return { below: share - (sum - width) / divisor, above: (sum + width) / divisor - share };
}
