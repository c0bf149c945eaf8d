/**
 * Number of values per bin; bins without values are left out. Histograms can be added and subtracted, and the result is
 * the same whatever the order, unlike that of a list of quantiles.
 */
export type Histogram = Map<number, number>;

/**
 * The bins of setup times are those of DDSketch (https://arxiv.org/abs/1908.10693): bin i holds the values in
 * (GAMMA^(i-1), GAMMA^i], so that a quantile is wrong by at most `RELATIVE_ERROR` of its value.
 */
const RELATIVE_ERROR = 0.02;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
/** Longer setup times, in milliseconds, count as this long: clients may send any number. */
const MAX_SETUP_MS = 3_600_000;

/** The bin of a setup time in milliseconds. */
export function setupBin(milliseconds: number): number {
  const bounded = Math.min(MAX_SETUP_MS, Math.max(1, milliseconds));
  return Math.ceil(Math.log(bounded) / Math.log(GAMMA));
}

/** The setup time in milliseconds that stands for those of a bin. */
export function setupTime(bin: number): number {
  return (2 * GAMMA ** bin) / (GAMMA + 1);
}

/** Adds `count`, which may be negative, to a bin. */
export function addToBin(histogram: Histogram, bin: number, count: number): void {
  const sum = (histogram.get(bin) ?? 0) + count;
  if (sum === 0) histogram.delete(bin);
  else histogram.set(bin, sum);
}

/** The bin of the value at a rank, `share` of the way from the lowest to the highest; null without values. */
export function quantileBin(histogram: Histogram, share: number): number | null {
  const bins = Array.from(histogram).sort(([a], [b]) => a - b);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  const rank = share * (total - 1);
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen > rank) return bin;
  }
  return null;
}

/** A JSON list of bins, each followed by its count. */
export function histogramText(histogram: Histogram): string {
  return JSON.stringify(Array.from(histogram).flat());
}

/** Adds the histogram of a text, in which a bin may be repeated. */
export function addHistogramText(histogram: Histogram, text: string): void {
  const flat = JSON.parse(text) as number[];
  for (let index = 0; index + 1 < flat.length; index += 2) addToBin(histogram, flat[index]!, flat[index + 1]!);
}

export function parseHistogram(text: string): Histogram {
  const histogram: Histogram = new Map();
  addHistogramText(histogram, text);
  return histogram;
}
